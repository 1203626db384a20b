// The memory of the workspace's files. Segments are immutable; a changed file is hidden where it was and indexed anew
// in a small segment, and small segments are merged when there are too many, so an update costs what the file costs.
// Each segment has an index of the same files by their structure beside it, for analogies.

import { LexemeTable } from './analogy/lexemeTable.ts';
import { StructuralSegment } from './analogy/structuralSegment.ts';
import type { StructuredFile } from './analogy/structuredFile.ts';
import { structureOf, TokenBytes } from './analogy/structuredFile.ts';
import type { Evidence } from './evidence.ts';
import { Segment } from './segment.ts';
import type { SegmentFile } from './segment.ts';

/** A query asks every segment. */
const maxSegments = 5;
/** Files taken apart between two yields. */
const filesPerSlice = 8;

/** Work that can be done in slices: each `next` takes a few milliseconds. */
export type SlicedWork = Generator<undefined, void, undefined>;

/** What texts are taken apart with. */
export interface StructureParts {
  readonly table: LexemeTable;
  readonly tokenBytes: TokenBytes;
}

/** The same files by their tokens and, where analogies are looked for, by their structure. */
interface Indexed {
  readonly exact: Segment;
  readonly structural: StructuralSegment | undefined;
}

export class WorkspaceMemory {
  private readonly vocabularySize: number;
  private segments: readonly Indexed[] = [];
  private parts: StructureParts | undefined;
  /** Occurrences of each token in the files. */
  private readonly counts: Float64Array;
  private tokenCount = 0;
  private frequencyCache: Float32Array | undefined;

  /** Analogies are looked for where the bytes of the tokens are known, `tokenBytes` as the tokenizer has them. */
  constructor(vocabularySize: number, tokenBytes?: readonly (string | undefined)[]) {
    this.vocabularySize = vocabularySize;
    if (tokenBytes !== undefined) {
      this.parts = { table: new LexemeTable(), tokenBytes: new TokenBytes(tokenBytes) };
    }
    this.counts = new Float64Array(vocabularySize);
  }

  /** Tokens of the files remembered. */
  get size(): number {
    return this.tokenCount;
  }

  get sizeBytes(): number {
    return this.segments.reduce(
      (sum, { exact, structural }) => sum + exact.sizeBytes + (structural?.sizeBytes ?? 0),
      this.parts?.table.sizeBytes ?? 0,
    );
  }

  get segmentCount(): number {
    return this.segments.length;
  }

  /** Undefined where no analogies are looked for; another one once the memory was cleared. */
  get structure(): StructureParts | undefined {
    return this.parts;
  }

  get structuralSegments(): readonly StructuralSegment[] {
    return this.segments.flatMap(({ structural }) => structural ?? []);
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
    for (const { exact } of this.segments) exact.collect(context, end, ownPath, evidence, ownFrom);
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
    const structured = yield* this.structured(files);
    const segment = yield* this.index(files, structured);
    // From here to the end nothing yields: a query sees the old files or the new ones, never both or neither.
    for (const { path } of files) this.remove(path);
    for (const { tokens } of files) this.count(tokens, 1);
    this.segments = [...this.segments, segment];
    if (this.segments.length > maxSegments) yield* this.merge();
  }

  /** Forgets a file. Says whether it was there. */
  remove(path: string): boolean {
    let found = false;
    for (const { exact, structural } of this.segments) {
      structural?.hide(path);
      const tokens = exact.hide(path);
      if (tokens === undefined) continue;
      this.count(tokens, -1);
      found = true;
    }
    return found;
  }

  /** Forgets everything. */
  clear(): void {
    this.segments = [];
    if (this.parts !== undefined) this.parts = { ...this.parts, table: new LexemeTable() };
    this.counts.fill(0);
    this.tokenCount = 0;
    this.frequencyCache = undefined;
  }

  /** Every file with its tokens, for storing and for learning; the tokens are the index's own. */
  files(): readonly SegmentFile[] {
    return this.segments.flatMap(({ exact }) => exact.files());
  }

  /** Merges the smaller segments, so that the larger ones are sorted again seldom. */
  private *merge(): SlicedWork {
    const bySize = this.segments.toSorted((a, b) => a.exact.size - b.exact.size);
    let merged = 2;
    let size = (bySize[0]?.exact.size ?? 0) + (bySize[1]?.exact.size ?? 0);
    while (merged < bySize.length && (bySize[merged]?.exact.size ?? 0) <= 2 * size)
      size += bySize[merged++]?.exact.size ?? 0;
    const chosen = bySize.slice(0, merged);
    const segment = yield* this.index(
      chosen.flatMap(({ exact }) => exact.files()),
      chosen.flatMap(({ structural }) => structural?.files() ?? []),
    );
    // A file that changed while this was sorted is hidden in the old segment; the new one must hide it too.
    const alive = new Set(chosen.flatMap(({ exact }) => exact.files().map(({ path }) => path)));
    for (const path of segment.exact.paths) {
      if (alive.has(path)) continue;
      segment.exact.hide(path);
      segment.structural?.hide(path);
    }
    this.segments = [...this.segments.filter(old => !chosen.includes(old)), segment];
  }

  private *index(
    files: readonly SegmentFile[],
    structured: readonly StructuredFile[],
  ): Generator<undefined, Indexed, undefined> {
    const exact = yield* Segment.build(files, this.vocabularySize);
    if (this.parts === undefined) return { exact, structural: undefined };
    return { exact, structural: yield* StructuralSegment.build(structured) };
  }

  /** Nothing where no analogies are looked for. */
  private *structured(files: readonly SegmentFile[]): Generator<undefined, StructuredFile[], undefined> {
    const { parts } = this;
    const structured: StructuredFile[] = [];
    if (parts === undefined) return structured;
    for (const { path, tokens } of files) {
      structured.push(yield* structureOf(path, tokens, parts.tokenBytes, parts.table));
      if (structured.length % filesPerSlice === 0) yield;
    }
    return structured;
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
