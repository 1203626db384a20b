// The words by which a question is looked up: its own, several in a row as one identifier, and words of code that mean
// the same (`dir` for `directory`), each with how much it counts.

import type { Term } from './searchIndex.ts';
import type { WordVectors } from './wordVectors.ts';
import { hashOf, identifiersOf, isStopWord, joined, partsOf, stemOf } from './words.ts';

export interface QuestionTerm extends Term {
  /** How much the word of the question counts; 0 of one that stands for another. */
  readonly weight: number;
  /** Whether it is a word that says what the question is about, rather than several joined, or a stop word. */
  readonly isTopic: boolean;
  /** Index of the term that it stands for: its own, or that of a word of the question. */
  readonly meaning: number;
  /** What finding it is worth, where finding the word that it stands for is worth 1. */
  readonly share: number;
}

export interface QuestionTermParameters {
  readonly stopWeight: number;
  /** Of several words of the question in a row that are one identifier. */
  readonly joinedWeight: number;
  /** Of words that mean the same: how near, how many, and what one counts. */
  readonly near: { readonly least: number; readonly most: number; readonly share: number };
}

/** Of a question, which may be a pasted log: what it asks is told by its beginning, and every term costs a search time. */
const mostIdentifiers = 120;
const mostParts = 12;

/** The terms of a question, each once. */
export function questionTerms(
  question: string,
  vectors: Pick<WordVectors, 'nearWords'>,
  parameters: QuestionTermParameters,
): readonly QuestionTerm[] {
  const { near } = parameters;
  const own = ownTerms(question, parameters);
  const terms: QuestionTerm[] = own.map((term, at) => ({ ...term, meaning: at, share: 1 }));
  const known = new Set(own.map(({ hash }) => hash));
  for (const [at, { word, isTopic }] of own.entries()) {
    if (!isTopic) continue;
    for (const { word: other, cosine } of vectors.nearWords(word, near.least, near.most)) {
      const hash = hashOf(other);
      if (known.has(hash)) continue;
      known.add(hash);
      terms.push({ hash, weight: 0, isTopic: false, meaning: at, share: near.share * cosine });
    }
  }
  return terms;
}

interface OwnTerm extends Pick<QuestionTerm, 'hash' | 'weight' | 'isTopic'> {
  readonly word: string;
}

/** The words of a question with their weights, each once. */
function ownTerms(question: string, { joinedWeight, stopWeight }: QuestionTermParameters): OwnTerm[] {
  const terms = new Map<number, OwnTerm>();
  const add = (word: string, weight: number, isTopic: boolean): void => {
    const hash = hashOf(word);
    const known = terms.get(hash);
    if (known === undefined || known.weight < weight) terms.set(hash, { word, hash, weight, isTopic });
  };
  const identifiers = identifiersOf(question).slice(0, mostIdentifiers);
  const parts = identifiers.flatMap(identifier => {
    const own = partsOf(identifier).slice(0, mostParts);
    const looksLikeCode = own.length > 1 || /[A-Z_$]/.test(identifier.slice(1));
    add(joined(own), looksLikeCode ? 1 : joinedWeight, false);
    return own;
  });
  for (const [at, part] of parts.entries()) {
    const isStop = isStopWord(part);
    add(stemOf(part), isStop ? stopWeight : 1, !isStop);
    const next = parts[at + 1];
    const third = parts[at + 2];
    if (next !== undefined) add(joined([part, next]), joinedWeight, false);
    if (next !== undefined && third !== undefined) add(joined([part, next, third]), joinedWeight, false);
  }
  return [...terms.values()];
}
