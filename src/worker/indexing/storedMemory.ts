// What memory keeps between sessions: restores what did not change since, and saves now and then. A store that cannot
// be used is set aside and built anew; a disk that cannot be written to costs a warning, memory works without, and the
// save is tried again.

import type { CancellationToken } from '../../base/cancellation.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { StoredFile } from '../../memory/store.ts';
import { encodeStore, parseStore } from '../../memory/store.ts';
import type { FileIndex } from './fileIndex.ts';
import type { Catalogue } from './indexerCatalogue.ts';
import { isSameStat } from './indexerScan.ts';
import type { MemoryStore } from '../storage/storeFile.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';
import { runInSlices } from '../../base/scheduling/slicer.ts';

export interface StoredMemoryParts {
  readonly store: MemoryStore | undefined;
  readonly storeKey: string;
  readonly vocabularySize: number;
  readonly name: string;
  readonly memory: FileIndex;
  readonly catalogue: Catalogue;
  readonly slicer: Slicer;
  readonly logger: Logger;
  readonly limits: { readonly saveAfterMs: number; readonly saveEveryMs: number };
  /** Called when it is time to save. */
  readonly onDue: () => void;
}

/** A file to be remembered, with the size and time it had when it was read. */
export interface Remembered {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly tokens: readonly number[] | Int32Array;
}

/** Tokens restored at once: as few additions as possible, each of them short. */
const batchTokens = 400_000;

export class StoredMemory {
  private readonly parts: StoredMemoryParts;
  /** Whether all that was kept is in memory, so that saving loses nothing. */
  private restored = false;
  private changed = false;
  private due = false;
  private failed = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private lastSaveMs = -Infinity;

  constructor(parts: StoredMemoryParts) {
    this.parts = parts;
  }

  /** Whether memory outlives the session, as far as is known. */
  get isKept(): boolean {
    return this.parts.store !== undefined && !this.failed;
  }

  /** Whether it is time to save. */
  get isDue(): boolean {
    return this.due;
  }

  /**
   * Once: gives what was kept of `files` to `remember`, where size and time are still the same. With `isWhole` false
   * some files may be missing from `files`, and it is done again the next time.
   */
  async restore(
    files: readonly CorpusFile[],
    isWhole: boolean,
    cancellation: CancellationToken,
    remember: (batch: readonly Remembered[]) => Promise<void>,
  ): Promise<void> {
    const { catalogue, slicer } = this.parts;
    if (this.restored) return;
    const stored = new Map((await this.load(cancellation)).map(file => [file.path, file]));
    const { changed } = this;
    let batch: Remembered[] = [];
    let tokens = 0;
    let found = 0;
    for (const file of files) {
      const kept = stored.get(file.path);
      if (kept === undefined || !isSameStat(kept, file) || catalogue.get(file.path) !== undefined) continue;
      found++;
      const { path, sizeBytes, mtimeMs, content } = kept;
      if (typeof content === 'string') catalogue.note(path, kept, content);
      else {
        batch.push({ path, sizeBytes, mtimeMs, tokens: content });
        tokens += content.length;
      }
      if (tokens >= batchTokens) {
        await remember(batch);
        batch = [];
        tokens = 0;
      }
      await slicer.giveWay();
    }
    await remember(batch);
    this.restored = isWhole;
    this.changed = changed;
    if (found < stored.size) this.noteChange();
  }

  /** Something in memory differs from what is kept. */
  noteChange(): void {
    this.changed = true;
    if (this.parts.store === undefined || this.stopped || this.timer !== undefined || this.due) return;
    const { saveAfterMs, saveEveryMs } = this.parts.limits;
    const waitMs = Math.max(saveAfterMs, this.lastSaveMs + saveEveryMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.due = true;
      this.parts.onDue();
    }, waitMs);
  }

  /** Saves what memory holds, if it changed and if nothing that was kept would be lost by it. Never rejects. */
  async save(): Promise<void> {
    const { store, storeKey, slicer, logger } = this.parts;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.due = false;
    if (store === undefined || !this.changed || !this.restored) return;
    this.lastSaveMs = performance.now();
    try {
      const bytes = await runInSlices(encodeStore(storeKey, this.files()), slicer);
      this.changed = false;
      await store.save(bytes);
      this.failed = false;
      const tookMs = performance.now() - this.lastSaveMs;
      logger.debug(
        `${this.parts.name}: saved ${(bytes.byteLength / 1e6).toFixed(1)} MB in ${tookMs.toFixed(0)} ms`,
      );
    } catch (error) {
      this.changed = true;
      const message = `${this.parts.name}: ${store.name} cannot be written, so what it holds ends with the session`;
      logger[this.failed ? 'debug' : 'warn'](`${message}: ${errorMessage(error)}`);
      this.failed = true;
      // There may be room again by then.
      this.noteChange();
    }
  }

  /** No save becomes due any more; one can still be asked for. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async load(cancellation: CancellationToken): Promise<readonly StoredFile[]> {
    const { name, store, storeKey, vocabularySize, slicer, logger } = this.parts;
    if (store === undefined) return [];
    try {
      const bytes = await store.load();
      if (bytes === undefined) return [];
      const files = await runInSlices(parseStore(bytes, storeKey, vocabularySize), slicer, cancellation);
      if (typeof files !== 'string') return files;
      logger.warn(`${name}: ${store.name} is ${described[files]}; set aside as ${await store.setAside()}`);
    } catch (error) {
      if (cancellation.isCancellationRequested) throw error;
      logger.warn(`${name}: ${store.name} cannot be read, and is built anew: ${errorMessage(error)}`);
    }
    return [];
  }

  private files(): StoredFile[] {
    const { memory, catalogue } = this.parts;
    const tokens = new Map(memory.files().map(file => [file.path, file.tokens]));
    const files: StoredFile[] = [];
    for (const [path, { sizeBytes, mtimeMs, outcome }] of catalogue.entries()) {
      const content = outcome === 'remembered' ? tokens.get(path) : outcome;
      // What could not be read is tried again the next time.
      if (content === undefined || content === 'unreadable') continue;
      files.push({ path, sizeBytes, mtimeMs, content });
    }
    return files;
  }
}

const described = {
  damaged: 'damaged',
  'other-version': 'of another version',
  'other-key': 'of another model or version',
} as const;
