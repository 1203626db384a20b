// What memory found for one place: earlier places whose context ends like this one's, and the token that followed
// each. Filled anew for each query into the same arrays, so that a query allocates nothing.

/** Occurrences kept of one query, over all segments. Those of the longest matches come first. */
export const mostOccurrences = 256;

export class Evidence {
  count = 0;
  /** The token that followed. */
  readonly tokens = new Int32Array(mostOccurrences);
  /** Tokens of context that agree, from 1 to `deepestContext`. */
  readonly orders = new Int32Array(mostOccurrences);
  /** Occurrences that this one stands for, at least 1: above 1 where only a sample was read. */
  readonly weights = new Float32Array(mostOccurrences);
  /** 1 where it was found in the document at hand, 0 elsewhere in the workspace. */
  readonly local = new Uint8Array(mostOccurrences);

  clear(): void {
    this.count = 0;
  }

  /** Ignored when full. */
  add(token: number, order: number, weight: number, local: boolean): void {
    const at = this.count;
    if (at === mostOccurrences) return;
    this.tokens[at] = token;
    this.orders[at] = order;
    this.weights[at] = weight;
    this.local[at] = local ? 1 : 0;
    this.count = at + 1;
  }
}
