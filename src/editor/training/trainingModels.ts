// The models that trainings left on this workspace: which of them is in use, going back to one before, and getting rid of
// them. The model in use is a file on the disk; the engine is started anew to read it.

import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { TrainingFolder } from '../../worker/storage/trainingFolder.ts';
import type { TrainingReport } from '../../worker/protocol/trainingReport.ts';

export interface TrainingModelsParts {
  /** Undefined where nothing can be kept. */
  readonly folder: TrainingFolder | undefined;
  /** Loads the model that is now the one in use. */
  readonly reloadEngine: () => void;
  readonly logger: Logger;
}

/** Finished trainings, the latest first. */
export interface TrainingList {
  readonly trainings: readonly { readonly report: TrainingReport; readonly hasModel: boolean }[];
  readonly activeId: string | undefined;
}

export class TrainingModels implements Disposable {
  private readonly parts: TrainingModelsParts;
  private readonly changes = new Emitter<undefined>();

  /** Fires after another model came into use, or one went. */
  readonly onDidChange = this.changes.event;

  constructor(parts: TrainingModelsParts) {
    this.parts = parts;
  }

  async list(): Promise<TrainingList> {
    const { folder } = this.parts;
    if (folder === undefined) return { trainings: [], activeId: undefined };
    const [reports, active] = await Promise.all([folder.reports(), folder.active()]);
    const trainings = await Promise.all(
      reports.map(async report => ({ report, hasModel: await folder.hasModel(report.id) })),
    );
    return { trainings, activeId: active?.id };
  }

  /** What is in use was changed by others. */
  refresh(): void {
    this.changes.fire(undefined);
  }

  /** Undefined stands for the base model. Rejects with an Error for the user. */
  async use(id: string | undefined): Promise<void> {
    const { folder, logger, reloadEngine } = this.parts;
    if (folder === undefined) throw new Error('nothing was ever trained here');
    if (id !== undefined && !(await folder.hasModel(id)))
      throw new Error('the model of this training is gone');
    await folder.setActive(id ?? null);
    logger.info(id === undefined ? 'the base model is in use' : `the model of training ${id} is in use`);
    reloadEngine();
    this.changes.fire(undefined);
  }

  /**
   * Back to the model of the training before the one in use, or to the base model. Gives the training whose model is
   * now in use, undefined for the base model. Rejects where no trained model is in use.
   */
  async rollBack(): Promise<TrainingReport | undefined> {
    const { trainings, activeId } = await this.list();
    const at = trainings.findIndex(({ report }) => report.id === activeId);
    if (at === -1 && (await this.parts.folder?.activeModelFolder()) === undefined) {
      throw new Error('no trained model is in use: the base model answers already');
    }
    // One whose report cannot be read has none before it.
    const before = trainings
      .slice(at === -1 ? trainings.length : at + 1)
      .find(({ report, hasModel }) => report.kept && hasModel)?.report;
    await this.use(before?.id);
    return before;
  }

  /** Deletes a training and its model; if that is in use, the base model is used from then on. */
  async remove(id: string): Promise<void> {
    const { folder } = this.parts;
    if (folder === undefined) return;
    if ((await folder.active())?.id === id) await this.use(undefined);
    await folder.remove(id);
    this.changes.fire(undefined);
  }

  /** Deletes all that was ever trained here. */
  async forget(): Promise<void> {
    const { folder, reloadEngine } = this.parts;
    if (folder === undefined) return;
    const wasInUse = (await folder.activeModelFolder()) !== undefined;
    await folder.forget();
    if (wasInUse) reloadEngine();
    this.changes.fire(undefined);
  }

  /**
   * After the engine failed to load the model in use: goes back to the base model if it was a trained one. Gives false,
   * and does nothing, if it was not. What goes wrong is logged.
   */
  async fallBack(): Promise<boolean> {
    try {
      if ((await this.parts.folder?.activeModelFolder()) === undefined) return false;
      await this.use(undefined);
    } catch (error) {
      this.parts.logger.error(`the base model could not be put into use: ${errorMessage(error)}`);
    }
    return true;
  }

  dispose(): void {
    this.changes.dispose();
  }
}
