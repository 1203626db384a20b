// Finds hundreds of words in a text in one pass (Aho and Corasick 1975), without regard to letter case, so that only
// the patterns that a text gives cause for are tried on it.

export interface KeywordHit {
  /** Index of the word in the list that was given. */
  readonly word: number;
  /** Where the word stands in the text. */
  readonly start: number;
  readonly end: number;
}

export class KeywordScan {
  /** By state times `width` plus the class of a character. */
  private readonly next: Uint16Array;
  /** By state: whether words end there. */
  private readonly isEnd: Uint8Array;
  /** By state: the words that end there. */
  private readonly words: (readonly number[] | undefined)[];
  private readonly classes: Uint8Array;
  private readonly lengths: readonly number[];
  private readonly width: number;

  /** Words of ASCII; letter case counts for nothing. */
  constructor(words: readonly string[]) {
    const folded = words.map(word => word.toLowerCase());
    const characters = [...new Set(folded.join(''))];
    this.width = characters.length + 1;
    // Class 0 is every character that is in no word.
    this.classes = new Uint8Array(128);
    characters.forEach((character, index) => {
      this.classes[character.charCodeAt(0)] = index + 1;
      this.classes[character.toUpperCase().charCodeAt(0)] = index + 1;
    });
    const states = folded.reduce((sum, word) => sum + word.length, 1);
    this.next = new Uint16Array(states * this.width);
    this.isEnd = new Uint8Array(states);
    this.lengths = folded.map(word => word.length);
    this.words = Array.from<readonly number[] | undefined>({ length: states });
    this.link(this.plant(folded));
  }

  /** Hits in the order in which they end. */
  find(text: string): KeywordHit[] {
    const { next, isEnd, classes, width } = this;
    const hits: KeywordHit[] = [];
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      state = next[state * width + (code < 128 ? (classes[code] ?? 0) : 0)] ?? 0;
      if (isEnd[state] === 1) this.pushHits(hits, state, at + 1);
    }
    return hits;
  }

  private pushHits(hits: KeywordHit[], state: number, end: number): void {
    for (const word of this.words[state] ?? [])
      hits.push({ word, start: end - (this.lengths[word] ?? 0), end });
  }

  /** Builds the tree of the words; returns how many states it has. */
  private plant(folded: readonly string[]): number {
    let count = 1;
    folded.forEach((word, index) => {
      let state = 0;
      for (const character of word) {
        const edge = state * this.width + (this.classes[character.charCodeAt(0)] ?? 0);
        if (this.next[edge] === 0) this.next[edge] = count++;
        state = this.next[edge] ?? 0;
      }
      this.words[state] = [...(this.words[state] ?? []), index];
    });
    return count;
  }

  /** Gives every state an edge for every class, by its longest proper suffix that is a state too. */
  private link(count: number): void {
    const suffix = new Int32Array(count);
    const queue = [0];
    // The queue grows while it is gone through.
    for (const state of queue) {
      const fallback = suffix[state] ?? 0;
      for (let one = 1; one < this.width; one++) {
        const edge = state * this.width + one;
        const child = this.next[edge] ?? 0;
        const other = state === 0 ? 0 : (this.next[fallback * this.width + one] ?? 0);
        if (child === 0) {
          this.next[edge] = other;
          continue;
        }
        suffix[child] = other;
        const shared = this.words[other];
        if (shared !== undefined) this.words[child] = [...(this.words[child] ?? []), ...shared];
        queue.push(child);
      }
    }
    this.words.forEach((ending, state) => {
      this.isEnd[state] = ending === undefined ? 0 : 1;
    });
  }
}
