// The memory of the workspace's files. Segments are immutable; a changed file is hidden where it was and indexed anew
// in a small segment, and small segments are merged when there are too many, so an update costs what the file costs.

import type { Evidence } from './evidence.ts';
import { Segment } from './segment.ts';
import type { SegmentFile } from './segment.ts';

/** A query asks every segment. */
const mostSegments = 5;

/** Work that can be done in slices: each `next` takes a few milliseconds. */
export type SlicedWork = Generator<undefined, void, undefined>;

export class WorkspaceMemory {
  private readonly vocabularySize: number;
  private segments: readonly Segment[] = [];
  /** Occurrences of each token in the files. */
  private readonly counts: Float64Array;
  private tokenCount = 0;
  private frequencyCache: Float32Array | undefined;

  constructor(vocabularySize: number) {
    this.vocabularySize = vocabularySize;
    this.counts = new Float64Array(vocabularySize);
  }

  /** Tokens of the files remembered. */
  get size(): number {
    return this.tokenCount;
  }

  get sizeBytes(): number {
    return this.segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  get segmentCount(): number {
    return this.segments.length;
  }

  /**
   * Adds what followed places that end like `context` before `end`: in other files, and in the file of `ownPath` from its
   * token `ownFrom` on.
   */
  collect(
    context: ArrayLike<number>,
    end: number,
    ownPath: string,
    evidence: Evidence,
    ownFrom = Infinity,
  ): void {
    for (const segment of this.segments) segment.collect(context, end, ownPath, evidence, ownFrom);
  }

  /** The tokens' shares of the files' text [vocabulary], no token at 0; the last resort of a prediction. */
  frequencies(): Float32Array {
    if (this.frequencyCache === undefined) {
      const total = this.tokenCount + this.vocabularySize * unseen;
      this.frequencyCache = Float32Array.from(this.counts, count => (count + unseen) / total);
    }
    return this.frequencyCache;
  }

  /** Remembers files, in place of what was remembered under their paths. Done when the work is. */
  *update(files: readonly SegmentFile[]): SlicedWork {
    const segment = yield* Segment.build(files, this.vocabularySize);
    // From here to the end nothing yields: a query sees the old files or the new ones, never both or neither.
    for (const { path } of files) this.remove(path);
    for (const { tokens } of files) this.count(tokens, 1);
    this.segments = [...this.segments, segment];
    if (this.segments.length > mostSegments) yield* this.merge();
  }

  /** Forgets a file. Says whether it was there. */
  remove(path: string): boolean {
    let found = false;
    for (const segment of this.segments) {
      const tokens = segment.hide(path);
      if (tokens === undefined) continue;
      this.count(tokens, -1);
      found = true;
    }
    return found;
  }

  /** Forgets everything. */
  clear(): void {
    this.segments = [];
    this.counts.fill(0);
    this.tokenCount = 0;
    this.frequencyCache = undefined;
  }

  /** Every file with its tokens, for storing and for learning; the tokens are the index's own. */
  files(): readonly SegmentFile[] {
    return this.segments.flatMap(segment => segment.files());
  }

  /** Merges the smaller segments, so that the larger ones are sorted again seldom. */
  private *merge(): SlicedWork {
    const bySize = this.segments.toSorted((a, b) => a.size - b.size);
    let merged = 2;
    let size = (bySize[0]?.size ?? 0) + (bySize[1]?.size ?? 0);
    while (merged < bySize.length && (bySize[merged]?.size ?? 0) <= 2 * size)
      size += bySize[merged++]?.size ?? 0;
    const chosen = bySize.slice(0, merged);
    const segment = yield* Segment.build(
      chosen.flatMap(old => old.files()),
      this.vocabularySize,
    );
    // A file that changed while this was sorted is hidden in the old segment; the new one must hide it too.
    const alive = new Set(chosen.flatMap(old => old.files().map(({ path }) => path)));
    for (const path of segment.paths) if (!alive.has(path)) segment.hide(path);
    this.segments = [...this.segments.filter(old => !chosen.includes(old)), segment];
  }

  private count(tokens: SegmentFile['tokens'], change: 1 | -1): void {
    for (const token of tokens) {
      this.counts[token] = (this.counts[token] ?? 0) + change;
    }
    this.tokenCount += change * tokens.length;
    this.frequencyCache = undefined;
  }
}

/** Occurrences that a token never seen is given. */
const unseen = 0.5;

/** Does sliced work at once. */
export function finish<T>(work: Generator<undefined, T, undefined>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
