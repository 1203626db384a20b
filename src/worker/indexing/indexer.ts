// Keeps memory, or the index of chat, equal to the workspace: looks at all of it once, then at what changed. One loop does everything, a step
// at a time, so that nothing changes memory but the step at hand; a step gives way to suggestions between slices.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError, CancellationSource } from '../../base/cancellation.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';
import { isIn, marked, noMark } from '../../corpus/readingMark.ts';
import { withinCap } from '../../corpus/withinCap.ts';
import { Catalogue } from './indexerCatalogue.ts';
import type { FileIndex } from './fileIndex.ts';
import { IndexerReport } from './indexerReport.ts';
import type { IndexedFolder, Reading } from './indexerScan.ts';
import { isSameStat, locate, readSettled, scanFolders } from './indexerScan.ts';
import type { MemoryState } from '../protocol/memoryState.ts';
import type { Remembered } from './storedMemory.ts';
import { StoredMemory } from './storedMemory.ts';
import type { MemoryStore } from '../storage/storeFile.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';
import { runInSlices } from '../../base/scheduling/slicer.ts';

export interface IndexerParts {
  /** For messages. */
  readonly name: string;
  readonly memory: FileIndex;
  /** The tokens that memory holds of a file; yields every few milliseconds. */
  readonly encode: (path: string, text: string) => Encoding | Promise<Encoding>;
  /** Where memory is kept between sessions; undefined where nowhere. */
  readonly store: MemoryStore | undefined;
  /** Names what the tokens depend on. */
  readonly storeKey: string;
  readonly vocabularySize: number;
  readonly slicer: Slicer;
  /** Told of the file at hand. */
  readonly mark?: ReadingMark;
  readonly logger: Logger;
  readonly onState: (state: MemoryState) => void;
  readonly limits?: Partial<IndexerLimits>;
}

type Encoding = Generator<undefined, number[], undefined>;

export interface IndexerLimits {
  /** A change is on the disk after so long. */
  readonly saveAfterMs: number;
  /** Time between two saves at least: what is not saved is read again after a restart, not lost. */
  readonly saveEveryMs: number;
  /** Time between two reports of progress at least. */
  readonly reportEveryMs: number;
  /** Tokens that one addition to memory holds: less while memory is small, so that it is of use early. */
  readonly minBatchTokens: number;
  readonly maxBatchTokens: number;
}

const indexerLimits: IndexerLimits = {
  saveAfterMs: 5_000,
  saveEveryMs: 120_000,
  reportEveryMs: 150,
  minBatchTokens: 20_000,
  maxBatchTokens: 200_000,
};

/** What is to be remembered. */
export interface IndexerRules {
  readonly folders: readonly IndexedFolder[];
  /** Bytes of files remembered at most, the most relevant ones. */
  readonly capBytes: number;
  /** Files that are left out as long as they have this size and time. */
  readonly skip?: readonly CorpusFile[] | undefined;
}

/** The outcome of a file that ended an engine. */
const engineEnded = 'engine-ended';
/** Files read at once. */
const readAhead = 16;
/** With more changes than this, stale texts are hidden before the new ones are ready. */
const fewChanges = 50;
/** How far new files may exceed the cap until all files are ranked again. */
const capTolerance = 1.05;

export class Indexer {
  private readonly parts: IndexerParts;
  private readonly limits: IndexerLimits;
  private readonly catalogue = new Catalogue();
  private readonly stored: StoredMemory;
  private readonly reporting: IndexerReport;
  private readonly mark: ReadingMark;
  private rules: IndexerRules = { folders: [], capBytes: 0 };
  private isBlamed = isIn();
  private cancellation = new CancellationSource();
  private running: Promise<void> | undefined;
  private stopped = false;
  // What is to be done.
  private scanWanted = false;
  private readonly urgent = new Set<string>();
  private readonly todo = new Map<string, CorpusFile>();

  constructor(parts: IndexerParts) {
    this.parts = parts;
    this.limits = { ...indexerLimits, ...parts.limits };
    this.mark = parts.mark ?? noMark;
    const { catalogue } = this;
    this.reporting = new IndexerReport({ ...parts, catalogue, everyMs: this.limits.reportEveryMs });
    this.stored = new StoredMemory({
      ...parts,
      limits: this.limits,
      catalogue,
      onDue: () => {
        this.wake();
      },
    });
  }

  /** Looks at the workspace, by these rules from now on. */
  open(rules: IndexerRules): void {
    this.rules = rules;
    this.isBlamed = isIn(rules.skip);
    this.rescan();
  }

