// Fits the threshold from which a suggestion is shown: the typing simulation over a sweep of thresholds, and of those
// the one that saves most keys at a precision that a person will bear.

import { TypingFigures } from './typing.ts';
import { RememberingPredictor } from './rememberingPredictor.ts';
import type { Bench, EvaluationOptions } from './bench.ts';
import { predictorOf, typeAll, typedStretches } from './bench.ts';

const sweptThresholds: readonly number[] = Array.from({ length: 14 }, (_, index) => (15 + 5 * index) / 100);

/** Below this share of right suggestions they are in the way more often than of use. */
export const minPrecision = 0.4;

export interface ThresholdFigures {
  readonly threshold: number;
  readonly figures: TypingFigures;
}

/** Types the held-out text with memory and the network at each threshold. */
export async function sweepShowThreshold(
  bench: Bench,
  { seed, sizes, cancellation, onProgress = () => undefined }: Omit<EvaluationOptions, 'showThreshold'>,
  thresholds: readonly number[] = sweptThresholds,
): Promise<readonly ThresholdFigures[]> {
  const predictor = new RememberingPredictor(predictorOf(bench, 'both'));
  const sums = thresholds.map(threshold => ({ threshold, figures: new TypingFigures() }));
  const stretches = typedStretches(bench, seed, sizes);
  for (const [index, stretch] of stretches.entries()) {
    onProgress(`typing stretch ${index + 1} of ${stretches.length}`, 0);
    for (const { threshold, figures } of sums) {
      figures.add(
        await typeAll(bench, predictor, [stretch], {
          showThreshold: threshold,
          ...(cancellation === undefined ? {} : { cancellation }),
        }),
      );
    }
    predictor.forget();
  }
  return sums;
}

/** Sums several workspaces' sweeps of the same thresholds. */
export function sumSweeps(sweeps: readonly (readonly ThresholdFigures[])[]): readonly ThresholdFigures[] {
  return (sweeps[0] ?? []).map(({ threshold }, index) => {
    const figures = new TypingFigures();
    for (const sweep of sweeps) {
      const added = sweep[index];
      if (added !== undefined) figures.add(added.figures);
    }
    return { threshold, figures };
  });
}

/** The threshold that saves most keys with at least that precision; undefined where none has it. */
export function fitShowThreshold(
  sweep: readonly ThresholdFigures[],
  precision: number = minPrecision,
): ThresholdFigures | undefined {
  return sweep
    .filter(({ figures }) => figures.shown > 0 && figures.precision >= precision)
    .toSorted((a, b) => b.figures.keystrokesSaved - a.figures.keystrokesSaved)[0];
}
