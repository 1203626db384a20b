// Finds the tokens that agree with bytes already typed: those that begin with them, and those that they begin
// with. A sorted array answers both by binary search and takes less memory than nodes would.

export interface CompatibleTokens {
  /** Tokens whose bytes begin with the typed ones (or equal them). */
  readonly covering: readonly number[];
  /** Tokens that are a proper beginning of the typed bytes. */
  readonly partial: readonly number[];
}

export class ByteTrie {
  private readonly sorted: readonly { readonly bytes: string; readonly id: number }[];
  private readonly idOf: ReadonlyMap<string, number>;
  private readonly remembered = new Map<string, CompatibleTokens>();

  /** Takes the bytes of each token, one character a byte; undefined ids are never found. */
  constructor(tokenBytes: readonly (string | undefined)[]) {
    const entries = tokenBytes.flatMap((bytes, id) =>
      bytes === undefined || bytes === '' ? [] : [{ bytes, id }],
    );
    this.sorted = entries.sort((a, b) => (a.bytes < b.bytes ? -1 : 1));
    this.idOf = new Map(entries.map(({ bytes, id }) => [bytes, id]));
  }

  /** `typed` must not be empty: every token agrees with nothing. */
  compatible(typed: string): CompatibleTokens {
    if (typed === '') throw new RangeError('every token agrees with nothing typed');
    const known = this.remembered.get(typed);
    if (known !== undefined) return known;
    const covering: number[] = [];
    for (let at = this.lowerBound(typed); this.sorted[at]?.bytes.startsWith(typed) === true; at++) {
      const id = this.sorted[at]?.id;
      if (id !== undefined) covering.push(id);
    }
    const partial: number[] = [];
    for (let length = 1; length < typed.length; length++) {
      const id = this.idOf.get(typed.slice(0, length));
      if (id !== undefined) partial.push(id);
    }
    const found = { covering, partial };
    if (this.remembered.size >= 1000) this.remembered.clear();
    this.remembered.set(typed, found);
    return found;
  }

  /** Index of the first token whose bytes are not below `bytes`. */
  private lowerBound(bytes: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle]?.bytes ?? '') < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
