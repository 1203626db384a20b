// Where a training stands, apart from the weights: what a checkpoint keeps beside them, so that a training that goes on
// makes the same steps as one that was never interrupted.

import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());

export const progressSchema = v.object({
  /** Steps of the optimizer. */
  step: count,
  /** Epoch and the first row of it that was not learnt yet. */
  epoch: count,
  row: count,
  /** Share of the training that is done. */
  share: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** How many steps the whole training is thought to take; 0 before it is known. */
  plannedSteps: count,
  /** Of the rows; where it differs the files have changed since. */
  rowsFingerprint: v.string(),
  /** Tokens that counted in the loss. */
  tokens: count,
  /** Time spent on steps and checks, without pauses. */
  activeMs: v.pipe(finite, v.minValue(0)),
  /** The curve: mean loss of the steps since the point before, in nats a token. */
  losses: v.array(v.object({ step: count, loss: finite })),
  /** Loss of the validation rows. The first is the one before the training. */
  checks: v.array(v.object({ step: count, loss: finite })),
});

export type TrainingProgress = v.InferOutput<typeof progressSchema>;

export function noProgress(rowsFingerprint: string): TrainingProgress {
  return {
    step: 0,
    epoch: 0,
    row: 0,
    share: 0,
    plannedSteps: 0,
    rowsFingerprint,
    tokens: 0,
    activeMs: 0,
    losses: [],
    checks: [],
  };
}

type Points = TrainingProgress['losses'];

/** Enough for a smooth curve on any screen. */
const maxPoints = 400;

/** The curve with one point more. When it has too many, neighbours are averaged. */
export function withPoint(points: Points, point: Points[number]): Points {
  const all = [...points, point];
  if (all.length <= maxPoints) return all;
  return all.flatMap((second, index) => {
    const first = all[index - 1];
    return index % 2 === 1 && first !== undefined
      ? [{ step: second.step, loss: (first.loss + second.loss) / 2 }]
      : index === all.length - 1
        ? [second]
        : [];
  });
}
