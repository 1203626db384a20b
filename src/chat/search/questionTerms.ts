// The words by which a question is looked up: its own, several in a row as one identifier, and words of code that mean
// the same (`dir` for `directory`), each with how much it counts.

import type { Term } from './searchIndex.ts';
import { shortAndLongForms } from './shortForms.ts';
import type { WordVocabulary } from './vocabulary.ts';
import type { WordVectors } from './wordVectors.ts';
import { hashOf, identifiersOf, isStopWord, joined, partsOf, stemOf } from './words.ts';

/** How much a word of the question counts, beside 1 for an ordinary one; `word` is in lower case and not stemmed. */
export type WordWeight = (word: string) => number;

/** What a question's words are read by. */
export interface WordSources extends Pick<WordVectors, 'nearWords'> {
  readonly vocabulary: Pick<WordVocabulary, 'forms'>;
  readonly weightOf: WordWeight;
}

export interface QuestionTerm extends Term {
  /** In lower case, as it was typed; of several as one and of words that stand for others their stem. */
  readonly word: string;
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
  /** What a short or long form of a word counts: one that people agree on, and one that is merely cut off. */
  readonly forms: { readonly agreed: number; readonly cut: number; readonly most: number };
}

/** Of a question, which may be a pasted log: its beginning says what it asks, and every term costs a search time. */
const maxIdentifiers = 120;
const maxParts = 12;

/** The terms of a question, each once. */
export function questionTerms(
  question: string,
  sources: WordSources,
  parameters: QuestionTermParameters,
): readonly QuestionTerm[] {
  const { near, forms } = parameters;
  const own = ownTerms(question, sources.weightOf, parameters);
  const terms: QuestionTerm[] = own.map((term, at) => ({ ...term, meaning: at, share: 1 }));
  const known = new Set(own.map(({ hash }) => hash));
  const add = (word: string, meaning: number, share: number): void => {
    const hash = hashOf(word);
    if (known.has(hash)) return;
    known.add(hash);
    terms.push({ word, hash, weight: 0, isTopic: false, meaning, share });
  };
  const meanings = new Map(own.map(({ word }, at) => [word, at]));
  const isRead = forms.agreed > 0;
  const topics = isRead ? own.filter(({ isTopic }) => isTopic).map(({ word }) => word) : [];
  for (const { of, form } of shortAndLongForms(topics)) add(form, meanings.get(of) ?? 0, forms.agreed);
  for (const [at, { word, isTopic }] of own.entries()) {
    if (!isTopic) continue;
    if (forms.most > 0)
      for (const form of sources.vocabulary.forms(word, forms.most)) add(form, at, forms.cut);
    for (const { word: other, cosine } of sources.nearWords(stemOf(word), near.least, near.most))
      add(other, at, near.share * cosine);
  }
  return terms;
}

type OwnTerm = Pick<QuestionTerm, 'word' | 'hash' | 'weight' | 'isTopic'>;

/** The words of a question with their weights, each once. */
function ownTerms(
  question: string,
  weightOf: WordWeight,
  { joinedWeight, stopWeight }: QuestionTermParameters,
): OwnTerm[] {
  const terms = new Map<number, OwnTerm>();
  const add = (word: string, term: string, weight: number, isTopic: boolean): void => {
    const hash = hashOf(term);
    const known = terms.get(hash);
    if (known === undefined || known.weight < weight) terms.set(hash, { word, hash, weight, isTopic });
  };
  const addJoined = (parts: readonly string[], weight: number): void => {
    const word = joined(parts);
    add(word, word, weight, false);
  };
  const identifiers = identifiersOf(question).slice(0, maxIdentifiers);
  const parts = identifiers.flatMap(identifier => {
    const own = partsOf(identifier).slice(0, maxParts);
    const looksLikeCode = own.length > 1 || /[A-Z_$]/.test(identifier.slice(1));
    addJoined(own, looksLikeCode ? 1 : joinedWeight);
    return own;
  });
  for (const [at, part] of parts.entries()) {
    const isStop = isStopWord(part);
    const weight = isStop ? stopWeight : weightOf(part);
    add(part, stemOf(part), weight, !isStop && weight > minTopicWeight);
    const next = parts[at + 1];
    const third = parts[at + 2];
    if (next !== undefined) addJoined([part, next], joinedWeight);
    if (next !== undefined && third !== undefined) addJoined([part, next, third], joinedWeight);
  }
  return [...terms.values()];
}

/** A word that counts less says nothing of what a question is about. */
const minTopicWeight = 0.5;
