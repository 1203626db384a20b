// What every feature of the extension shares: log, settings, stored state, and the engine, which starts in the background.

import type { ExtensionContext, Memento, Uri } from 'vscode';
import { window } from 'vscode';
import type { DisposableStore } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import { errorMessage } from '../base/logger.ts';
import { EngineClient } from '../worker/client/client.ts';
import type { TrainingFolder } from '../worker/storage/trainingFolder.ts';
import { KnownDeviceTimes } from './engine/deviceTimes.ts';
import type { EditorHome } from './engine/editorHome.ts';
import { engineOptions, trainingFolder } from './engine/engineOptions.ts';
import { keepRecentProblems } from './engine/recentProblems.ts';
import { workspaceTree } from './memory/workspaceTree.ts';
import { checkedState } from './settings/checkedState.ts';
import { editorSettings, tellSettingProblem } from './settings/configuration.ts';
import { channelLogger } from './settings/log.ts';
import { LongWork } from './settings/longWork.ts';
import { SettingsStore } from './settings/settings.ts';
import { Snooze } from './settings/snooze.ts';

/** Settings whose change needs a fresh engine. */
const keysOfEngine = ['enable', 'threads', 'device', 'modelFolder'] as const;

export type Services = ReturnType<typeof startServices>;

/** Waits for nothing. */
export function startServices(context: ExtensionContext, home: EditorHome, owned: DisposableStore) {
  const { extension, extensionUri, secrets, storageUri } = context;
  const channel = owned.add(window.createOutputChannel('TinyMemory', { log: true }));
  const { logger, list: problems } = keepRecentProblems(channelLogger(channel));
  logger.info(
    'the log says why there is no suggestion whenever the reason changes; "Developer: Set Log Level..." with "Debug" for ' +
      'TinyMemory lists every request. No code is ever written here',
  );
  mendStorage(home, storageUri, problem => {
    logger.warn(problem);
  });
  const globalState = checkedState(context.globalState, logger);
  const workspaceState = checkedState(context.workspaceState, logger);
  const settings = owned.add(new SettingsStore(editorSettings, tellSettingProblem(logger)));
  const snooze = owned.add(new Snooze());
  const trainings = trainingFolder(home, storageUri);
  const version = String((extension.packageJSON as { version: unknown }).version);
  const shared = { home, extensionUri, logger, settings, globalState, trainings };
  return {
    ...{ ...shared, channel, problems, version, workspaceState, secrets, storageUri },
    ...{ snooze, longWork: new LongWork() },
    ...startEngine(shared, owned),
  };
}

interface EngineParts {
  readonly home: EditorHome;
  readonly extensionUri: Uri;
  readonly logger: Logger;
  readonly settings: SettingsStore;
  readonly globalState: Memento;
  readonly trainings: TrainingFolder | undefined;
}

function startEngine(parts: EngineParts, owned: DisposableStore) {
  const { home, extensionUri, logger, settings, globalState, trainings } = parts;
  const deviceTimes = new KnownDeviceTimes(globalState);
  const rememberTimes = ({
    key,
    times,
  }: Parameters<Parameters<EngineClient['onDidMeasureDevices']>[0]>[0]) => {
    deviceTimes.remember(key, times).catch((error: unknown) => {
      logger.warn(`the times of devices are not kept: ${errorMessage(error)}`);
    });
  };
  const wantedEngine = () => ({
    ...engineOptions(home, extensionUri, settings.current, trainings),
    devices: deviceTimes.options(settings.current.device),
  });
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
  owned.add(
    settings.onDidChange(({ before, after }) => {
      if (!after.enable) client.stop();
      else if (keysOfEngine.some(key => before[key] !== after[key])) restartEngine();
    }),
  );
  return { client, startWorker, engineOptions: wantedEngine, restartEngine, reloadEngine, rememberTimes };
}

/** What an earlier version stored may be readable by other users of the machine. */
function mendStorage(home: EditorHome, storageUri: Uri | undefined, warn: (problem: string) => void): void {
  const place = storageUri === undefined ? undefined : home.placeOf(storageUri);
  if (place === undefined) return;
  home.disk?.mendFolder(place).catch((error: unknown) => {
    warn(`${place} may be readable by other users of this machine: ${errorMessage(error)}`);
  });
}
