// The files that answer a question best, each with its most telling place: what the file says as a whole, and what its
// best piece says, by what kind of text is asked for.

import type { Aspect } from './aspects.ts';
import { kindWeight, weightOfWords } from './aspects.ts';
import type { Ranked, Ranking } from './rank.ts';
import { rank, rankingParameters } from './rank.ts';
import type { RankedFile } from './rankFiles.ts';
import type { SearchIndex } from './searchIndex.ts';
import type { WordVectors } from './wordVectors.ts';

export interface FilePlace {
  readonly path: string;
  readonly score: number;
  readonly file: RankedFile;
  /** Undefined where the question's words stand in the path alone. */
  readonly best: Ranked | undefined;
}

export interface PlaceRanking {
  /** Best first. */
  readonly places: readonly FilePlace[];
  readonly ranking: Ranking;
}

/** What a short or long form of a word counts for finding a file. */
const placeForms = { agreed: 0.9, cut: 0.4, most: 6 };

const placeParameters = { chunkShare: 1.1 };

/** Yields every millisecond or so. */
export function* rankPlaces(
  { index, vectors }: { readonly index: SearchIndex; readonly vectors: WordVectors },
  question: string,
  aspect: Aspect,
  { chunkShare } = placeParameters,
): Generator<undefined, PlaceRanking, undefined> {
  const ranking = yield* rank(index, vectors, question, weightOfWords(aspect), {
    ...rankingParameters,
    forms: placeForms,
  });
  const places: FilePlace[] = [];
  for (const file of ranking.files.values()) {
    const best = ranking.bestOf.get(file.path);
    const score = kindWeight(file.path, aspect) * (file.score + chunkShare * (best?.score ?? 0));
    places.push({ path: file.path, score, file, best });
  }
  yield;
  places.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  return { places: places.slice(0, maxPlaces), ranking };
}

const maxPlaces = 60;
