// From the words of a question to the chunks that answer it best: BM25F (Robertson, Zaragoza 2009) over the fields of
// chunks, weighted by how well names agree with the question and by what kind of place it is.

import { fileKind } from '../corpus/fileKind.ts';
import { fields } from './chunkTerms.ts';
import type { Found, Match, SearchIndex, Term } from './searchIndex.ts';
import { countIn } from './searchIndex.ts';
import { hashOf, identifiersOf, isStopWord, joined, partsOf, stemOf } from './words.ts';

export interface Ranked {
  readonly match: Match;
  /** Not comparable between questions. */
  readonly score: number;
  /** Share of the question's weight that stands in the chunk, in [0, 1]. */
  readonly coverage: number;
}

export interface Ranking {
  /** Best first. */
  readonly ranked: readonly Ranked[];
  /** Share of the question's weight whose words stand anywhere in the workspace. */
  readonly known: number;
  /** The score of a place in which every word of the question stood often. */
  readonly possible: number;
}

/** Fitted on the repositories that defaults are fitted on. */
export const rankingParameters = {
  fieldWeights: [6, 1.5, 1.5, 2, 3, 1],
  lengthShares: [0.3, 0.3, 0.3, 0.4, 0.6, 0.6],
  saturation: 1.2,
  stopWeight: 0.1,
  joinedWeight: 1,
  kinds: { function: 1, type: 0.8, variable: 0.7, section: 0.6, block: 0.5 },
  testWeight: 0.5,
  nameShare: 0.5,
};

export function rank(
  index: SearchIndex,
  terms: readonly Term[],
  parameters: typeof rankingParameters = rankingParameters,
): Ranking {
  const found = index.search(terms);
  const idf = found.frequencies.map(
    (count, at) => (terms[at]?.weight ?? 0) * inverseFrequency(count, found.chunks),
  );
  const unknown = inverseFrequency(0, found.chunks);
  const total = terms.reduce(
    (sum, { weight }, at) => sum + (found.frequencies[at] === 0 ? weight * unknown : (idf[at] ?? 0)),
    0,
  );
  const known = idf.reduce((sum, weight, at) => sum + (found.frequencies[at] === 0 ? 0 : weight), 0);
  const ranked = found.matches.map(match => scored(match, found, idf, total, parameters));
  ranked.sort(
    (a, b) => b.score - a.score || (a.match.path < b.match.path ? -1 : 1) || a.match.line - b.match.line,
  );
  return { ranked, known: total > 0 ? known / total : 0, possible: total * (parameters.saturation + 1) };
}

function scored(
  match: Match,
  found: Found,
  idf: readonly number[],
  total: number,
  parameters: typeof rankingParameters,
): Ranked {
  const { fieldWeights, lengthShares, saturation, kinds, testWeight, nameShare } = parameters;
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
    covered += idf[term] ?? 0;
    if (countIn(counts, 0) > 0) inName++;
  }
  const nameLength = match.lengths[0] ?? 0;
  const agreement = nameLength === 0 ? 0 : Math.min(1, inName / nameLength);
  const kind = kinds[match.kind] * (fileKind(match.path) === 'test' ? testWeight : 1);
  return {
    match,
    score: score * kind * (1 + nameShare * agreement),
    coverage: total > 0 ? covered / total : 0,
  };
}

/** Never negative, also for words in more than half of the chunks. */
function inverseFrequency(count: number, chunks: number): number {
  return Math.log(1 + (chunks - count + 0.5) / (count + 0.5));
}

/** The words of a question with their weights, each once. */
export function termsOf(question: string, parameters: typeof rankingParameters = rankingParameters): Term[] {
  const weights = new Map<number, number>();
  const add = (word: string, weight: number): void => {
    const hash = hashOf(word);
    weights.set(hash, Math.max(weights.get(hash) ?? 0, weight));
  };
  const parts = identifiersOf(question).flatMap(identifier => {
    const own = partsOf(identifier);
    add(
      joined(own),
      parameters.joinedWeight * (own.length > 1 || /[A-Z_$]/.test(identifier.slice(1)) ? 2 : 1),
    );
    return own;
  });
  for (const [at, part] of parts.entries()) {
    add(stemOf(part), isStopWord(part) ? parameters.stopWeight : 1);
    const next = parts[at + 1];
    const third = parts[at + 2];
    if (next !== undefined) add(joined([part, next]), parameters.joinedWeight);
    if (next !== undefined && third !== undefined) add(joined([part, next, third]), parameters.joinedWeight);
  }
  return [...weights].map(([hash, weight]) => ({ hash, weight }));
}
