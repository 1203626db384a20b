// From the words of a question to the chunks that answer it best: BM25F (Robertson, Zaragoza 2009) over the fields of
// chunks, with the cosine of what their words mean, weighted by how well names agree with the question and by what kind of place it is.
// Likelihoods of the bundled network, of the question given the code or the reverse, bought nothing on top of it.

import { fileKind } from '../../corpus/fileKind.ts';
import { fields } from './chunkTerms.ts';
import type { QuestionTerm, WordWeight } from './questionTerms.ts';
import { questionTerms } from './questionTerms.ts';
import type { RankedFile } from './rankFiles.ts';
import { rankFiles } from './rankFiles.ts';
import type { Found, Match, SearchIndex } from './searchIndex.ts';
import { countIn, kindOf, lengthOf, matchLine } from './searchIndex.ts';
import type { WordVectors } from './wordVectors.ts';

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
  /** Words of the question that stand nowhere, nor any that means the same; those that say nothing of it left out. */
  readonly unknown: readonly string[];
  /** Every file in which a word stands, by path, and the best place of each. */
  readonly files: ReadonlyMap<string, RankedFile>;
  readonly bestOf: ReadonlyMap<string, Ranked>;
}

/** Fitted on the repositories that defaults are fitted on. */
export const rankingParameters = {
  fieldWeights: [9.8, 1.5, 1.45, 1.9, 3, 1.3],
  lengthShares: [0.3, 0.3, 0.3, 0.33, 0.6, 0.63],
  saturation: 2.5,
  stopWeight: 0.06,
  joinedWeight: 0.16,
  near: { least: 0.42, most: 6, share: 0.5 },
  // Short forms help to find files; for a documentation's sentence they only add noise.
  forms: { agreed: 0, cut: 0, most: 0 },
  kinds: { function: 1, type: 0.5, variable: 0.4, section: 0.5, block: 0.47 },
  testWeight: 0.5,
  nameShare: 0.6,
  vectorShare: 0.23,
};

/** The best places, best first, at most `maxRanked`. Yields every millisecond or so. */
export function* rank(
  index: Pick<SearchIndex, 'search' | 'document' | 'vocabulary'>,
  vectors: WordVectors,
  question: string,
  weightOf: WordWeight = () => 1,
  parameters: typeof rankingParameters = rankingParameters,
): Generator<undefined, Ranking, undefined> {
  const words = { nearWords: vectors.nearWords.bind(vectors), vocabulary: index.vocabulary, weightOf };
  const terms = questionTerms(question, words, parameters);
  const found = yield* index.search(terms, vectors.ofQuestion(question));
  const weighed = weigh(terms, found);
  const files = yield* rankFiles(index, found, terms);
  const bestOf = new Map<string, Ranked>();
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
    const ranked = scored(match, found, weighed, placeWeight, parameters);
    if (ranked.score > (bestOf.get(match.path)?.score ?? -Infinity)) bestOf.set(match.path, ranked);
    if (ranked.score <= least) continue;
    best.push(ranked);
    if (best.length < 4 * maxRanked) continue;
    best = best.sort(byScore).slice(0, maxRanked);
    least = best.at(-1)?.score ?? least;
  }
  return {
    ranked: best.sort(byScore).slice(0, maxRanked),
    known: weighed.known,
    unknown: unknownOf(weighed, found),
    files,
    bestOf,
  };
}

/** Places that are ranked at most. */
const maxRanked = 100;
/** Matches scored between two yields. */
const sliceMatches = 1_000;

function byScore(a: Ranked, b: Ranked): number {
  return (
    b.score - a.score || (a.match.path < b.match.path ? -1 : 1) || matchLine(a.match) - matchLine(b.match)
  );
}

interface Weighed {
  readonly terms: readonly QuestionTerm[];
  /** Weight of each term by its rarity; 0 of those that stand for another. */
  readonly rarity: readonly number[];
  /** What all terms together weigh. */
  readonly total: number;
  /** For each term its share, by rarity, of what the question is about. */
  readonly topic: readonly number[];
  readonly known: number;
}

/** A word that stands nowhere, nor any that means the same, is the rarest. */
function weigh(terms: readonly QuestionTerm[], { frequencies, chunks }: Found): Weighed {
  const counts = terms.map(() => 0);
  for (const [at, { meaning, share }] of terms.entries())
    counts[meaning] = Math.max(counts[meaning] ?? 0, share * (frequencies[at] ?? 0));
  const rarity = terms.map(({ weight }, at) => weight * inverseFrequency(counts[at] ?? 0, chunks));
  const about = terms.map(({ isTopic }, at) => (isTopic ? (rarity[at] ?? 0) : 0));
  const all = about.reduce((sum, weight) => sum + weight, 0);
  const topic = about.map(weight => (all > 0 ? weight / all : 0));
  return {
    terms,
    rarity,
    total: rarity.reduce((sum, weight) => sum + weight, 0),
    topic,
    known: topic.reduce((sum, weight, at) => sum + ((frequencies[at] ?? 0) > 0 ? weight : 0), 0),
  };
}

function unknownOf({ terms }: Weighed, { frequencies }: Found): readonly string[] {
  const counts = terms.map(() => 0);
  for (const [at, { meaning }] of terms.entries())
    counts[meaning] = (counts[meaning] ?? 0) + (frequencies[at] ?? 0);
  return terms.flatMap(({ isTopic, word }, at) => (isTopic && counts[at] === 0 ? [word] : []));
}

function scored(
  match: Match,
  found: Found,
  { terms, rarity, total, topic }: Weighed,
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
  const frequencies = new Float64Array(terms.length);
  /** The share of the nearest word that stands in the chunk. */
  const best = new Float64Array(terms.length);
  for (let at = 0; at < terms.length; at++) {
    const counts = match.counts[at] ?? 0;
    const term = terms[at];
    if (counts === 0 || term === undefined) continue;
    let frequency = 0;
    for (let field = 0; field < fields.length; field++)
      frequency += (norms[field] ?? 0) * countIn(counts, field);
    frequencies[term.meaning] = (frequencies[term.meaning] ?? 0) + term.share * frequency;
    best[term.meaning] = Math.max(best[term.meaning] ?? 0, term.share);
    if (countIn(counts, 0) > 0) inName += term.share;
  }
  for (let at = 0; at < terms.length; at++) {
    const frequency = frequencies[at] ?? 0;
    covered += (topic[at] ?? 0) * (best[at] ?? 0);
    score += ((rarity[at] ?? 0) * frequency * (saturation + 1)) / (saturation + frequency);
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

/** Never negative, also for words in more than half of the chunks. */
function inverseFrequency(count: number, chunks: number): number {
  return Math.log(1 + (chunks - count + 0.5) / (count + 0.5));
}
