// Short forms of words and of several words in a row, both ways: who asks for the command line finds `cli`, who asks for
// `ctx` finds the context.

import data from './shortForms.json' with { type: 'json' };
import { joined, stemOf } from './words.ts';

export interface Form {
  /** The word of the question, as it was given. */
  readonly of: string;
  /** A stem, or several words as one. */
  readonly form: string;
}

/** Other forms of the words of a question, in their order and without what lies between them. */
export function shortAndLongForms(words: readonly string[]): readonly Form[] {
  const stems = words.map(stemOf);
  const found: Form[] = [];
  for (const [at, word] of words.entries()) {
    for (const long of longForms.get(word) ?? []) {
      const parts = long.split(' ');
      found.push({ of: word, form: parts.length > 1 ? joined(parts) : stemOf(long) });
    }
    for (let count = 1; count <= maxWords && at + count <= words.length; count++) {
      const phrase = stems.slice(at, at + count).join(' ');
      for (const short of shortForms.get(phrase) ?? []) found.push({ of: word, form: stemOf(short) });
    }
    for (let count = 3; count <= maxWords && at + count <= words.length; count++) {
      const initials = words.slice(at, at + count).map(each => each[0] ?? '');
      found.push({ of: word, form: initials.join('') });
    }
  }
  return found;
}

const maxWords = 5;

const longForms: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(data.forms));

/** By the stems of the words that they stand for. */
const shortForms = new Map<string, string[]>();
for (const [short, longs] of Object.entries(data.forms))
  for (const long of longs) {
    const phrase = long.split(' ').map(stemOf).join(' ');
    shortForms.set(phrase, [...(shortForms.get(phrase) ?? []), short]);
  }
