// The words that a workspace's names are made of: those of declarations, files and folders. Questions are read by it:
// a word with a letter wrong, a word whose short form the code has, letters that stand for several words.

import { partsOf, stemOf } from './words.ts';

export class WordVocabulary {
  /** How often each name is there. */
  private readonly names = new Map<string, number>();
  /** In how many different names each word is. */
  private readonly words = new Map<string, number>();

  add(name: string): void {
    const count = this.names.get(name) ?? 0;
    this.names.set(name, count + 1);
    if (count > 0) return;
    for (const word of new Set(partsOf(name))) this.words.set(word, (this.words.get(word) ?? 0) + 1);
  }

  remove(name: string): void {
    const count = this.names.get(name) ?? 0;
    if (count > 1) {
      this.names.set(name, count - 1);
      return;
    }
    if (!this.names.delete(name)) return;
    for (const word of new Set(partsOf(name))) {
      const left = (this.words.get(word) ?? 0) - 1;
      if (left > 0) this.words.set(word, left);
      else this.words.delete(word);
    }
  }

  clear(): void {
    this.names.clear();
    this.words.clear();
  }

  has(word: string): boolean {
    return this.words.has(word);
  }

  /** The word that is written with one letter wrong, too many, missing, or two swapped; the most common of several. */
  nearest(word: string): string | undefined {
    let best: string | undefined;
    let most = 0;
    for (const [other, count] of this.words) {
      if (count > most && isOneEditAway(word, other)) {
        best = other;
        most = count;
      }
    }
    return best;
  }

  /** Stems of words that are a longer or a shorter form of the word by cutting its end (`auth`, `authentication`). */
  forms(word: string, most: number): readonly string[] {
    const own = stemOf(word);
    const found = new Map<string, number>();
    for (const [other, count] of this.words) {
      if (!isShortForm(word, other) && !isShortForm(other, word)) continue;
      const stem = stemOf(other);
      if (stem !== own) found.set(stem, (found.get(stem) ?? 0) + count);
    }
    return [...found]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([stem]) => stem);
  }
}

const fewestTypedChars = 4;
const fewestShortChars = 3;
/** A shorter end is an inflection, which stems deal with. */
const fewestCutChars = 3;

function isShortForm(short: string, long: string): boolean {
  return (
    short.length >= fewestShortChars && long.length >= short.length + fewestCutChars && long.startsWith(short)
  );
}

/** Damerau's distance of one. */
export function isOneEditAway(typed: string, word: string): boolean {
  if (typed.length < fewestTypedChars || Math.abs(typed.length - word.length) > 1 || typed === word)
    return false;
  let start = 0;
  while (start < typed.length && typed[start] === word[start]) start++;
  const rest = typed.slice(start);
  const other = word.slice(start);
  return (
    rest.slice(1) === other.slice(1) ||
    rest.slice(1) === other ||
    rest === other.slice(1) ||
    (rest.slice(2) === other.slice(2) && rest.slice(0, 2) === `${other.charAt(1)}${other.charAt(0)}`)
  );
}
