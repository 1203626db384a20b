// What the network learns from: the workspace's files as rows of tokens of one length, packed one after another in an
// order that is new in each epoch, each stretch of a file behind the file's header as in a prompt.

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
  /** The tokens to learn, which may differ between epochs. */
  readonly body: (random: Random) => readonly number[];
}

/** A shorter stretch is not worth its header. */
const leastStretch = 16;

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
  const packer = new RowPacker(rowTokens);
  for (const { head, body } of shuffled(files, random)) packer.add(head, body(random));
  return shuffled(packer.finish(), random);
}

class RowPacker {
  private readonly rows: Row[] = [];
  private readonly length: number;
  /** One more than a row has positions: the last is a target only. */
  private sequence: number[] = [];
  private learnt: boolean[] = [];

  constructor(rowTokens: number) {
    this.length = rowTokens + 1;
  }

  add(head: readonly number[], body: readonly number[]): void {
    for (let at = 0; at < body.length;) {
      if (this.length - this.sequence.length < head.length + leastStretch) this.close();
      const part = body.slice(at, at + this.length - this.sequence.length - head.length);
      for (const token of head) this.push(token, false);
      for (const token of part) this.push(token, true);
      at += part.length;
    }
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
