// Builds the parts of the extension, wires them, and hands them to VS Code for disposal, in whatever home. Starts the
// engine in the background and waits for nothing.

import type { ExtensionContext } from 'vscode';
import { commands, languages, window } from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/logger.ts';
import type { Chat } from './chat/chat.ts';
import { registerChat } from './chat/chat.ts';
import { ChatWriters } from './chat/chatWriters.ts';
import { registerCommands } from './commands.ts';
import { editorSettings, tellSettingProblem } from './settings/configuration.ts';
import { prepareWhereCursorRests } from './suggest/cursorRest.ts';
import type { EditorHome } from './engine/editorHome.ts';
import { KnownDeviceTimes } from './engine/deviceTimes.ts';
import { engineOptions, expandHome, trainingFolder } from './engine/engineOptions.ts';
import { showEngineReport } from './engine/engineReport.ts';
import { tellEngineStates } from './engine/engineStates.ts';
import { InlineProvider } from './suggest/inlineProvider.ts';
import { channelLogger } from './settings/log.ts';
import { keepRecentProblems } from './engine/recentProblems.ts';
import { checkedState } from './settings/checkedState.ts';
import { SettingsStore } from './settings/settings.ts';
import { Snooze } from './settings/snooze.ts';
import { createStatusBar } from './statusBar.ts';
import { SuggestionFlow } from './suggest/suggestionFlow.ts';
import { SuggestionStatistics } from './suggest/suggestionStatistics.ts';
import type { Training } from './training/training.ts';
import { registerTraining } from './training/training.ts';
import { WorkspaceEvaluation } from './reports/workspaceEvaluation.ts';
import { EditorMemory } from './memory/editorMemory.ts';
import { workspaceTree } from './memory/workspaceTree.ts';
import type { DeviceTimes } from '../runtime/deviceChoice.ts';
import { EngineClient } from '../worker/client/client.ts';

/** Settings whose change needs a fresh engine. */
const keysOfEngine = ['enable', 'threads', 'device', 'modelFolder'] as const;

export interface RunningExtension {
  /** Resolves once everything to be kept is written and the engine has ended. */
  shutDown(): Promise<void>;
}

export function startExtension(context: ExtensionContext, home: EditorHome): RunningExtension {
  const { extension, extensionUri, storageUri } = context;
  const owned = new DisposableStore();
  const channel = owned.add(window.createOutputChannel('TinyMemory', { log: true }));
  const { logger, list: problems } = keepRecentProblems(channelLogger(channel));
  logger.info(
    'the log says why there is no suggestion whenever the reason changes; "Developer: Set Log Level..." with "Debug" for ' +
      'TinyMemory lists every request. No code is ever written here',
  );
  const globalState = checkedState(context.globalState, logger);
  const workspaceState = checkedState(context.workspaceState, logger);
  const settings = owned.add(new SettingsStore(editorSettings, tellSettingProblem(logger)));
  const snooze = owned.add(new Snooze());
  const trainings = trainingFolder(home, storageUri);
  const storagePlace = storageUri === undefined ? undefined : home.placeOf(storageUri);
  if (storagePlace !== undefined) {
    home.disk?.mendFolder(storagePlace).catch((error: unknown) => {
      logger.warn(`${storagePlace} may be readable by other users of this machine: ${errorMessage(error)}`);
    });
  }
  const deviceTimes = new KnownDeviceTimes(globalState);
  const wantedEngine = () => ({
    ...engineOptions(home, extensionUri, settings.current, trainings),
    devices: deviceTimes.options(settings.current.device),
  });
  const rememberTimes = ({ key, times }: { readonly key: string; readonly times: DeviceTimes }): void => {
    deviceTimes.remember(key, times).catch((error: unknown) => {
      logger.warn(`the times of devices are not kept: ${errorMessage(error)}`);
    });
  };
  const startWorker = home.engine({ extensionUri, logger });
  // Who switched suggestions off should not pay for a model in memory.
  const options = settings.current.enable ? wantedEngine() : undefined;
  const client = owned.add(new EngineClient({ startWorker, options, files: workspaceTree, logger }));
  owned.add(client.onDidMeasureDevices(rememberTimes));
  const restartEngine = (): void => {
    if (settings.current.enable) client.restart(wantedEngine());
  };
  const reloadEngine = (): void => {
    if (settings.current.enable) client.reload(wantedEngine());
  };
  const extensionVersion = String((extension.packageJSON as { version: unknown }).version);
  const flow = owned.add(new SuggestionFlow({ client, settings, snooze, logger }));
  const statistics = owned.add(new SuggestionStatistics({ flow, globalState, storageUri, logger }));
  const memory = owned.add(
    new EditorMemory({
      client,
      settings,
      logger,
      home,
      workspaceState,
      storageUri,
      version: extensionVersion,
      onForget: () => {
        evaluation.forget();
        return Promise.all([statistics.forgetWorkspace(), chat.clear(), training.forget()]);
      },
    }),
  );
  statistics.showBeside(memory);
  const writers = new ChatWriters({
    settings,
    secrets: context.secrets,
    globalState,
    expandHome: path => expandHome(home.disk, path),
    engineOptions: wantedEngine,
  });
  const chat: Chat = owned.add(
    registerChat({ client, memory, logger, extensionUri, workspaceState, writers }),
  );
  const evaluation: WorkspaceEvaluation = owned.add(
    new WorkspaceEvaluation({ client, settings, memory, logger, isTraining: () => training.isRunning }),
  );
  const engine = { client, startWorker, engineOptions: wantedEngine, reloadEngine };
  const place = { home, extensionUri, workspaceState, trainings };
  const training: Training = owned.add(
    registerTraining({
      ...engine,
      ...place,
      settings,
      memory,
      flow,
      logger,
      rememberTimes,
      isEvaluating: () => evaluation.isRunning,
    }),
  );

  const setContextKey = (): void => {
    commands.executeCommand('setContext', 'tinymemory.enabled', settings.current.enable).then(
      () => undefined,
      (error: unknown) => {
        logger.error(`tinymemory.enabled: ${errorMessage(error)}`);
      },
    );
  };
  setContextKey();
  owned.add(
    settings.onDidChange(({ before, after }) => {
      setContextKey();
      if (!after.enable) client.stop();
      else if (keysOfEngine.some(key => before[key] !== after[key])) restartEngine();
    }),
  );
  owned.add(tellEngineStates(client, logger, problem => training.fallBack(problem)));
  const showLog = (): void => {
    channel.show();
  };
  const showReport = () => showEngineReport({ client, settings, extensionVersion, problems });
  const trainingKind = () => training.kind();
  const commanded = { settings, snooze, memory, statistics, evaluation, showReport, trainingKind };
  owned.add(registerCommands({ ...commanded, logger, restartEngine, showLog }));
  owned.add(
    languages.registerInlineCompletionItemProvider('*', new InlineProvider(flow, statistics.tracker, logger)),
  );
  owned.add(prepareWhereCursorRests({ flow, memory }));
  owned.add(createStatusBar({ client, settings, snooze, flow, memory }));
  context.subscriptions.push(owned);
  return {
    async shutDown() {
      await Promise.all([memory.shutDown(), statistics.flush(), training.shutDown()]);
      await client.shutDown();
    },
  };
}
