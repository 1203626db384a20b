// An immutable index of some files: their tokens, and the positions sorted by context. The positions whose contexts
// end in given tokens are a range of that order, and a longer context narrows the range.

import { boundary, deepestContext, sortByContext } from './contextSort.ts';
import type { Evidence } from './evidence.ts';
import { fileAt } from './fileAt.ts';

export interface SegmentFile {
  readonly path: string;
  readonly tokens: readonly number[] | Int32Array;
}

/** Occurrences that one segment contributes to a query at most. */
const maxTaken = 128;
/** Tokens copied between two yields. */
const copiedPerSlice = 500_000;

export class Segment {
  /** Paths in the order of their tokens. */
  readonly paths: readonly string[];
  /** Where each file's tokens start, and after the last, where they end. */
  private readonly starts: Int32Array;
  private readonly tokens: Int32Array;
  private readonly sorted: Int32Array;
  private readonly fileOf: ReadonlyMap<string, number>;
  private readonly dead = new Set<number>();
  private readonly lows = new Int32Array(deepestContext + 1);
  private readonly highs = new Int32Array(deepestContext + 1);

  private constructor(paths: readonly string[], starts: Int32Array, tokens: Int32Array, sorted: Int32Array) {
    this.paths = paths;
    this.fileOf = new Map(paths.map((path, file) => [path, file]));
    this.starts = starts;
    this.tokens = tokens;
    this.sorted = sorted;
  }

  /** Indexes files. Yields now and then, as `sortByContext` does. */
  static *build(
    files: readonly SegmentFile[],
    vocabularySize: number,
  ): Generator<undefined, Segment, undefined> {
    const total = files.reduce((sum, { tokens }) => sum + tokens.length + 1, 0);
    const tokens = new Int32Array(total);
    const starts = new Int32Array(files.length + 1);
    let at = 0;
    let nextYield = copiedPerSlice;
    for (const [index, file] of files.entries()) {
      if (at >= nextYield) {
        nextYield = at + copiedPerSlice;
        yield;
      }
      tokens[at++] = boundary;
      starts[index] = at;
      tokens.set(file.tokens, at);
      at += file.tokens.length;
    }
    starts[files.length] = total + 1;
    return new Segment(
      files.map(({ path }) => path),
      starts,
      tokens,
      yield* sortByContext(tokens, vocabularySize),
    );
  }

  /** Tokens indexed, those of hidden files too. */
  get size(): number {
    return this.sorted.length;
  }

  /** Bytes held for the tokens and their order. */
  get sizeBytes(): number {
    return this.tokens.byteLength + this.sorted.byteLength + this.starts.byteLength;
  }

  /**
   * Adds what followed the contexts that end like `context` before `end`; of the file `masked` only what stands at its
   * token `maskedUpTo` and after it.
   */
  collect(
    context: ArrayLike<number>,
    end: number,
    masked: string | undefined,
    evidence: Evidence,
    maskedUpTo = Infinity,
  ): void {
    const deepest = this.narrow(context, end);
    if (deepest === 0) return;
    const maskedFile = masked === undefined ? -1 : (this.fileOf.get(masked) ?? -1);
    const maskedEnd = maskedFile === -1 ? 0 : (this.starts[maskedFile] ?? 0) + maskedUpTo;
    let left = maxTaken;
    for (let order = deepest; order >= 1 && left > 0; order--) {
      const low = this.lows[order] ?? 0;
      const high = this.highs[order] ?? 0;
      const innerLow = order === deepest ? high : (this.lows[order + 1] ?? high);
      const innerHigh = order === deepest ? high : (this.highs[order + 1] ?? high);
      const size = innerLow - low + (high - innerHigh);
      if (size === 0) continue;
      const taken = Math.min(size, order === 1 ? Math.min(left, 64) : left);
      const weight = size / taken;
      for (let index = 0; index < taken; index++) {
        let slot = low + Math.floor((index + 0.5) * weight);
        if (slot >= innerLow) slot += innerHigh - innerLow;
        const position = this.sorted[slot] ?? 0;
        if (this.isLeftOut(position, maskedFile, maskedEnd)) continue;
        evidence.addPlace(this.tokens, position, this.tokens.length, order, weight, false);
      }
      left -= taken;
    }
  }

  /** Hides a file from every later query. Gives its tokens, or undefined where it was not there. */
  hide(path: string): Int32Array | undefined {
    const file = this.fileOf.get(path);
    if (file === undefined || this.dead.has(file)) return undefined;
    this.dead.add(file);
    return this.tokensOf(file);
  }

  /** The files that are not hidden. */
  files(): readonly SegmentFile[] {
    return this.paths.flatMap((path, file) =>
      this.dead.has(file) ? [] : [{ path, tokens: this.tokensOf(file) }],
    );
  }

  private tokensOf(file: number): Int32Array {
    return this.tokens.subarray(this.starts[file], (this.starts[file + 1] ?? 0) - 1);
  }

  private isLeftOut(position: number, maskedFile: number, maskedEnd: number): boolean {
    if (maskedFile === -1 && this.dead.size === 0) return false;
    const file = fileAt(this.starts, position);
    return (file === maskedFile && position < maskedEnd) || this.dead.has(file);
  }

  /** Fills `lows` and `highs` for each order that occurs; gives the deepest. */
  private narrow(context: ArrayLike<number>, end: number): number {
    let low = 0;
    let high = this.sorted.length;
    for (let order = 1; order <= deepestContext && order <= end; order++) {
      const token = context[end - order] ?? boundary;
      if (token === boundary) return order - 1;
      low = this.bound(low, high, order, token);
      high = this.bound(low, high, order, token + 1);
      if (low >= high) return order - 1;
      this.lows[order] = low;
      this.highs[order] = high;
    }
    return Math.min(deepestContext, end);
  }

  /** First slot in [low, high) whose token `order` places back is not below `token`. */
  private bound(low: number, high: number, order: number, token: number): number {
    const { tokens, sorted } = this;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[(sorted[middle] ?? 0) - order] ?? boundary) < token) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
