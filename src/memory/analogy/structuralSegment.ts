// An immutable index of some files by their structure: the places of their lexemes, sorted by the classes of the lexemes
// before them. Places built like the cursor's are then one range of that order, as in the index of tokens.

import { boundary, deepestContext, sortByContext } from '../contextSort.ts';
import { fileAt } from '../fileAt.ts';
import { lexicalClassCount } from './lexer.ts';
import type { StructuredFile } from './structuredFile.ts';
import { tokensPerMark } from './structuredFile.ts';

/** Lexemes copied between two yields. */
const copiedPerSlice = 500_000;

/** A text of lexemes: of the files of a segment one after another, or of the document. */
export interface Structure {
  readonly codes: Int32Array;
  readonly classes: Int16Array;
}

/** Whose places are left out of a query: those of other languages, and those of a file before its token `ownFrom`. */
export interface PlaceFilter {
  readonly family: number;
  readonly ownPath: string;
  readonly ownFrom: number;
}

export class StructuralSegment implements Structure {
  readonly paths: readonly string[];
  readonly codes: Int32Array;
  readonly classes: Int16Array;
  private readonly sorted: Int32Array;
  /** Where each file's lexemes start, and after the last, where they end. */
  private readonly starts: Int32Array;
  private readonly families: Uint8Array;
  private readonly marks: readonly Int32Array[];
  private readonly fileOf: ReadonlyMap<string, number>;
  private readonly dead = new Set<number>();
  private readonly lows = new Int32Array(deepestContext + 1);
  private readonly highs = new Int32Array(deepestContext + 1);

  private constructor(
    files: readonly StructuredFile[],
    starts: Int32Array,
    { codes, classes }: Structure,
    sorted: Int32Array,
  ) {
    this.paths = files.map(({ path }) => path);
    this.fileOf = new Map(this.paths.map((path, file) => [path, file]));
    this.families = Uint8Array.from(files, ({ family }) => family);
    this.marks = files.map(({ marks }) => marks);
    this.starts = starts;
    this.codes = codes;
    this.classes = classes;
    this.sorted = sorted;
  }

  /** Indexes files. Yields every few milliseconds. */
  static *build(files: readonly StructuredFile[]): Generator<undefined, StructuralSegment, undefined> {
    const total = files.reduce((sum, { codes }) => sum + codes.length + 1, 0);
    const codes = new Int32Array(total);
    const classes = new Int16Array(total);
    const starts = new Int32Array(files.length + 1);
    let at = 0;
    let nextYield = copiedPerSlice;
    for (const [index, file] of files.entries()) {
      if (at >= nextYield) {
        nextYield = at + copiedPerSlice;
        yield;
      }
      codes[at] = boundary;
      classes[at++] = boundary;
      starts[index] = at;
      codes.set(file.codes, at);
      classes.set(file.classes, at);
      at += file.codes.length;
    }
    starts[files.length] = total + 1;
    const sorted = yield* sortByContext(classes, lexicalClassCount);
    return new StructuralSegment(files, starts, { codes, classes }, sorted);
  }

  /** Lexemes indexed, those of hidden files too. */
  get size(): number {
    return this.sorted.length;
  }

  get sizeBytes(): number {
    const { codes, classes, sorted, starts, marks } = this;
    const ofMarks = marks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return codes.byteLength + classes.byteLength + sorted.byteLength + starts.byteLength + ofMarks;
  }

  /**
   * Appends to `places` the places whose last classes agree with those of `context` before `end`, at least `least` of
   * them, those that agree in most first: `most` places at most.
   */
  find(
    context: Int16Array,
    end: number,
    least: number,
    most: number,
    filter: PlaceFilter,
    places: number[],
  ): void {
    const deepest = this.narrow(context, end);
    const ownFile = this.fileOf.get(filter.ownPath) ?? -1;
    const ownEnd = ownFile === -1 ? 0 : this.lexemeAt(ownFile, filter.ownFrom);
    let left = most;
    for (let order = deepest; order >= least && left > 0; order--) {
      const low = this.lows[order] ?? 0;
      const high = this.highs[order] ?? 0;
      const innerLow = order === deepest ? high : (this.lows[order + 1] ?? high);
      const innerHigh = order === deepest ? high : (this.highs[order + 1] ?? high);
      const size = innerLow - low + (high - innerHigh);
      const taken = Math.min(size, left);
      for (let index = 0; index < taken; index++) {
        let slot = low + Math.floor(((index + 0.5) * size) / taken);
        if (slot >= innerLow) slot += innerHigh - innerLow;
        const place = this.sorted[slot] ?? 0;
        if (!this.isLeftOut(place, filter.family, ownFile, ownEnd)) places.push(place);
      }
      left -= taken;
    }
  }

  /** Hides a file from every later query. */
  hide(path: string): void {
    const file = this.fileOf.get(path);
    if (file !== undefined) this.dead.add(file);
  }

  /** The files that are not hidden; the lexemes are the index's own. */
  files(): readonly StructuredFile[] {
    return this.paths.flatMap((path, file) => {
      if (this.dead.has(file)) return [];
      const [from, to] = [this.starts[file] ?? 0, (this.starts[file + 1] ?? 0) - 1];
      return [
        {
          path,
          family: this.families[file] ?? 0,
          codes: this.codes.subarray(from, to),
          classes: this.classes.subarray(from, to),
          marks: this.marks[file] ?? new Int32Array(),
        },
      ];
    });
  }

  /** The first lexeme that starts at a file's token or after it, or somewhat later. */
  private lexemeAt(file: number, token: number): number {
    const mark = this.marks[file]?.[Math.ceil(token / tokensPerMark)];
    return mark === undefined ? (this.starts[file + 1] ?? 0) : (this.starts[file] ?? 0) + mark;
  }

  private isLeftOut(place: number, family: number, ownFile: number, ownEnd: number): boolean {
    const file = fileAt(this.starts, place);
    return this.families[file] !== family || this.dead.has(file) || (file === ownFile && place < ownEnd);
  }

  /** Fills `lows` and `highs` for each number of classes that agree; gives the largest. */
  private narrow(context: Int16Array, end: number): number {
    let low = 0;
    let high = this.sorted.length;
    for (let order = 1; order <= deepestContext && order <= end; order++) {
      const lexicalClass = context[end - order] ?? boundary;
      if (lexicalClass === boundary) return order - 1;
      low = this.bound(low, high, order, lexicalClass);
      high = this.bound(low, high, order, lexicalClass + 1);
      if (low >= high) return order - 1;
      this.lows[order] = low;
      this.highs[order] = high;
    }
    return Math.min(deepestContext, end);
  }

  /** First slot in [low, high) whose class `order` places back is not below `lexicalClass`. */
  private bound(low: number, high: number, order: number, lexicalClass: number): number {
    const { classes, sorted } = this;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((classes[(sorted[middle] ?? 0) - order] ?? boundary) < lexicalClass) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
