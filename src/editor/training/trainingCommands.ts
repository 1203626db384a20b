// The commands of training, and the context key by which the palette knows which of them make sense.

import type { Memento, Uri } from 'vscode';
import { commands, Uri as UriClass, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { errorMessage } from '../../base/logger.ts';
import { registerHandlers } from '../settings/registerHandlers.ts';
import type { TrainingState } from '../../worker/client/trainingClient.ts';
import type { TrainingOptions } from '../../worker/protocol/trainingOptions.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { TrainingChoice } from './trainingChoice.ts';
import { choiceOf, parseTrainingChoice } from './trainingChoice.ts';
import type { TrainingExchangeParts } from './trainingExchange.ts';
import { exportByDialog, importByDialog } from './trainingExchange.ts';
import { TrainingPanel } from './trainingPanel.ts';
import { askForTraining } from './trainingQuestions.ts';
import type { TrainingSession } from './trainingSession.ts';

export interface TrainingCommandParts extends Omit<TrainingExchangeParts, 'folder'> {
  readonly session: TrainingSession;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly trainings: TrainingExchangeParts['folder'];
  readonly extensionUri: Uri;
  readonly workspaceState: Memento;
  /** Starts the task of a training. */
  readonly run: (choice: TrainingChoice) => Promise<void>;
  /** Asks, and discards the training that runs or was interrupted. */
  readonly discard: () => Promise<void>;
  /** What suits the model in use. */
  readonly modeOfModel: () => TrainingOptions['mode'];
}

/** Registers the commands, and the view that they and the status bar open. */
export function registerTrainingCommands(parts: TrainingCommandParts): Disposable {
  const { session, models, settings, extensionUri, workspaceState, run, discard, logger } = parts;
  const exchange = { ...parts, folder: parts.trainings };
  const owned = new DisposableStore();

  const train = async (argument: unknown): Promise<void> => {
    if (session.obstacle !== undefined) throw new Error(session.obstacle);
    if (session.state.kind === 'running') {
      panel.show();
      throw new Error('a training runs already; stop it first');
    }
    const choice =
      typeof argument === 'object' && argument !== null
        ? parseTrainingChoice(argument)
        : await askForTraining(workspaceState, {
            mode: parts.modeOfModel().kind,
            minutes: settings.current['training.minutes'],
          });
    if (choice === undefined) return;
    await run(choice);
    panel.show();
  };
  const resume = async (): Promise<void> => {
    if (session.state.kind === 'running') {
      session.control('resume');
      return;
    }
    const interrupted = await session.interrupted();
    if (interrupted === undefined) throw new Error('no training was interrupted here; start one');
    await run(choiceOf(interrupted));
  };
  const rollBack = async (): Promise<void> => {
    const before = await models.rollBack();
    const now =
      before === undefined ? 'the base model' : `the model of the training before (${before.modelName})`;
    void window.showInformationMessage(`TinyMemory: rolled back; now ${now} answers.`);
  };
  const panel = owned.add(
    new TrainingPanel({
      extensionUri,
      session,
      models,
      logger,
      actions: {
        train: () => train(undefined),
        resume,
        discard,
        rollBack,
        async exportModel(id) {
          await exportByDialog(exchange, id);
        },
        async remove(id) {
          if (session.state.kind === 'running') {
            throw new Error('a training runs, perhaps from this very model; stop it first');
          }
          const remove = 'Delete';
          const options = { modal: true, detail: 'Its model and its report are deleted from the disk.' };
          if ((await window.showWarningMessage('Delete this training?', options, remove)) !== remove) return;
          await models.remove(id);
        },
      },
    }),
  );
  owned.add(
    registerHandlers(
      {
        'tinymemory.train': train,
        'tinymemory.pauseTraining': () => {
          session.control('pause');
        },
        'tinymemory.resumeTraining': resume,
        'tinymemory.stopTraining': () => {
          session.control('stop');
        },
        'tinymemory.trainAnyway': () => {
          session.control('insist');
        },
        'tinymemory.discardTraining': discard,
        'tinymemory.showTrainings': () => {
          panel.show();
        },
        'tinymemory.rollBackTraining': rollBack,
        'tinymemory.exportModel': argument => exportByDialog(exchange, undefined, folderOf(argument)),
        'tinymemory.importModel': argument => importByDialog(exchange, folderOf(argument)),
      },
      logger,
    ),
  );
  owned.add(followState(parts));
  return owned;
}

/** Keybindings give a folder's path, other extensions its address. */
function folderOf(argument: unknown): Uri | undefined {
  if (typeof argument === 'string') return UriClass.file(argument);
  return argument instanceof UriClass ? argument : undefined;
}

function followState({ session, logger }: Pick<TrainingCommandParts, 'session' | 'logger'>): Disposable {
  let told: string | undefined = '';
  const tell = (): void => {
    tellKind().catch((error: unknown) => {
      logger.error(`tinymemory.training: ${errorMessage(error)}`);
    });
  };
  const tellKind = async (): Promise<void> => {
    const { state } = session;
    const value = state.kind === 'running' ? kindOf(state) : (await session.interrupted()) && 'interrupted';
    // What was asked of the disk may be overtaken by a training that starts.
    if (state.kind !== session.state.kind || value === told) return;
    told = value;
    await commands.executeCommand('setContext', 'tinymemory.training', value ?? 'idle');
  };
  tell();
  return session.onDidChange(tell);
}

/** As package.json's enablements name them. */
function kindOf({ paused, ending, judging }: Extract<TrainingState, { kind: 'running' }>): string {
  if (ending !== undefined || judging !== undefined) return 'ending';
  if (paused === undefined) return 'running';
  return paused === 'user' ? 'paused' : 'waiting';
}
