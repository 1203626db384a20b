// What memory found for one place: earlier places whose context ends like this one's, and the token that followed
// each. Filled anew for each query into the same arrays, so that a query allocates nothing.

import { deepestContext } from './contextSort.ts';
import type { Analogy } from './analogy/analogies.ts';
import type { TextAfter } from './textAfter.ts';

/** Occurrences kept of one query, over all segments. Those of the longest matches come first. */
const maxOccurrences = 256;

const localWeight = 1.5;

/** The next token as a place has it that is built alike. */
export interface Proposal {
  readonly token: number;
  readonly analogy: Analogy;
  /** Bytes of the analogy's first lexeme that stand before the cursor, a blank before it included. */
  readonly typedBytes: number;
}

export class Evidence {
  count = 0;
  /** The token that followed. */
  readonly tokens = new Int32Array(maxOccurrences);
  /** Tokens of context that agree, those of the next line too, from 1 to `deepestContext`. */
  readonly orders = new Int32Array(maxOccurrences);
  /** Occurrences that this one stands for, at least 1: above 1 where only a sample was read. */
  readonly weights = new Float32Array(maxOccurrences);
  /** 1 where it was found in the document at hand, 0 elsewhere in the workspace. */
  readonly local = new Uint8Array(maxOccurrences);

  /** What places that are built alike say, the best first. */
  readonly proposals: Proposal[] = [];

  private after: TextAfter | undefined;

  /** Whether nothing was found. */
  get isEmpty(): boolean {
    return this.count === 0 && this.proposals.length === 0;
  }

  /** `after` is what stands after the cursor, where that is known. */
  clear(after?: TextAfter): void {
    this.count = 0;
    this.proposals.length = 0;
    this.after = after;
  }

  /**
   * Adds the token at `position` of `text`, of which the first `length` count. Its context may agree on both sides: where
   * the next line is the cursor's too, what agrees of it counts as if the context were so much longer.
   */
  addPlace(
    text: Int32Array,
    position: number,
    length: number,
    order: number,
    weight: number,
    local: boolean,
  ): void {
    const below = this.after?.agreement(text, position, length) ?? 0;
    this.add(text[position] ?? 0, Math.min(deepestContext, order + below), weight, local);
  }

  /** How much an occurrence counts: what was found in the document at hand for more than what was found elsewhere. */
  weightOf(entry: number): number {
    return (this.weights[entry] ?? 0) * (this.local[entry] === 1 ? localWeight : 1);
  }

  /** Ignored when full. */
  add(token: number, order: number, weight: number, local: boolean): void {
    const at = this.count;
    if (at === maxOccurrences) return;
    this.tokens[at] = token;
    this.orders[at] = order;
    this.weights[at] = weight;
    this.local[at] = local ? 1 : 0;
    this.count = at + 1;
  }
}
