// Training on the workspace, seen from the editor: whether one can be started, the one that runs, and what follows from
// its end. A model that was kept answers at once.

import { workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import type { EngineOptions } from '../../worker/protocol/engineOptions.ts';
import type { TrainingClient, TrainingState } from '../../worker/client/trainingClient.ts';
import type { TrainingFolder } from '../../worker/storage/trainingFolder.ts';
import type { PauseRules, TrainingControl } from '../../worker/protocol/trainingApi.ts';
import type { TrainingOptions } from '../../worker/protocol/trainingOptions.ts';
import type { Settings, SettingsStore } from '../settings/settings.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';

export interface TrainingSessionParts {
  readonly client: Pick<
    TrainingClient,
    'start' | 'control' | 'setPauseRules' | 'state' | 'ended' | 'onDidChangeState'
  >;
  /** Undefined where the workspace has no place on this machine's disk. */
  readonly folder: TrainingFolder | undefined;
  readonly memory: Pick<EditorMemory, 'description'>;
  readonly settings: Pick<SettingsStore, 'current' | 'onDidChange'>;
  /** Of the engine as it runs now: the model in use is what a training starts from, and what it must beat. */
  readonly engineOptions: () => EngineOptions;
  /** Loads the model that is now the one in use. */
  readonly reloadEngine: () => void;
  readonly logger: Logger;
}

export class TrainingSession implements Disposable {
  private readonly parts: TrainingSessionParts;
  private readonly owned = new DisposableStore();
  private asked: TrainingOptions | undefined;

  private readonly changes = this.owned.add(new Emitter<TrainingState>());

  /** Fires after every change of `state`, and after one that was interrupted is discarded. */
  readonly onDidChange = this.changes.event;

  constructor(parts: TrainingSessionParts) {
    this.parts = parts;
    this.owned.add(
      parts.client.onDidChangeState(state => {
        this.follow(state);
        this.changes.fire(state);
      }),
    );
    this.owned.add(
      parts.settings.onDidChange(({ before, after }) => {
        const rules = pauseRules(after);
        const old = pauseRules(before);
        const isChanged =
          old.pauseOnBattery !== rules.pauseOnBattery || old.pauseWhenBusy !== rules.pauseWhenBusy;
        if (isChanged) parts.client.setPauseRules(rules);
      }),
    );
  }

  get state(): TrainingState {
    return this.parts.client.state;
  }

  /** What the training that runs, or the last one, was asked for. */
  get options(): TrainingOptions | undefined {
    return this.asked;
  }

  /** Why no training can be started here, as a sentence; undefined when one can. */
  get obstacle(): string | undefined {
    if ((workspace.workspaceFolders ?? []).length === 0) return 'open a folder to train on';
    if (this.parts.folder === undefined) {
      return 'what was learnt here could not be kept: VS Code has no place for this workspace on the disk of this machine';
    }
    return undefined;
  }

  /** Starts a training, or goes on with one that was interrupted with the same options. Throws an Error for the user. */
  start(options: TrainingOptions): void {
    const { client, folder, memory, settings, engineOptions } = this.parts;
    if (this.obstacle !== undefined || folder === undefined) throw new Error(this.obstacle);
    const { current } = settings;
    const { modelFolder, runtimeFolder, devices } = engineOptions();
    client.start(memory.description(), {
      modelFolder,
      runtimeFolder,
      devices,
      threads: current['training.threads'],
      outputFolder: folder.path,
      options,
      ...pauseRules(current),
    });
    this.asked = options;
  }

  control(control: TrainingControl): void {
    this.parts.client.control(control);
  }

  /** What a training was asked for that was interrupted and that nobody goes on with; undefined where there is none. */
  async interrupted(): Promise<TrainingOptions | undefined> {
    const { folder } = this.parts;
    if (folder === undefined || this.state.kind === 'running' || (await folder.isLocked())) return undefined;
    return folder.unfinished();
  }

  /** Deletes what the training that runs, or the one that was interrupted, has learnt. Asks nobody. */
  async discard(): Promise<void> {
    if (this.state.kind === 'running') this.control('cancel');
    else if ((await this.interrupted()) !== undefined) {
      await this.parts.folder?.end();
      this.parts.logger.info('training: the interrupted one was discarded');
      this.changes.fire(this.state);
    }
  }

  /** Cancels the training that runs, and resolves when none does or can write any more: in bounded time. */
  async cancelled(): Promise<void> {
    if (this.state.kind === 'running') await this.cancel();
    await this.parts.client.ended();
  }

  private async cancel(): Promise<void> {
    await new Promise<void>(resolve => {
      const ended = this.onDidChange(({ kind }) => {
        if (kind === 'running') return;
        ended.dispose();
        resolve();
      });
      this.control('cancel');
    });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private follow(state: TrainingState): void {
    const { logger, reloadEngine } = this.parts;
    switch (state.kind) {
      case 'finished': {
        const { id, kept, before, after } = state.report;
        const figures = `${before.bitsPerByte.toFixed(3)} -> ${after.bitsPerByte.toFixed(3)} bits per byte`;
        logger.info(`training ${id}: ${figures}, ${kept ? 'kept' : 'not kept'}`);
        if (kept) reloadEngine();
        return;
      }
      case 'failed':
        logger.error(`training: ${state.message}`);
        return;
      case 'cancelled':
        logger.info('training: discarded');
        return;
      case 'idle':
      case 'running':
    }
  }
}

function pauseRules(settings: Settings): PauseRules {
  return {
    pauseOnBattery: settings['training.pauseOnBattery'],
    pauseWhenBusy: settings['training.pauseWhenBusy'],
  };
}