  /** Looks at all of the workspace: soon, and again if it is just being looked at. */
  rescan(): void {
    this.scanWanted = true;
    this.wake();
  }

  /** Looks at these paths before anything else. They may have been created, changed or deleted, or be folders. */
  changed(paths: Iterable<string>): void {
    for (const path of paths) this.urgent.add(path);
    this.wake();
  }

  /** Resolves once there is nothing left to do but to save. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** Ends for good, and keeps what memory holds if that is wished. Memory itself is left as it is. */
  async stop(save: boolean): Promise<void> {
    this.stopped = true;
    this.cancellation.cancel();
    this.stored.stop();
    await this.running;
    if (save) await this.stored.save();
  }

  /** Ends for good and forgets everything: memory, what was kept, and what was set aside. */
  async forget(): Promise<void> {
    await this.stop(false);
    this.parts.memory.clear();
    this.catalogue.clear();
    await this.parts.store?.forget();
  }

  private wake(): void {
    if (this.stopped) return;
    this.running ??= this.work().finally(() => {
      this.running = undefined;
      // Something may have come in between the last look and now.
      if (this.hasWork()) this.wake();
    });
  }

  private hasWork(): boolean {
    return this.scanWanted || this.urgent.size > 0 || this.todo.size > 0 || this.stored.isDue;
  }

  private async work(): Promise<void> {
    const { token } = this.cancellation;
    try {
      while (!this.stopped && this.hasWork()) {
        if (this.scanWanted) await this.scan(token);
        else if (this.urgent.size > 0) await this.indexUrgent(token);
        else if (this.todo.size > 0) await this.indexBatch(token);
        else await this.stored.save();
        this.report();
      }
    } catch (error) {
      if (error instanceof CancellationError) return;
      // A bug: what was to be done is given up, so that it does not happen again at once, and memory stays as it is.
      this.urgent.clear();
      this.todo.clear();
      this.parts.logger.error(`${this.parts.name}: ${errorMessage(error)}`);
      this.report();
    }
  }

  /** Compares the whole workspace with what is known; what must be read comes after. */
  private async scan(cancellation: CancellationToken): Promise<void> {
    this.scanWanted = false;
    this.reporting.begin();
    const { slicer } = this.parts;
    const { folders, capBytes } = this.rules;
    const { files, unreadable } = await scanFolders(
      folders,
      undefined,
      ({ reason }) => {
        this.reporting.leaveOut(reason);
      },
      slicer,
      cancellation,
    );
    for (const prefix of unreadable) {
      this.parts.logger.warn(
        `${this.parts.name}: the folder ${prefix} cannot be read; what is known of it stays`,
      );
    }
    const { kept, dropped } = withinCap(files, capBytes);
    if (dropped.length > 0) this.reporting.leaveOut('over-cap', dropped.length);
    await this.stored.restore(kept, unreadable.length === 0, cancellation, batch =>
      this.remember(batch, cancellation),
    );
    const { gone, changed } = this.catalogue.compare(kept, unreadable);
    for (const path of gone) {
      this.drop(path);
      await slicer.giveWay();
    }
    this.todo.clear();
    for (const file of changed) {
      if (this.skip(file)) continue;
      this.todo.set(file.path, file);
      if (changed.length > fewChanges && this.drop(file.path)) await slicer.giveWay();
    }
    this.reporting.expect(this.todo.size);
  }

  /** Reads the next files and adds them to memory. Ends early when something more urgent comes in. */
  private async indexBatch(cancellation: CancellationToken): Promise<void> {
    const { minBatchTokens, maxBatchTokens } = this.limits;
    const wanted = Math.min(maxBatchTokens, Math.max(minBatchTokens, this.parts.memory.size));
    const batch: Remembered[] = [];
    let tokens = 0;
    let reading = this.readNext();
    while (tokens < wanted && this.urgent.size === 0 && !this.scanWanted) {
      const files = await reading;
      if (files.length === 0) break;
      // The next are read while these are encoded.
      reading = this.readNext();
      tokens += await this.encodeAll(files, batch, cancellation);
      this.reporting.progress(this.todo.size);
    }
    await this.encodeAll(await reading, batch, cancellation);
    await this.remember(batch, cancellation);
  }

  private async readNext(): Promise<readonly Reading[]> {
    const files: CorpusFile[] = [];
    for (const file of this.todo.values()) {
      if (files.length === readAhead) break;
      files.push(file);
    }
    for (const { path } of files) this.todo.delete(path);
    this.reporting.noteReads(files.length);
    return Promise.all(files.map(file => readSettled(this.rules.folders, file, this.mark)));
  }

