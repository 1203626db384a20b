// What decoding needs of a cache of keys and values, wherever it lies, and what all such caches share.

import type { Disposable } from '../base/disposable.ts';
import type { HeldTensors, RuntimeTensor } from '../runtime/session.ts';

/** The keys and values of the tokens a sequence consists of so far, as a decode graph reads and returns them. */
export interface SequenceCache extends Disposable {
  /** Tokens held. */
  readonly size: number;
  /** How many tokens at the start of `sequence` are held. */
  commonPrefix(sequence: readonly number[]): number;
  /** Keeps the first `length` tokens. Throws a RangeError when fewer are held. */
  truncate(length: number): void;
  /** What a run over `count` tokens that follow takes of the cache: their mask, and the keys and values before them. */
  feeds(count: number): HeldTensors;
  /** Appends tokens with what their run gave. Throws when that is not their keys and values. */
  append(tokens: readonly number[], outputs: HeldTensors): void;
}

/** The tokens of a sequence. */
export class HeldTokens {
  private readonly tokens: number[] = [];

  get size(): number {
    return this.tokens.length;
  }

  commonPrefix(sequence: readonly number[]): number {
    const most = Math.min(this.tokens.length, sequence.length);
    let common = 0;
    while (common < most && this.tokens[common] === sequence[common]) common++;
    return common;
  }

  /** Throws a RangeError when fewer are held. */
  truncate(length: number): void {
    if (length < 0 || length > this.tokens.length) {
      throw new RangeError(`cannot keep ${length} of ${this.tokens.length} cached tokens`);
    }
    this.tokens.length = length;
  }

  append(tokens: readonly number[]): void {
    for (const token of tokens) this.tokens.push(token);
  }
}

/** Masks a score: exp of it is 0 in float32 beside any score a network gives. */
const masked = -1e9;

/**
 * [count, past + count]: each of `count` tokens sees itself, those before it, and of the `past` positions all but the
 * `hidden` ones.
 */
export function attentionMask(
  count: number,
  past: number,
  hidden: { readonly from: number; readonly to: number },
): RuntimeTensor {
  const width = past + count;
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    data.fill(masked, row * width + hidden.from, row * width + hidden.to);
    data.fill(masked, row * width + past + row + 1, (row + 1) * width);
  }
  return { type: 'float32', shape: [count, width], data };
}

export function int64(shape: readonly number[], values: readonly number[]): RuntimeTensor {
  return { type: 'int64', shape, data: BigInt64Array.from(values, BigInt) };
}
