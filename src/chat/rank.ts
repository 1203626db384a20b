// From the words of a question to the chunks that answer it best: BM25F (Robertson, Zaragoza 2009) over the fields of
// chunks, with the cosine of what their words mean, weighted by how well names agree with the question and by what kind of place it is.

import { fileKind } from '../corpus/fileKind.ts';
import { fields } from './chunkTerms.ts';
import type { Found, Match, SearchIndex, Term } from './searchIndex.ts';
import { countIn } from './searchIndex.ts';
import type { WordVectors } from './wordVectors.ts';
import { hashOf, identifiersOf, isStopWord, joined, partsOf, stemOf } from './words.ts';

export interface Ranked {
  readonly match: Match;
  /** Agreement with the question, mostly below 1; see confidence.ts for what it means. */
  readonly score: number;
  /** Share of the question's weight that stands in the chunk, in [0, 1]. */
  readonly coverage: number;
}

export interface Ranking {
  /** Best first. */
  readonly ranked: readonly Ranked[];
  /** Share of the question's weight whose words stand anywhere in the workspace. */
  readonly known: number;
}

/** Fitted on the repositories that defaults are fitted on. */
export const rankingParameters = {
  fieldWeights: [6, 1.5, 1.5, 2, 3, 1],
  lengthShares: [0.3, 0.3, 0.3, 0.4, 0.6, 0.6],
  saturation: 1.2,
  stopWeight: 0.1,
  joinedWeight: 1,
  kinds: { function: 1, type: 0.7, variable: 0.6, section: 0.5, block: 0.5 },
  testWeight: 0.5,
  nameShare: 0.5,
  vectorShare: 0.25,
};

export function rank(
  index: SearchIndex,
  vectors: WordVectors,
  question: string,
  parameters: typeof rankingParameters = rankingParameters,
): Ranking {
  const terms = termsOf(question, parameters);
  const found = index.search(terms, vectors.ofQuestion(question));
  const idf = found.frequencies.map(
    (count, at) => (terms[at]?.weight ?? 0) * inverseFrequency(count, found.chunks),
  );
  const unknown = inverseFrequency(0, found.chunks);
  const total = terms.reduce(
    (sum, { weight }, at) => sum + (found.frequencies[at] === 0 ? weight * unknown : (idf[at] ?? 0)),
    0,
  );
  const topic = topicWeights(terms, found);
  const known = topic.reduce((sum, weight, at) => sum + (found.frequencies[at] === 0 ? 0 : weight), 0);
  const ranked = found.matches.map(match => scored(match, found, { idf, total, topic }, parameters));
  ranked.sort(
    (a, b) => b.score - a.score || (a.match.path < b.match.path ? -1 : 1) || a.match.line - b.match.line,
  );
  return { ranked, known };
}

interface TermWeights {
  readonly idf: readonly number[];
  readonly total: number;
  readonly topic: readonly number[];
}

function scored(
  match: Match,
  found: Found,
  { idf, total, topic }: TermWeights,
  parameters: typeof rankingParameters,
): Ranked {
  const { fieldWeights, lengthShares, saturation, kinds, testWeight, nameShare, vectorShare } = parameters;
  const possible = Math.max(1e-9, total * (saturation + 1));
  const norms = fields.map((_, field) => {
    const share = lengthShares[field] ?? 0;
    return (
      (fieldWeights[field] ?? 0) /
      (1 - share + (share * (match.lengths[field] ?? 0)) / Math.max(1e-9, found.meanLengths[field] ?? 1))
    );
  });
  let score = 0;
  let covered = 0;
  let inName = 0;
  for (let term = 0; term < idf.length; term++) {
    const counts = match.counts[term] ?? 0;
    if (counts === 0) continue;
    let frequency = 0;
    for (let field = 0; field < fields.length; field++)
      frequency += (norms[field] ?? 0) * countIn(counts, field);
    score += ((idf[term] ?? 0) * frequency * (saturation + 1)) / (saturation + frequency);
    covered += topic[term] ?? 0;
    if (countIn(counts, 0) > 0) inName++;
  }
  const nameLength = match.lengths[0] ?? 0;
  const agreement = nameLength === 0 ? 0 : Math.min(1, inName / nameLength);
  const kind = kinds[match.kind] * (fileKind(match.path) === 'test' ? testWeight : 1);
  return {
    match,
    score:
      kind * ((score * (1 + nameShare * agreement)) / possible + vectorShare * Math.max(0, match.cosine)),
    coverage: covered,
  };
}

/** For each term its share, by rarity, of what the question is about; a word that stands nowhere is the rarest. */
function topicWeights(terms: readonly Term[], { frequencies, chunks }: Found): readonly number[] {
  const weights = terms.map(({ isTopic }, at) =>
    isTopic ? inverseFrequency(frequencies[at] ?? 0, chunks) : 0,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map(weight => (total > 0 ? weight / total : 0));
}

/** Never negative, also for words in more than half of the chunks. */
function inverseFrequency(count: number, chunks: number): number {
  return Math.log(1 + (chunks - count + 0.5) / (count + 0.5));
}

/** The words of a question with their weights, each once. */
function termsOf(question: string, { joinedWeight, stopWeight }: typeof rankingParameters): Term[] {
  const terms = new Map<number, Term>();
  const add = (word: string, weight: number, isTopic: boolean): void => {
    const hash = hashOf(word);
    const known = terms.get(hash);
    if (known === undefined || known.weight < weight) terms.set(hash, { hash, weight, isTopic });
  };
  const parts = identifiersOf(question).flatMap(identifier => {
    const own = partsOf(identifier);
    const looksLikeCode = own.length > 1 || /[A-Z_$]/.test(identifier.slice(1));
    add(joined(own), joinedWeight * (looksLikeCode ? 2 : 1), false);
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
