// Where trainings are kept: one that is not finished with its checkpoint, finished ones with their reports and models,
// which of them is in use, and a lock, so that two windows do not train the same workspace at once.

import * as v from 'valibot';
import type { Lock, Storage } from '../../base/files.ts';
import { recordBytes, recordValue } from '../../base/checkedRecord.ts';
import { filesWhileHeld, folderOf, placeIn, readJson, writeFolder } from '../../base/files.ts';
import { errorMessage } from '../../base/logger.ts';
import { DamagedModelError, withChecksums } from '../../model/checksums.ts';
import type { ModelSource } from '../../model/modelSource.ts';
import type { MemoryStore } from './storeFile.ts';
import { storeFile } from './storeFile.ts';
import type { TrainingOptions } from '../protocol/trainingOptions.ts';
import { trainingOptionsSchema } from '../protocol/trainingOptions.ts';
import type { TrainingReport } from '../protocol/trainingReport.ts';
import { trainingIdSchema, trainingReportSchema } from '../protocol/trainingReport.ts';

/** Somebody else trains here. */
export class TrainingLockedError extends Error {
  constructor(path: string) {
    super(`another window or program trains this workspace already (${path}); wait for it, or stop it there`);
  }
}

export class TrainingFolder {
  /** Where it is; it is made when it is first written to. */
  readonly path: string;
  /** By which its files, and the models beside it, are reached. */
  readonly storage: Storage;

  constructor(path: string, storage: Storage) {
    this.path = path;
    this.storage = storage;
  }

  /** Of the training that is not finished. */
  get checkpoint(): MemoryStore {
    return storeFile(this.storage.files, placeIn(this.path, 'checkpoint.safetensors'));
  }

  /** What a training that did not come to its end was asked for; undefined where there is none. */
  async unfinished(): Promise<TrainingOptions | undefined> {
    const parsed = v.safeParse(trainingOptionsSchema, await this.json(unfinishedName));
    return parsed.success ? parsed.output : undefined;
  }

  /** A training has begun; it is unfinished until `end`. */
  async begin(options: TrainingOptions): Promise<void> {
    await this.write(options, unfinishedName);
  }

  /** Nothing is unfinished any more; its checkpoint goes too. */
  async end(): Promise<void> {
    await this.storage.files.remove(placeIn(this.path, unfinishedName));
    await this.checkpoint.forget();
  }

  /** Whether another process trains here. */
  async isLocked(): Promise<boolean> {
    return this.storage.locks.isHeld(placeIn(this.path, lockName));
  }

  /** Holds the lock until it is released. Throws a TrainingLockedError. */
  async lock(): Promise<Lock> {
    const path = placeIn(this.path, lockName);
    const lock = await this.storage.locks.acquire(path);
    if (lock === undefined) throw new TrainingLockedError(path);
    return lock;
  }

  /** The same folder for the holder of its lock: once that is lost, nothing is written, and a LockLostError thrown. */
  whileHeld(lock: Lock): TrainingFolder {
    const { files, locks } = this.storage;
    return new TrainingFolder(this.path, { files: filesWhileHeld(files, lock), locks });
  }

  /** Deletes what trainings left that were killed before they were reported, unless somebody trains here. */
  async cleanUp(): Promise<void> {
    const { files, locks } = this.storage;
    if (!(await files.exists(this.path))) return;
    const lock = await locks.acquire(placeIn(this.path, lockName));
    if (lock === undefined) return;
    try {
      await this.whileHeld(lock).sweep();
    } finally {
      await lock.release();
    }
  }

  /** As `cleanUp`, for a caller who holds the lock. */
  async sweep(): Promise<void> {
    const { files } = this.storage;
    const activeId = await this.activeId();
    for (const { name, isFile } of await files.list(this.path)) {
      const isTraining = !isFile && name !== activeId && v.is(trainingIdSchema, name) && name !== lockName;
      // One whose report is damaged was finished, and cannot be told from one that is in use: it stays.
      if (isTraining && !(await files.exists(placeIn(this.path, name, reportName)))) await this.remove(name);
    }
  }

  /** The names of what is kept here and cannot be read: it counts as absent. */
  async damagedRecords(): Promise<readonly string[]> {
    const { files } = this.storage;
    const entries = await files.list(this.path);
    const reports = entries.flatMap(({ name, isFile }) => (isFile ? [] : [[name, reportName]]));
    const damaged: string[] = [];
    for (const names of [[activeName], [unfinishedName], ...reports]) {
      const isThere = await files.exists(placeIn(this.path, ...names));
      if (isThere && (await this.json(...names)) === undefined) damaged.push(names.join('/'));
    }
    return damaged;
  }

