// The text after the cursor, as memory knows it: for what is repeated there, and to tell which of the places that begin
// like the cursor's line also go on as it does.

import { boundary } from './contextSort.ts';

/** What matters of a token when lines are compared. */
export const tokenKinds = { text: 0, blank: 1, lineEnd: 2 } as const;

/** Tokens of the next line that are compared at most. */
const maxCompared = 8;
/** A longer rest of a line is not gone through. */
const longestRest = 40;

export class TextAfter {
  /** From the line end of the cursor's line on. */
  readonly tokens: readonly number[];
  /** Where the first line after the cursor's begins that is not blank. */
  private readonly next: readonly number[];
  private readonly kinds: Uint8Array;

  /** `kinds` gives one of `tokenKinds` for every token: its bytes hold a line end, are white space, or neither. */
  constructor(tokens: readonly number[], kinds: Uint8Array) {
    this.tokens = tokens;
    this.kinds = kinds;
    const start = tokens.findIndex(token => kinds[token] === tokenKinds.text);
    this.next = start === -1 ? [] : tokens.slice(start, start + maxCompared);
  }

  /**
   * With how many tokens the next line of code agrees that stands below the line of `position` in `text`, of which the
   * first `length` tokens count.
   */
  agreement(text: Int32Array, position: number, length: number): number {
    const { next, kinds } = this;
    const kindOf = (at: number) => kinds[text[at] ?? 0] ?? tokenKinds.text;
    const last = Math.min(length, position + longestRest);
    let at = position;
    while (at < last && text[at] !== boundary && kindOf(at) !== tokenKinds.lineEnd) at++;
    if (at === last || text[at] === boundary) return 0;
    // The token of the line end may begin with the last of the line's text.
    at++;
    while (at < length && text[at] !== boundary && kindOf(at) !== tokenKinds.text) at++;
    let agreeing = 0;
    while (agreeing < next.length && at + agreeing < length && text[at + agreeing] === next[agreeing])
      agreeing++;
    return agreeing;
  }
}

/** For every token which of `tokenKinds` it is; `tokenBytes` as the tokenizer has them, one character a byte. */
export function kindsOf(tokenBytes: readonly (string | undefined)[]): Uint8Array {
  return Uint8Array.from(tokenBytes, (bytes = '') => {
    if (bytes.includes('\n')) return tokenKinds.lineEnd;
    return bytes !== '' && /^[ \t]*$/.test(bytes) ? tokenKinds.blank : tokenKinds.text;
  });
}
