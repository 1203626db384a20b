// From the words of a question to the chunks that answer it best: BM25F (Robertson, Zaragoza 2009) over the fields of
// chunks, with the cosine of what their words mean, weighted by how well names agree with the question and by what kind of place it is.
// Likelihoods of the bundled network, of the question given the code or the reverse, bought nothing on top of it.

import { fileKind } from '../corpus/fileKind.ts';
import { fields } from './chunkTerms.ts';
import type { Found, Match, SearchIndex, Term } from './searchIndex.ts';
import { countIn, kindOf, lengthOf, lineOf } from './searchIndex.ts';
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
  fieldWeights: [8, 1.5, 1, 1.9, 3, 1.3],
  lengthShares: [0.3, 0.3, 0.3, 0.33, 0.6, 0.63],
  saturation: 2,
  stopWeight: 0.05,
  /** Of several words of the question in a row that are one identifier. */
  joinedWeight: 0.16,
  kinds: { function: 1, type: 0.5, variable: 0.6, section: 0.5, block: 0.47 },
  testWeight: 0.5,
  nameShare: 0.6,
  vectorShare: 0.32,
};

/** The best places, best first, at most `mostRanked`. Yields every millisecond or so. */
export function* rank(
  index: Pick<SearchIndex, 'search'>,
  vectors: WordVectors,
  question: string,
  parameters: typeof rankingParameters = rankingParameters,
): Generator<undefined, Ranking, undefined> {
  const terms = termsOf(question, parameters);
  const found = yield* index.search(terms, vectors.ofQuestion(question));
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
  const weights = { idf, total, topic };
  const placeWeights = new Map<string, number>();
  let best: Ranked[] = [];
  let least = -Infinity;
  for (const [at, match] of found.matches.entries()) {
    if (at % sliceMatches === sliceMatches - 1) yield;
    let placeWeight = placeWeights.get(match.path);
    if (placeWeight === undefined) {
      placeWeight = fileKind(match.path) === 'test' ? parameters.testWeight : 1;
      placeWeights.set(match.path, placeWeight);
    }
    const ranked = scored(match, found, weights, placeWeight, parameters);
    if (ranked.score <= least) continue;
    best.push(ranked);
    if (best.length < 4 * mostRanked) continue;
    best = best.sort(byScore).slice(0, mostRanked);
    least = best.at(-1)?.score ?? least;
  }
  return { ranked: best.sort(byScore).slice(0, mostRanked), known };
}

/** Places that are ranked at most. */
export const mostRanked = 100;
/** Matches scored between two yields. */
const sliceMatches = 1_000;

function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || (a.match.path < b.match.path ? -1 : 1) || lineOf(a.match) - lineOf(b.match);
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
  placeWeight: number,
  parameters: typeof rankingParameters,
): Ranked {
  const { fieldWeights, lengthShares, saturation, kinds, nameShare, vectorShare } = parameters;
  const possible = Math.max(1e-9, total * (saturation + 1));
  const norms = fields.map((_, field) => {
    const share = lengthShares[field] ?? 0;
    return (
      (fieldWeights[field] ?? 0) /
      (1 - share + (share * lengthOf(match, field)) / Math.max(1e-9, found.meanLengths[field] ?? 1))
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
  const nameLength = lengthOf(match, 0);
  const agreement = nameLength === 0 ? 0 : Math.min(1, inName / nameLength);
  const kind = kinds[kindOf(match)] * placeWeight;
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
