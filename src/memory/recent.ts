// The memory of the document at hand: the tokens before the cursor, linked by the last two and by the last one, as
// LZ77 finds its matches. Appending and taking back a token are cheap, so it follows typing and drafting.

import { deepestContext } from './contextSort.ts';
import type { Evidence } from './evidence.ts';

const hashBits = 15;
/** Earlier places looked at in a query at most; the latest first. */
const mostWalked = 48;

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
    this.heads[pair] = at + 1;
    this.headsOfOne[one] = at + 1;
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

  /** Makes it hold `document` and then `generated`, reusing what agrees at the start. */
  follow(document: readonly number[], generated: readonly number[] = []): void {
    const total = document.length + generated.length;
    const wanted = (at: number) =>
      (at < document.length ? document[at] : generated[at - document.length]) ?? 0;
    let common = 0;
    while (common < this.length && common < total && this.tokens[common] === wanted(common)) common++;
    this.truncate(common);
    for (let at = common; at < total; at++) this.append(wanted(at));
  }

  /** Adds what followed earlier places that end like this one. */
  collect(evidence: Evidence): void {
    const end = this.length;
    let seen = 0;
    for (let link = this.heads[this.hashOfTwo(end)] ?? 0; link > 0 && seen < mostWalked; seen++) {
      const position = link - 1;
      const order = this.agreement(position, end);
      if (order >= 2) evidence.add(this.tokens[position] ?? 0, order, 1, true);
      link = this.previous[position] ?? 0;
    }
    for (let link = this.headsOfOne[this.hashOfOne(end)] ?? 0, taken = 0; link > 0 && taken < 16; taken++) {
      const position = link - 1;
      if (this.agreement(position, end) === 1) evidence.add(this.tokens[position] ?? 0, 1, 1, true);
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
