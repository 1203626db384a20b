// How likely a place answers a question: a logistic regression on what ranking knows of both, fitted on questions that
// the repositories of the fitting set can and cannot answer.

import type { Ranked, Ranking } from './rank.ts';

/** Below it the answer is that the workspace does not say. */
export const answerThreshold = 0.5;

export interface ConfidenceWeights {
  readonly bias: number;
  readonly coverage: number;
  readonly known: number;
  readonly strength: number;
}

export const confidenceWeights: ConfidenceWeights = { bias: -6, coverage: 5, known: 3, strength: 2 };

/** In [0, 1]. */
export function judge(
  ranked: Ranked,
  ranking: Ranking,
  weights: ConfidenceWeights = confidenceWeights,
): number {
  const { bias, coverage, known, strength } = weights;
  const sum =
    bias +
    coverage * ranked.coverage +
    known * ranking.known +
    strength * Math.min(2, ranked.score / Math.max(1e-9, ranking.possible));
  return 1 / (1 + Math.exp(-sum));
}
