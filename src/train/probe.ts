// How fast a runtime trains a model: a step of few tokens, after one that loads and compiles.

import type { ModelConfig } from '../model/config.ts';
import type { Weights } from '../model/weights.ts';
import type { Runtime } from '../runtime/session.ts';
import type { Hyperparameters } from './optimizers.ts';
import { createTrainingStep } from './step.ts';

const shape = { rows: 1, tokens: 128 };

/** Milliseconds of a step over the whole model. The weights stay as they are. */
export async function probeTraining(
  runtime: Runtime,
  config: ModelConfig,
  weights: Weights,
  hyperparameters: Hyperparameters,
): Promise<number> {
  const tokens = Math.min(shape.tokens, config.contextTokens);
  const step = createTrainingStep(runtime, config, weights, {
    mode: { kind: 'full' },
    shape: { ...shape, tokens },
    recompute: false,
    hyperparameters,
  });
  const ids = BigInt64Array.from({ length: tokens }, (_, at) => BigInt((at * 37) % config.vocabSize));
  const batch = { tokens: ids, targets: ids, mask: new Float32Array(tokens).fill(1) };
  try {
    await step.step([batch], 0);
    const startedMs = performance.now();
    await step.step([batch], 0);
    return performance.now() - startedMs;
  } finally {
    step.dispose();
  }
}
