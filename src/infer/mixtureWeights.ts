// The mixture's weights: their models, their learning, and how they are stored beside the network they belong to.

import * as v from 'valibot';
import { featureCount, orderBucketCount } from './mixtureFeatures.ts';

const shareInputCount = 3;

export interface StoredMixture {
  readonly held: readonly number[];
  readonly share: readonly number[];
}

const finite = v.pipe(v.number(), v.finite());
const mixtureSchema = v.object({
  held: v.pipe(v.array(finite), v.length(featureCount)),
  share: v.pipe(v.array(finite), v.length(orderBucketCount * shareInputCount)),
});

/** `network` blends with the network, `alone` with word frequencies. */
export const storedMixturesSchema = v.object({
  formatVersion: v.literal(1),
  network: mixtureSchema,
  alone: mixtureSchema,
});

export type StoredMixtures = v.InferOutput<typeof storedMixturesSchema>;

export class MixtureWeights {
  private readonly heldWeights: Float64Array;
  private readonly shareWeights: Float64Array;
  private readonly heldSquares = new Float64Array(featureCount).fill(1e-3);
  private readonly shareSquares = new Float64Array(orderBucketCount * shareInputCount).fill(1e-3);

  constructor(stored: StoredMixture = untrained()) {
    this.heldWeights = Float64Array.from(stored.held);
    this.shareWeights = Float64Array.from(stored.share);
  }

  /** Probability that a level with these features holds the next token. */
  held(features: Float64Array): number {
    let score = 0;
    for (let index = 0; index < featureCount; index++) {
      score += (this.heldWeights[index] ?? 0) * (features[index] ?? 0);
    }
    // Never quite certain: a token that memory has not seen must keep some probability.
    return Math.min(1 - 1e-5, Math.max(1e-5, 1 / (1 + Math.exp(-score))));
  }

  /** Score of a candidate among those of its level; softmax makes probabilities of them. */
  share(bucket: number, inputs: readonly number[]): number {
    let score = 0;
    for (let input = 0; input < shareInputCount; input++) {
      score += (this.shareWeights[bucket * shareInputCount + input] ?? 0) * (inputs[input] ?? 0);
    }
    return score;
  }

  learnHeld(features: Float64Array, error: number, rate: number): void {
    step(this.heldWeights, this.heldSquares, 0, features, error, rate);
  }

  learnShare(bucket: number, gradient: Float64Array, rate: number): void {
    step(this.shareWeights, this.shareSquares, bucket * shareInputCount, gradient, 1, rate);
  }

  stored(): StoredMixture {
    const round = (weight: number) => Number(weight.toPrecision(6));
    return { held: Array.from(this.heldWeights, round), share: Array.from(this.shareWeights, round) };
  }
}

function untrained(): StoredMixture {
  return {
    held: new Array<number>(featureCount).fill(0),
    share: Array.from({ length: orderBucketCount }, () => [0.7, 0.3, 0.3]).flat(),
  };
}

/** Adagrad (Duchi et al. 2011). */
function step(
  weights: Float64Array,
  squares: Float64Array,
  offset: number,
  inputs: Float64Array,
  error: number,
  rate: number,
): void {
  for (let index = 0; index < inputs.length; index++) {
    const gradient = error * (inputs[index] ?? 0);
    if (gradient === 0) continue;
    const square = (squares[offset + index] ?? 0) + gradient * gradient;
    squares[offset + index] = square;
    weights[offset + index] = (weights[offset + index] ?? 0) + (rate * gradient) / Math.sqrt(square);
  }
}
