// Training's place in the editor: composes its parts, registers its commands and its kind of task, and tells the engine
// which model is in use.

import type { Memento, Uri } from 'vscode';
import { commands, tasks, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import type { StartWorker } from '../../worker/client/engineWorker.ts';
import type { EngineOptions } from '../../worker/protocol/engineOptions.ts';
import type { TrainingClientParts } from '../../worker/client/trainingClient.ts';
import { TrainingClient } from '../../worker/client/trainingClient.ts';
import type { TrainingFolder } from '../../worker/storage/trainingFolder.ts';
import type { TrainingOptions } from '../../worker/protocol/trainingOptions.ts';
import { defaultMode } from '../../worker/protocol/trainingOptions.ts';
import type { EditorHome } from '../engine/editorHome.ts';
import type { LongWork } from '../settings/longWork.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { SuggestionFlow } from '../suggest/suggestionFlow.ts';
import type { TrainingChoice } from './trainingChoice.ts';
import { choiceOf, trainingOptions } from './trainingChoice.ts';
import { registerTrainingCommands } from './trainingCommands.ts';
import { TrainingModels } from './trainingModels.ts';
import {
  askWhetherToDiscard,
  askWhetherToEnd,
  askWhetherToResume,
  askWhetherToTrainBeside,
  tellTrainings,
} from './trainingNotifications.ts';
import { TrainingSession } from './trainingSession.ts';
import { trainingStatusBar } from './trainingStatusBar.ts';
import { runTrainingTask, taskType, trainingTaskProvider } from './trainingTask.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';
import { workspaceTree } from '../memory/workspaceTree.ts';

export interface TrainingParts {
  readonly client: Pick<EngineClient, 'report' | 'onDidSetModelAside'>;
  readonly startWorker: StartWorker;
  readonly settings: Pick<SettingsStore, 'current' | 'onDidChange'>;
  readonly memory: Pick<EditorMemory, 'description' | 'blamed'>;
  readonly flow: Pick<SuggestionFlow, 'onDidChangeActivity'>;
  readonly home: EditorHome;
  readonly extensionUri: Uri;
  readonly workspaceState: Memento;
  /** Undefined where nothing can be kept. */
  readonly trainings: TrainingFolder | undefined;
  readonly engineOptions: () => EngineOptions;
  readonly reloadEngine: () => void;
  readonly logger: Logger;
  readonly longWork: LongWork;
  /** Keeps what was measured of the devices. */
  readonly rememberTimes: NonNullable<TrainingClientParts['onDeviceMeasured']>;
}

export interface Training extends Disposable {
  /** Whether one runs or was interrupted. */
  kind(): Promise<'none' | 'running' | 'interrupted'>;
  /**
   * After the engine failed: goes back from a trained model to the base model, and says so. Gives false, and does
   * nothing, if no trained model was in use.
   */
  fallBack(problem: string): Promise<boolean>;
  /** Deletes all that was trained on this workspace; what runs is cancelled. */
  forgetWorkspace(): Promise<void>;
  /** Ends what runs where it is; its checkpoint stays. */
  shutDown(): Promise<void>;
}

export function registerTraining(parts: TrainingParts): Training {
  const { startWorker, settings, memory, flow, trainings, engineOptions, reloadEngine, logger } = parts;
  const { rememberTimes: onDeviceMeasured } = parts;
  const owned = new DisposableStore();
  const logs = (what: string) => (error: unknown) => {
    logger.error(`${what}: ${errorMessage(error)}`);
  };
  const models = owned.add(new TrainingModels({ folder: trainings, reloadEngine, logger }));
  const tellSetAside = (problem: string): void => {
    logger.warn(`the model in use was set aside: ${problem}`);
    models.refresh();
    tellFallBack(problem).catch(logs('the notice that the base model answers again'));
  };
  owned.add(parts.client.onDidSetModelAside(tellSetAside));
  const client = owned.add(
    new TrainingClient({
      startWorker,
      files: workspaceTree,
      discard: async () => trainings?.end(),
      blamed: memory.blamed,
      logger,
      onDeviceMeasured,
      onModelSetAside(problem) {
        reloadEngine();
        tellSetAside(problem);
      },
    }),
  );
  const session = owned.add(
    new TrainingSession({
      client,
      folder: trainings,
      memory,
      settings,
      engineOptions,
      reloadEngine,
      logger,
    }),
  );
  parts.longWork.add('training', () => session.state.kind === 'running');
  const discard = async (): Promise<void> => {
    if (await askWhetherToDiscard(session)) await session.discard();
  };
  const task = {
    session,
    askFirst: () => (parts.longWork.isRunning('evaluation') ? askWhetherToTrainBeside() : undefined),
    onClosed: () => {
      const question = 'The terminal was closed; the training continues. Should it end?';
      askWhetherToEnd(session, question).catch(logs('the question whether to end the training'));
    },
    onDiscard: () => {
      discard().catch(logs('the training could not be discarded'));
    },
    optionsOf: (choice: TrainingChoice) =>
      trainingOptions(choice, {
        mode: modeOfModel(),
        minutes: settings.current['training.minutes'],
      }),
  };
  const modeOfModel = () => defaultMode(parts.client.report?.parameters ?? 0);
  const run = (choice: TrainingChoice): Promise<void> => runTrainingTask(choice, task);
  owned.add(tasks.registerTaskProvider(taskType, trainingTaskProvider(task)));
  owned.add(registerTrainingCommands({ ...parts, session, models, run, discard, modeOfModel }));
  owned.add(trainingStatusBar(session));
  owned.add(tellTrainings(session));
  owned.add(
    flow.onDidChangeActivity(isAsking => {
      if (isAsking) session.control('suggesting');
    }),
  );
  owned.add(
    settings.onDidChange(({ before, after }) => {
      if (before.modelFolder === after.modelFolder) return;
      offerModelOfSetting(models).catch(logs('the model of the setting could not be put into use'));
    }),
  );
  const resume = (options: TrainingOptions): Promise<void> => run(choiceOf(options));
  const swept = trainings?.cleanUp().catch(logs('what a killed training left could not be deleted'));
  if (trainings !== undefined)
    warnOfDamage(trainings, logger).catch(logs('the trainings could not be checked'));
  Promise.resolve(swept)
    .then(() => resumeInterrupted(settings.current['training.resume'], session, resume))
    .catch(logs('the interrupted training'));
  return {
    async kind() {
      if (session.state.kind === 'running') return 'running';
      return (await session.interrupted()) === undefined ? 'none' : 'interrupted';
    },
    async fallBack(problem) {
      if (!(await models.fallBack())) return false;
      tellFallBack(problem).catch(logs('the notice that the base model answers again'));
      return true;
    },
    async forgetWorkspace() {
      await session.cancelled();
      await models.forget();
    },
    async shutDown() {
      owned.dispose();
      await client.shutDown();
    },
    dispose() {
      owned.dispose();
    },
  };
}

async function warnOfDamage(trainings: TrainingFolder, logger: Logger): Promise<void> {
  for (const name of await trainings.damagedRecords())
    logger.warn(`${name} of the trainings here is damaged, and counts as absent`);
}

async function resumeInterrupted(
  wish: 'ask' | 'always' | 'never',
  session: TrainingSession,
  resume: (options: TrainingOptions) => Promise<void>,
): Promise<void> {
  const options = wish === 'never' ? undefined : await session.interrupted();
  if (options === undefined || session.obstacle !== undefined) return;
  const answer = wish === 'always' ? 'resume' : await askWhetherToResume();
  // Meanwhile another may have been started.
  if (answer === undefined || session.state.kind === 'running') return;
  if (answer === 'resume') await resume(options);
  else await session.discard();
}

async function tellFallBack(problem: string): Promise<void> {
  const show = 'Show Trainings';
  const message =
    `TinyMemory: the model that was trained on this workspace cannot be used, so the base model answers again. ` +
    `Train again, or use another of the trained models. (${problem})`;
  if ((await window.showWarningMessage(message, show)) === show) {
    await commands.executeCommand('tinymemory.showTrainings');
  }
}

/** A trained model goes before that of the setting; who changes the setting may want it otherwise. */
async function offerModelOfSetting(models: TrainingModels): Promise<void> {
  if ((await models.list()).activeId === undefined) return;
  const use = 'Use the Model of the Setting';
  const message = 'TinyMemory: this workspace goes on with the model that was trained on it.';
  if ((await window.showInformationMessage(message, use)) === use) await models.use(undefined);
}
