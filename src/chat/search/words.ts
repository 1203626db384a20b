// Words of code and of questions, as retrieval compares them: identifiers taken apart (`parseURLQuery`, `parse_url_query`),
// lower case, reduced to their stems. A word is known by its hash, which is what an index holds.

import { stemmer } from 'stemmer';

/** Identifiers and numbers of a text, in order. */
export function identifiersOf(text: string): readonly string[] {
  return text.match(/[\p{L}_$][\p{L}\p{N}_$]*|\p{N}{2,}/gu) ?? [];
}

/**
 * `parseURLQuery2` and `parse_url_query_2` are parse, url, query (and 2 is nothing); `parseURLs` is parse, urls. Lower
 * case, not stemmed.
 */
export function partsOf(identifier: string): readonly string[] {
  const spaced = identifier
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}(?!s(?!\p{Ll}))\p{Ll})/gu, '$1 $2');
  return spaced
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(part => part.length > 1 || /\p{Lo}/u.test(part));
}

/** The stem of a word in lower case. */
export function stemOf(word: string): string {
  return word.length <= maxStemmedChars && /^[a-z]+$/.test(word) ? stemmer(word) : word;
}

/** No word of a language is longer, and the stemmer's time grows faster than a word. */
const maxStemmedChars = 60;

/** A whole identifier, whichever way its parts are joined, as one word that differs from all stems. */
export function joined(parts: readonly string[]): string {
  return `=${parts.join('')}`;
}

/** 30 bits, so that it is a small integer to the engine (FNV-1a). Words that share a hash count as one. */
export function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 2;
}

/** Words that say nothing of what a question is about. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

const stopWords = new Set(
  (
    'a an the and or but if then else of at by for with about to from in on off over under again once here there when ' +
    'where why how all any both each few more most other some such no nor not only own same so than too very can will ' +
    'just should would could may might must shall do does did done is are was were be been being have has had having i ' +
    'me my we our us you your he him his she her it its they them their this that these those what which who whom as ' +
    "into through during before after above below between up down out also it's i'm let lets via per etc eg ie " +
    'deal deals dealing responsible happen happens happening located related concerned ' +
    'please tell show give code file function method class workspace project repository repo codebase'
  ).split(' '),
);
