// What the indexer knows of each file of the workspace: the size and time it had when it was read, and what became of
// it. Compared with a fresh look at the workspace, it tells what must be read and what must be forgotten.

import type { CorpusFile, FileStat } from '../../corpus/fileTree.ts';
import { isSameStat } from './indexerScan.ts';

export interface KnownFile extends FileStat {
  /** `remembered`, or the reason why the file's text kept it out. */
  readonly outcome: string;
}

export interface Difference {
  /** Known files that are no longer there, or no longer wanted. */
  readonly gone: readonly string[];
  /** Files that are new or changed, in the order given. */
  readonly changed: readonly CorpusFile[];
}

export class Catalogue {
  private readonly known = new Map<string, KnownFile>();
  private rememberedFiles = 0;
  private bytes = 0;

  /** Files remembered, and their bytes on the disk. */
  get fileCount(): number {
    return this.rememberedFiles;
  }

  get rememberedBytes(): number {
    return this.bytes;
  }

  get(path: string): KnownFile | undefined {
    return this.known.get(path);
  }

  entries(): Iterable<readonly [string, KnownFile]> {
    return this.known;
  }

  note(path: string, { sizeBytes, mtimeMs }: FileStat, outcome: string): void {
    this.delete(path);
    this.known.set(path, { sizeBytes, mtimeMs, outcome });
    this.count(sizeBytes, outcome, 1);
  }

  delete(path: string): boolean {
    const file = this.known.get(path);
    if (file === undefined) return false;
    this.count(file.sizeBytes, file.outcome, -1);
    return this.known.delete(path);
  }

  clear(): void {
    this.known.clear();
    this.rememberedFiles = 0;
    this.bytes = 0;
  }

  /** Known paths that are `path` or lie below it. */
  under(path: string): readonly string[] {
    if (this.known.has(path)) return [path];
    return [...this.known.keys()].filter(known => known.startsWith(`${path}/`));
  }

  /** Compares with `files`, all that are wanted now; of what lies under a prefix in `unseen` nothing is known. */
  compare(files: readonly CorpusFile[], unseen: readonly string[]): Difference {
    const wanted = new Set(files.map(({ path }) => path));
    const gone = [...this.known.keys()].filter(
      path => !wanted.has(path) && !unseen.some(prefix => path.startsWith(prefix)),
    );
    const changed = files.filter(file => {
      const known = this.known.get(file.path);
      // What could not be read is tried again.
      return known === undefined || known.outcome === 'unreadable' || !isSameStat(known, file);
    });
    return { gone, changed };
  }

  /** Files whose text kept them out, by reason. */
  leftOut(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { outcome } of this.known.values()) {
      if (outcome !== 'remembered') counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    return counts;
  }

  private count(sizeBytes: number, outcome: string, change: 1 | -1): void {
    if (outcome !== 'remembered') return;
    this.rememberedFiles += change;
    this.bytes += change * sizeBytes;
  }
}
