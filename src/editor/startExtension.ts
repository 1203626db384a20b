// Composes the extension of its features, in their order, in whatever home, and hands them to VS Code for disposal. Starts
// the engine in the background and waits for nothing.

import type { ExtensionContext } from 'vscode';
import { commands, languages } from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/logger.ts';
import { registerChat } from './chat/chat.ts';
import { ChatWriters } from './chat/chatWriters.ts';
import { registerCommands } from './commands.ts';
import type { EditorHome } from './engine/editorHome.ts';
import { expandHome } from './engine/engineOptions.ts';
import { showEngineReport } from './engine/engineReport.ts';
import { tellEngineStates } from './engine/engineStates.ts';
import { Features } from './features.ts';
import { EditorMemory } from './memory/editorMemory.ts';
import { WorkspaceEvaluation } from './reports/workspaceEvaluation.ts';
import type { Services } from './services.ts';
import { startServices } from './services.ts';
import { createStatusBar } from './statusBar.ts';
import { prepareWhereCursorRests } from './suggest/cursorRest.ts';
import { InlineProvider } from './suggest/inlineProvider.ts';
import { SuggestionFlow } from './suggest/suggestionFlow.ts';
import { SuggestionStatistics } from './suggest/suggestionStatistics.ts';
import { registerTraining } from './training/training.ts';

export interface RunningExtension {
  /** Resolves once everything to be kept is written and the engine has ended. */
  shutDown(): Promise<void>;
}

export function startExtension(context: ExtensionContext, home: EditorHome): RunningExtension {
  const owned = new DisposableStore();
  const services = startServices(context, home, owned);
  const { client, settings, logger } = services;
  const features = owned.add(new Features());

  const flow = features.add(new SuggestionFlow(services));
  const statistics = features.add(new SuggestionStatistics({ ...services, flow }));
  const memory = features.add(new EditorMemory({ ...services, onForget: () => features.forgetWorkspace() }));
  statistics.showBeside(memory);
  features.add(registerChat({ ...services, memory, writers: chatWriters(services) }));
  const evaluation = features.add(new WorkspaceEvaluation({ ...services, memory }));
  const training = features.add(registerTraining({ ...services, memory, flow }));

  owned.add(followSwitch(services));
  owned.add(tellEngineStates(client, logger, problem => training.fallBack(problem)));
  owned.add(
    registerCommands({
      ...{ ...services, memory, statistics, evaluation },
      showReport: () => showEngineReport({ ...services, extensionVersion: services.version }),
      showLog: () => {
        services.channel.show();
      },
      trainingKind: () => training.kind(),
    }),
  );
  owned.add(
    languages.registerInlineCompletionItemProvider('*', new InlineProvider(flow, statistics.tracker, logger)),
  );
  owned.add(prepareWhereCursorRests({ flow, memory }));
  owned.add(createStatusBar({ client, settings, snooze: services.snooze, flow, memory }));
  context.subscriptions.push(owned);
  return {
    async shutDown() {
      await features.shutDown();
      await client.shutDown();
    },
  };
}

function chatWriters(services: Services): ChatWriters {
  return new ChatWriters({ ...services, expandHome: path => expandHome(services.home.disk, path) });
}

/** Tells keybindings and menus whether suggestions are on. */
function followSwitch({ settings, logger }: Services) {
  const setContextKey = (): void => {
    commands.executeCommand('setContext', 'tinymemory.enabled', settings.current.enable).then(
      () => undefined,
      (error: unknown) => {
        logger.error(`tinymemory.enabled: ${errorMessage(error)}`);
      },
    );
  };
  setContextKey();
  return settings.onDidChange(setContextKey);
}
