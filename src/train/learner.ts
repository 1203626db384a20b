// A training step of the graph as the loop wants it: rows in, in micro-batches of the graph's shape.

import type { BatchShape } from '../model/lossGraph.ts';
import type { Row } from './rows.ts';
import type { Batch, TrainerState, TrainingStep } from './step.ts';
import type { Learner } from './trainer.ts';

/** The step is not disposed of with it. All rows have `shape.tokens` positions; any number of them will do. */
export function stepLearner(step: TrainingStep, shape: BatchShape): Learner<TrainerState> {
  return {
    step: (rows, rate) => step.step(batchesOf(rows, shape), rate),
    async evaluate(rows) {
      let sum = 0;
      let tokens = 0;
      for (const batch of batchesOf(rows, shape)) {
        const result = await step.evaluate(batch);
        sum += result.loss * result.tokens;
        tokens += result.tokens;
      }
      return { loss: sum / Math.max(1, tokens), tokens };
    },
    state: () => step.state(),
    restore: state => step.restore(state),
  };
}

/** Rows beyond the last are empty and do not count. */
function batchesOf(rows: readonly Row[], shape: BatchShape): readonly Batch[] {
  const size = shape.rows * shape.tokens;
  const batches: Batch[] = [];
  for (let first = 0; first < rows.length; first += shape.rows) {
    const batch = {
      tokens: new BigInt64Array(size),
      targets: new BigInt64Array(size),
      mask: new Float32Array(size),
    };
    for (const [index, { tokens, targets, mask }] of rows.slice(first, first + shape.rows).entries()) {
      const start = index * shape.tokens;
      for (const [at, token] of tokens.entries()) batch.tokens[start + at] = BigInt(token);
      for (const [at, target] of targets.entries()) batch.targets[start + at] = BigInt(target);
      batch.mask.set(mask, start);
    }
    batches.push(batch);
  }
  return batches;
}
