// What the network learns from: the workspace's files as rows of tokens of one length, packed one after another in an
// order that is new in each epoch, each stretch of a file behind the file's header as in a prompt; of a model that knows
// infilling, every other one also behind the text that follows it.

import type { Random } from '../base/random.ts';
import { seededRandom, shuffled } from '../base/random.ts';

/** One row: position i predicts `targets[i]`, and counts in the loss where `mask[i]` is 1. All of the same length. */
export interface Row {
  readonly tokens: Int32Array;
  readonly targets: Int32Array;
  readonly mask: Float32Array;
}

/** A file as it is shown to the network. */
export interface LearntFile {
  /** Stands before each stretch of the file, and is not learnt. At most a quarter of a row. */
  readonly head: readonly number[];
  /** The tokens to learn. */
  readonly body: readonly number[];
  /** Undefined where the model was never shown the text after the cursor. */
  readonly infill?: InfillFormat | undefined;
}

/** How a prompt shows the text after the cursor's line: `head prefix suffix TEXT-AFTER middle TEXT-BEFORE`. */
export interface InfillFormat {
  readonly prefix: number;
  readonly suffix: number;
  readonly middle: number;
  /** Tokens of the text after at most. */
  readonly longestSuffix: number;
  /** Whether a line ends before this token. */
  readonly startsLine: (token: number) => boolean;
}

const infillShare = 0.5;

/** A shorter stretch is not worth its header. */
const minStretch = 16;

/**
 * The rows of one epoch, each of `rowTokens` positions. Files, seed and epoch decide them alone. The last row may end in
 * positions that do not count.
 */
export function rowsOfEpoch(
  files: readonly LearntFile[],
  rowTokens: number,
  seed: number,
  epoch: number,
): readonly Row[] {
  const random = seededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ epoch);
  const packer = new RowPacker(rowTokens, random);
  for (const file of shuffled(files, random)) packer.add(file);
  return shuffled(packer.finish(), random);
}

class RowPacker {
  private readonly rows: Row[] = [];
  private readonly length: number;
  private readonly random: Random;
  /** One more than a row has positions: the last is a target only. */
  private sequence: number[] = [];
  private learnt: boolean[] = [];

  constructor(rowTokens: number, random: Random) {
    this.length = rowTokens + 1;
    this.random = random;
  }

  add({ head, body, infill }: LearntFile): void {
    for (let at = 0; at < body.length;) {
      if (this.room < head.length + minStretch) this.close();
      const shows = infill !== undefined && this.random() < infillShare;
      const cut = shows ? this.cut(head.length, body, at, infill) : undefined;
      const before = cut === undefined ? head : [...head, ...cut.shown];
      const part = body.slice(at, cut?.end ?? at + this.room - before.length);
      for (const token of before) this.push(token, false);
      for (const token of part) this.push(token, true);
      at += part.length;
    }
  }

  private get room(): number {
    return this.length - this.sequence.length;
  }

  /** Where a stretch from `at` on ends, at the end of a line, and how the text after it is shown. */
  private cut(
    headLength: number,
    body: readonly number[],
    at: number,
    { prefix, suffix, middle, longestSuffix, startsLine }: InfillFormat,
  ): { readonly end: number; readonly shown: readonly number[] } | undefined {
    const most = this.room - headLength - longestSuffix - 3;
    if (most < minStretch) return undefined;
    let end = at + minStretch + Math.floor(this.random() * (most - minStretch + 1));
    while (end > at && !startsLine(body[end] ?? -1)) end--;
    if (end <= at) return undefined;
    return { end, shown: [prefix, suffix, ...body.slice(end, end + longestSuffix), middle] };
  }

  finish(): Row[] {
    if (this.learnt.includes(true)) this.close();
    return this.rows;
  }

  private push(token: number, isLearnt: boolean): void {
    this.sequence.push(token);
    this.learnt.push(isLearnt);
  }

  private close(): void {
    const { sequence, learnt, length } = this;
    const row = {
      tokens: new Int32Array(length - 1),
      targets: new Int32Array(length - 1),
      mask: new Float32Array(length - 1),
    };
    for (let at = 0; at + 1 < length; at++) {
      row.tokens[at] = sequence[at] ?? 0;
      row.targets[at] = sequence[at + 1] ?? 0;
      row.mask[at] = learnt[at + 1] === true ? 1 : 0;
    }
    this.rows.push(row);
    this.sequence = [];
    this.learnt = [];
  }
}
