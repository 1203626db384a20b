// What the indexer tells of itself: progress while it works, and at the end what memory holds, what was left out and
// why, and what the last look at the whole workspace cost.

import type { Logger } from '../../base/logger.ts';
import type { FileIndex } from './fileIndex.ts';
import type { Catalogue } from './indexerCatalogue.ts';
import type { MemoryState } from '../protocol/memoryState.ts';

export interface IndexerReportParts {
  readonly name: string;
  readonly memory: FileIndex;
  readonly catalogue: Catalogue;
  readonly logger: Logger;
  readonly onState: (state: MemoryState) => void;
  /** Time between two reports of progress at least. */
  readonly everyMs: number;
}

export class IndexerReport {
  private readonly parts: IndexerReportParts;
  private readonly leftOut = new Map<string, number>();
  private startedMs: number | undefined;
  private lastMs = -Infinity;
  private total = 0;
  private read = 0;
  private lastScan = { elapsedMs: 0, filesRead: 0 };

  constructor(parts: IndexerReportParts) {
    this.parts = parts;
  }

  /** A look at the whole workspace begins. */
  begin(): void {
    this.startedMs = performance.now();
    this.read = 0;
    this.leftOut.clear();
  }

  /** Files or folders left out before they were read. */
  leaveOut(reason: string, count = 1): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + count);
  }

  noteReads(count: number): void {
    this.read += count;
  }

  /** The look is over; so many files are to be read. */
  expect(files: number): void {
    this.total = this.parts.catalogue.fileCount + files;
  }

  /** So many files are still to be read. */
  progress(files: number): void {
    const nowMs = performance.now();
    if (nowMs - this.lastMs < this.parts.everyMs) return;
    this.lastMs = nowMs;
    const done = Math.max(0, this.total - files);
    this.parts.onState({ kind: 'indexing', ...this.size(), done, total: this.total });
  }

  /** Nothing is left to be done. */
  done(isKept: boolean): void {
    const leftOut = new Map(this.leftOut);
    for (const [reason, count] of this.parts.catalogue.leftOut()) {
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
    }
    const size = this.size();
    if (this.startedMs !== undefined) {
      this.lastScan = { elapsedMs: performance.now() - this.startedMs, filesRead: this.read };
      this.startedMs = undefined;
      const left = [...leftOut].map(([reason, count]) => `${reason} ${count}`).join(', ');
      this.parts.logger.info(
        `${this.parts.name}: ${size.files} files, ${size.tokens} tokens, ${(size.sizeBytes / 1e6).toFixed(1)} MB; ` +
          `looked at the workspace in ${this.lastScan.elapsedMs.toFixed(0)} ms and read ${this.read} files; ` +
          `left out: ${left === '' ? 'none' : left}`,
      );
    }
    this.parts.onState({
      kind: 'ready',
      ...size,
      leftOut: Object.fromEntries(leftOut),
      ...this.lastScan,
      isKept,
    });
  }

  private size() {
    const { memory, catalogue } = this.parts;
    return { files: catalogue.fileCount, tokens: memory.size, sizeBytes: memory.sizeBytes };
  }
}
