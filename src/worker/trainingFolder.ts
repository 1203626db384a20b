// Where trainings are kept: one that is not finished with its checkpoint, finished ones with their reports and models,
// which of them is in use, and a lock, so that two windows do not train the same workspace at once.

import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { StoredMixtures } from '../infer/mixtureWeights.ts';
import { storedMixtures } from '../infer/mixtureWeights.ts';
import type { ModelSource } from '../model/modelSource.ts';
import { jsonBytes } from '../model/modelSource.ts';
import type { MemoryStore } from './storeFile.ts';
import { storeFile } from './storeFile.ts';
import type { TrainingOptions } from './trainingOptions.ts';
import { trainingOptionsSchema } from './trainingOptions.ts';
import type { TrainingReport } from './trainingReport.ts';
import { trainingIdSchema, trainingReportSchema } from './trainingReport.ts';

/** A lock that nobody has touched for so long was left by a process that died, on whatever machine. */
const staleLockMs = 60_000;
const touchLockMs = 10_000;

/** Somebody else trains here. */
export class TrainingLockedError extends Error {
  constructor(path: string) {
    super(`another window or program trains this workspace already (${path}); wait for it, or stop it there`);
  }
}

export class TrainingFolder {
  /** Absolute; made when it is first written to. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Of the training that is not finished. */
  get checkpoint(): MemoryStore {
    return storeFile(join(this.path, 'checkpoint.safetensors'));
  }

  /** What a training that did not come to its end was asked for; undefined where there is none. */
  async unfinished(): Promise<TrainingOptions | undefined> {
    const parsed = v.safeParse(trainingOptionsSchema, await readJson(join(this.path, unfinishedName)));
    return parsed.success ? parsed.output : undefined;
  }

  /** A training has begun; it is unfinished until `end`. */
  async begin(options: TrainingOptions): Promise<void> {
    await writeWhole(join(this.path, unfinishedName), jsonBytes(options));
  }

  /** Nothing is unfinished any more; its checkpoint goes too. */
  async end(): Promise<void> {
    await rm(join(this.path, unfinishedName), { force: true });
    await this.checkpoint.forget();
  }

  /** Whether another process trains here. */
  async isLocked(): Promise<boolean> {
    return isHeld(join(this.path, lockName));
  }

  /**
   * Holds the lock until it is released. Throws a TrainingLockedError. A process trains once at a time: a lock of its own
   * was left by a worker that died.
   */
  async lock(): Promise<{ release(): Promise<void> }> {
    const path = join(this.path, lockName);
    await mkdir(this.path, { recursive: true });
    const mine = `${process.pid} ${Math.random().toString(36).slice(2)} ${hostname()}`;
    if (!(await created(path, mine))) {
      if (await isHeld(path)) throw new TrainingLockedError(path);
      await rm(path, { force: true });
      if (!(await created(path, mine))) throw new TrainingLockedError(path);
    }
    const timer = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, touchLockMs);
    timer.unref();
    return {
      async release() {
        clearInterval(timer);
        // Who took over a lock that seemed stale keeps it.
        const owner = await readFile(path, 'utf8').catch(() => undefined);
        if (owner === mine) await rm(path, { force: true });
      },
    };
  }

  /** The folder of a training's model. */
  modelFolder(id: string): string {
    return join(this.path, id, 'model');
  }

  /** The folder of a training's adapter in PEFT's layout, where it made one. */
  adapterFolder(id: string): string {
    return join(this.path, id, 'adapter');
  }

  /** Beside the model, which reads them from there. */
  async writeMixtures(id: string, mixtures: StoredMixtures): Promise<void> {
    await writeWhole(join(this.modelFolder(id), 'mixtures.json'), jsonBytes(storedMixtures(mixtures)));
  }

  async writeReport(report: TrainingReport): Promise<void> {
    await writeWhole(join(this.path, report.id, reportName), jsonBytes(report));
  }

  /** Finished trainings, the latest first. What cannot be read is left out. */
  async reports(): Promise<readonly TrainingReport[]> {
    const names = await readdir(this.path).catch(() => []);
    const reports = await Promise.all(names.map(name => this.report(name)));
    return reports
      .flatMap(report => (report === undefined ? [] : [report]))
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  /** The training whose model is in use; undefined for the model that all started from. */
  async active(): Promise<TrainingReport | undefined> {
    const json = await readJson(join(this.path, activeName));
    const parsed = v.safeParse(activeSchema, json);
    if (!parsed.success || parsed.output.id === null) return undefined;
    const report = await this.report(parsed.output.id);
    return report !== undefined && (await this.hasModel(report.id)) ? report : undefined;
  }

  /** Whether a training's model is still there. */
  async hasModel(id: string): Promise<boolean> {
    const weights = await stat(join(this.modelFolder(id), 'model.safetensors')).catch(() => undefined);
    return weights !== undefined;
  }

  /** Of the training whose model is in use; read at once, for an activation that waits for nothing. */
  activeModelFolder(): string | undefined {
    let json: unknown;
    try {
      json = JSON.parse(readFileSync(join(this.path, activeName), 'utf8'));
    } catch {
      return undefined;
    }
    const parsed = v.safeParse(activeSchema, json);
    if (!parsed.success || parsed.output.id === null) return undefined;
    const folder = this.modelFolder(parsed.output.id);
    return existsSync(folder) ? folder : undefined;
  }

  async setActive(id: string | null): Promise<void> {
    await writeWhole(join(this.path, activeName), jsonBytes({ id }));
  }

  /** Deletes a training's model; its report stays. */
  async removeModel(id: string): Promise<void> {
    await rm(this.modelFolder(id), { recursive: true, force: true });
    await rm(this.adapterFolder(id), { recursive: true, force: true });
  }

  /** Deletes a training, its report too. */
  async remove(id: string): Promise<void> {
    await rm(join(this.path, id), { recursive: true, force: true });
  }

  /** Deletes all that was ever learnt here. */
  async forget(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  private async report(id: string): Promise<TrainingReport | undefined> {
    const parsed = v.safeParse(trainingReportSchema, await readJson(join(this.path, id, reportName)));
    return parsed.success && parsed.output.id === id ? parsed.output : undefined;
  }
}

/** Writes a folder so that either all of it is there or nothing; what was there before is replaced. */
export async function writeModelFolder(path: string, files: ModelSource): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    for (const [name, bytes] of files) await writeFile(join(temporary, name), bytes, { flush: true });
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

const reportName = 'training.json';
const unfinishedName = 'unfinished.json';
const activeName = 'active.json';
const lockName = 'lock';
const activeSchema = v.object({ id: v.nullable(trainingIdSchema) });

async function isHeld(path: string): Promise<boolean> {
  const [found, owner] = await Promise.all([
    stat(path).catch(() => undefined),
    readFile(path, 'utf8').catch(() => ''),
  ]);
  if (found === undefined || Date.now() - found.mtimeMs > staleLockMs) return false;
  const [pid, , host] = owner.split(' ');
  return host !== hostname() || (Number(pid) !== process.pid && isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function created(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await storeFile(path).save(bytes);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
