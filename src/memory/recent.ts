// The memory of the document at hand: its tokens, those before the cursor last, linked by the last two and by the last
// one, as LZ77 finds its matches. Appending and taking back a token are cheap, so it follows typing and drafting.

import { boundary, deepestContext } from './contextSort.ts';
import type { Evidence } from './evidence.ts';
import type { DocumentTokens } from './documentTokens.ts';

const hashBits = 15;
/** Earlier places looked at in a query at most; the latest first. */
const maxWalked = 48;

export class RecentMemory {
  private tokens = new Int32Array(1024);
  private length = 0;
  /** Latest position with this hash of the two tokens before it, plus 1; 0 for none. */
  private readonly heads = new Int32Array(2 ** hashBits);
  private readonly headsOfOne = new Int32Array(2 ** hashBits);
  private previous = new Int32Array(1024);
  private previousOfOne = new Int32Array(1024);

  get size(): number {
    return this.length;
  }

  /** The tokens held; valid until the next change. */
  get sequence(): Int32Array {
    return this.tokens;
  }

  append(token: number): void {
    if (this.length === this.tokens.length) this.grow();
    const at = this.length;
    const pair = this.hashOfTwo(at);
    const one = this.hashOfOne(at);
    this.previous[at] = this.heads[pair] ?? 0;
    this.previousOfOne[at] = this.headsOfOne[one] ?? 0;
    // A boundary follows nothing.
    if (token !== boundary) {
      this.heads[pair] = at + 1;
      this.headsOfOne[one] = at + 1;
    }
    this.tokens[at] = token;
    this.length = at + 1;
  }

  /** Takes the latest tokens back until `length` are left. */
  truncate(length: number): void {
    while (this.length > length) {
      const at = --this.length;
      this.heads[this.hashOfTwo(at)] = this.previous[at] ?? 0;
      this.headsOfOne[this.hashOfOne(at)] = this.previousOfOne[at] ?? 0;
    }
  }

  /**
   * Makes it hold the tokens that stand after the cursor, a boundary, those before it, and what was generated, reusing
   * what agrees at the start. What stands after the cursor seldom changes; so it comes first, and typing only appends.
   */
  follow({ document, after }: DocumentTokens, generated: readonly number[] = []): void {
    const parts =
      after === undefined ? [document, generated] : [after.tokens, [boundary], document, generated];
    let agreeing = true;
    let at = 0;
    for (const part of parts) {
      for (const token of part) {
        if (agreeing && (at === this.length || this.tokens[at] !== token)) {
          agreeing = false;
          this.truncate(at);
        }
        if (!agreeing) this.append(token);
        at++;
      }
    }
    this.truncate(at);
  }

  /** Adds what followed earlier places that end like this one. */
  collect(evidence: Evidence): void {
    const end = this.length;
    let seen = 0;
    for (let link = this.heads[this.hashOfTwo(end)] ?? 0; link > 0 && seen < maxWalked; seen++) {
      const position = link - 1;
      const order = this.agreement(position, end);
      if (order >= 2) evidence.addPlace(this.tokens, position, end, order, 1, true);
      link = this.previous[position] ?? 0;
    }
    for (let link = this.headsOfOne[this.hashOfOne(end)] ?? 0, taken = 0; link > 0 && taken < 16; taken++) {
      const position = link - 1;
      if (this.agreement(position, end) === 1) evidence.addPlace(this.tokens, position, end, 1, 1, true);
      link = this.previousOfOne[position] ?? 0;
    }
  }

  private agreement(position: number, end: number): number {
    let order = 0;
    while (
      order < deepestContext &&
      order < position &&
      this.tokens[position - 1 - order] === this.tokens[end - 1 - order]
    ) {
      order++;
    }
    return order;
  }

  private hashOfTwo(at: number): number {
    const mixed =
      Math.imul(this.tokenBefore(at, 1), 0x9e3779b1) ^ Math.imul(this.tokenBefore(at, 2), 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) >>> (32 - hashBits);
  }

  private hashOfOne(at: number): number {
    return Math.imul(this.tokenBefore(at, 1), 0x9e3779b1) >>> (32 - hashBits);
  }

  private tokenBefore(at: number, back: number): number {
    return at >= back ? (this.tokens[at - back] ?? 0) : -1;
  }

  private grow(): void {
    const grown = (old: Int32Array) => {
      const array = new Int32Array(2 * old.length);
      array.set(old);
      return array;
    };
    this.tokens = grown(this.tokens);
    this.previous = grown(this.previous);
    this.previousOfOne = grown(this.previousOfOne);
  }
}
