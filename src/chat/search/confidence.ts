// How likely a place answers a question: a logistic regression on what ranking knows of both, fitted on questions that
// the repositories of the fitting set can and cannot answer.

import type { Ranked, Ranking } from './rank.ts';
import type { FilePlace } from './rankPlaces.ts';

/** Below it the answer is that the workspace does not say. */
export const answerThreshold = 0.5;

const confidenceWeights = { bias: -8.47, coverage: 5.66, known: 4.61, score: 4, cosine: 3.83 };

/** In [0, 1]. */
export function judge(ranked: Ranked, ranking: Ranking, weights = confidenceWeights): number {
  const sum =
    weights.bias +
    weights.coverage * ranked.coverage +
    weights.known * ranking.known +
    weights.score * Math.min(1, ranked.score) +
    weights.cosine * Math.max(0, ranked.match.cosine);
  return 1 / (1 + Math.exp(-sum));
}

/** Fitted on what newcomers ask of the repositories that may be tuned on, and on what these cannot answer. */
const placeWeights = {
  bias: -6.65,
  coverage: 7.07,
  known: -1.95,
  named: 3.77,
  score: 4.29,
  cosine: 6.24,
};

/** How likely a file answers a question, in [0, 1]. */
export function judgePlace(
  { file, best, score }: FilePlace,
  { known }: Ranking,
  weights = placeWeights,
): number {
  const sum =
    weights.bias +
    weights.coverage * file.coverage +
    weights.known * known +
    weights.named * file.named +
    weights.score * Math.min(1, score) +
    weights.cosine * Math.max(0, best?.match.cosine ?? 0);
  return 1 / (1 + Math.exp(-sum));
}