  /** Looks at the paths that were reported. */
  private async indexUrgent(cancellation: CancellationToken): Promise<void> {
    const { folders, capBytes } = this.rules;
    const paths = [...this.urgent];
    this.urgent.clear();
    const leftOut = new Set<string>();
    const { files, unreadable } = await scanFolders(
      folders,
      paths,
      ({ path }) => leftOut.add(path),
      this.parts.slicer,
      cancellation,
    );
    for (const { path } of files) this.todo.delete(path);
    const found = new Set(files.map(({ path }) => path));
    for (const path of paths) {
      if (found.has(path) || unreadable.some(prefix => path.startsWith(prefix))) continue;
      this.todo.delete(path);
      for (const known of this.catalogue.under(path)) this.drop(known);
      if (!isLeftOut(path, leftOut) && (await this.isFolder(path))) this.scanWanted = true;
    }
    const batch: Remembered[] = [];
    const wanted = files.filter(file => !this.skip(file));
    for (let at = 0; at < wanted.length; at += readAhead) {
      const group = wanted.slice(at, at + readAhead);
      this.reporting.noteReads(group.length);
      const read = await Promise.all(group.map(file => readSettled(folders, file, this.mark)));
      await this.encodeAll(read, batch, cancellation);
    }
    await this.remember(batch, cancellation);
    if (this.catalogue.rememberedBytes > capTolerance * capBytes) this.scanWanted = true;
  }

  /** Encodes what was admitted into `batch`, and drops the rest. Gives the number of tokens. */
  private async encodeAll(
    readings: readonly Reading[],
    batch: Remembered[],
    cancellation: CancellationToken,
  ): Promise<number> {
    let count = 0;
    for (const reading of readings) {
      const { path, admission } = reading;
      const tokens =
        admission.kind === 'admitted' ? await this.tokens(reading, admission.text, cancellation) : undefined;
      if (tokens === undefined) {
        this.drop(path);
        this.catalogue.note(path, reading, admission.kind === 'left-out' ? admission.reason : 'not-text');
        this.stored.noteChange();
      } else {
        const { sizeBytes, mtimeMs } = reading;
        batch.push({ path, sizeBytes, mtimeMs, tokens });
        count += tokens.length;
      }
      await this.parts.slicer.giveWay();
    }
    this.mark.clear();
    return count;
  }

  /** Undefined for a text that the tokenizer cannot spell: one odd file must not end the work. */
  private async tokens(
    file: CorpusFile,
    text: string,
    cancellation: CancellationToken,
  ): Promise<readonly number[] | undefined> {
    const { path } = file;
    try {
      const work = marked(await this.parts.encode(path, text), file, this.mark);
      return await runInSlices(work, this.parts.slicer, cancellation);
    } catch (error) {
      if (error instanceof CancellationError) throw error;
      this.parts.logger.warn(`${this.parts.name}: ${path} is left out: ${errorMessage(error)}`);
      return undefined;
    }
  }

  /** Adds files to memory, in place of what was there of them. */
  private async remember(files: readonly Remembered[], cancellation: CancellationToken): Promise<void> {
    if (files.length === 0) return;
    await runInSlices(this.parts.memory.update(files), this.parts.slicer, cancellation);
    for (const file of files) this.catalogue.note(file.path, file, 'remembered');
    this.stored.noteChange();
  }

  /** Leaves out a file that ended an engine, in this session or an earlier one, unless it has changed. */
  private skip(file: CorpusFile): boolean {
    const known = this.catalogue.get(file.path);
    if (known?.outcome === engineEnded && isSameStat(known, file)) return true;
    if (!this.isBlamed(file)) return false;
    this.drop(file.path);
    this.catalogue.note(file.path, file, engineEnded);
    this.stored.noteChange();
    return true;
  }

  private drop(path: string): boolean {
    this.parts.memory.remove(path);
    const found = this.catalogue.delete(path);
    if (found) this.stored.noteChange();
    return found;
  }

  private async isFolder(path: string): Promise<boolean> {
    const located = locate(this.rules.folders, path);
    if (located === undefined) return false;
    return located.folder.tree.list(located.inFolder).then(
      () => true,
      () => false,
    );
  }

  private report(): void {
    if (this.stopped) return;
    if (this.hasWork()) this.reporting.progress(this.todo.size);
    else this.reporting.done(this.stored.isKept);
  }
}

/** Whether the walk left out the path, or a folder that it lies in. */
function isLeftOut(path: string, leftOut: ReadonlySet<string>): boolean {
  if (leftOut.has(path) || leftOut.has(`${path}/`)) return true;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (leftOut.has(path.slice(0, slash + 1))) return true;
  }
  return false;
}