  /** The folder of a training's model. */
  modelFolder(id: string): string {
    return placeIn(this.path, id, 'model');
  }

  /** The folder of a training's adapter in PEFT's layout, where it made one. */
  adapterFolder(id: string): string {
    return placeIn(this.path, id, 'adapter');
  }

  /** Either all of its files are written, with their checksums, or nothing. */
  async writeModel(id: string, files: ModelSource): Promise<void> {
    await writeFolder(this.storage.files, this.modelFolder(id), withChecksums(files));
  }

  async writeReport(report: TrainingReport): Promise<void> {
    await this.write(report, report.id, reportName);
  }

  /** Finished trainings, the latest first. What cannot be read is left out. */
  async reports(): Promise<readonly TrainingReport[]> {
    const entries = await this.storage.files.list(this.path);
    const reports = await Promise.all(entries.map(({ name }) => this.report(name)));
    return reports
      .flatMap(report => (report === undefined ? [] : [report]))
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  /** The training whose model is in use; undefined for the model that all started from. */
  async active(): Promise<TrainingReport | undefined> {
    const id = await this.activeId();
    const report = id === undefined ? undefined : await this.report(id);
    return report !== undefined && (await this.hasModel(report.id)) ? report : undefined;
  }

  /** Whether a training's model is still there. */
  hasModel(id: string): Promise<boolean> {
    return this.storage.files.exists(placeIn(this.modelFolder(id), 'model.safetensors'));
  }

  /** Of the training whose model is in use. */
  async activeModelFolder(): Promise<string | undefined> {
    const id = await this.activeId();
    if (id === undefined) return undefined;
    const folder = this.modelFolder(id);
    return (await this.storage.files.exists(folder)) ? folder : undefined;
  }

  async setActive(id: string | null): Promise<void> {
    await this.write({ id }, activeName);
  }

  /** Puts the model in use aside, in place of one that was put aside before: from then on none is in use. */
  async setModelAside(): Promise<void> {
    const { files } = this.storage;
    const id = await this.activeId();
    if (id === undefined) return;
    const aside = `${this.modelFolder(id)}.damaged`;
    await this.setActive(null);
    await files.remove(aside);
    await files.rename(this.modelFolder(id), aside);
  }

  /** Deletes a training, its report too. */
  async remove(id: string): Promise<void> {
    await this.storage.files.remove(placeIn(this.path, id));
  }

  /** Deletes all that was ever learnt here. */
  async forget(): Promise<void> {
    await this.storage.files.remove(this.path);
  }

  private async activeId(): Promise<string | undefined> {
    const parsed = v.safeParse(activeSchema, await this.json(activeName));
    return parsed.success ? (parsed.output.id ?? undefined) : undefined;
  }

  private async report(id: string): Promise<TrainingReport | undefined> {
    const parsed = v.safeParse(trainingReportSchema, await this.json(id, reportName));
    return parsed.success && parsed.output.id === id ? parsed.output : undefined;
  }

  /** The value of a record; undefined where there is none that is whole. */
  private async json(...names: readonly string[]): Promise<unknown> {
    return recordValue(await readJson(this.storage.files, placeIn(this.path, ...names)));
  }

  private async write(value: object, ...names: readonly string[]): Promise<void> {
    await this.storage.files.write(placeIn(this.path, ...names), recordBytes(value));
  }
}

/**
 * Works with the folder of the model that trainings left in use, or else of the one that was asked for. A trained model
 * that turns out to be damaged is set aside, `onSetAside` told what is wrong with it, and the work done with the other one.
 * Rejects as `work` does.
 */
export async function withModelInUse<T>(
  trainings: TrainingFolder | undefined,
  modelFolder: string,
  work: (folder: string) => Promise<T>,
  onSetAside: (problem: string) => void,
): Promise<T> {
  const trained = await trainings?.activeModelFolder();
  if (trainings === undefined || trained === undefined) return work(modelFolder);
  try {
    return await work(trained);
  } catch (error) {
    if (!(error instanceof DamagedModelError) || folderOf(error.file) !== trained) throw error;
    const { message } = error;
    await trainings.setModelAside().then(
      () => {
        onSetAside(message);
      },
      (why: unknown) => {
        onSetAside(`${message} It cannot be set aside: ${errorMessage(why)}`);
      },
    );
    return work(modelFolder);
  }
}

const reportName = 'training.json';
const unfinishedName = 'unfinished.json';
const activeName = 'active.json';
const lockName = 'lock';
const activeSchema = v.object({ id: v.nullable(trainingIdSchema) });
