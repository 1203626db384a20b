// The mixture's weights: their models, their learning, and how they are stored beside the network they belong to.

import * as v from 'valibot';
import { seededRandom } from '../base/random.ts';
import { ModelFileError } from '../model/modelFileError.ts';
import { AdagradWeights, weightsSchema } from './adagrad.ts';
import { featureCount, orderBucketCount } from './mixtureFeatures.ts';
import type { StoredRefinement } from './refinement.ts';
import { refinementSchema } from './refinement.ts';

const shareInputCount = 3;
const hiddenCount = 16;

export interface StoredMixture {
  /** Of the features, straight to the output. */
  readonly held: readonly number[];
  /** Of the features, to each hidden unit: [hidden, features]. */
  readonly hidden: readonly number[];
  /** Of the hidden units, to the output. */
  readonly output: readonly number[];
  /** Of a candidate's inputs, by bucket of orders: [buckets, inputs]. */
  readonly share: readonly number[];
}

/** What is stored beside a network: its blend with memory and memory's with word frequencies, each with its refinement. */
export interface StoredMixtures {
  readonly network: StoredMixture;
  readonly refinement: StoredRefinement;
  readonly alone: StoredMixture;
  readonly aloneRefinement: StoredRefinement;
}

/** Checks a parsed mixtures.json. Throws a ModelFileError that names `file` and what to do. */
export function parseMixtures(json: object, file: string): StoredMixtures {
  const parsed = v.safeParse(mixturesSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const problem = `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`;
  throw new ModelFileError(file, problem, 'Delete it to use the default, or train again.');
}

export function storedMixtures(mixtures: StoredMixtures): object {
  return { formatVersion: 3, ...mixtures };
}

/**
 * Two models: how surely a level holds the next token (logistic, with one layer of hidden units beside the straight
 * weights), and how the candidates of a level share it (softmax of a linear score).
 */
export class MixtureWeights {
  private readonly heldWeights: AdagradWeights;
  private readonly hiddenWeights: AdagradWeights;
  private readonly outputWeights: AdagradWeights;
  private readonly shareWeights: AdagradWeights;
  private readonly activations = new Float64Array(hiddenCount);

  constructor(stored: StoredMixture = untrained()) {
    this.heldWeights = new AdagradWeights(stored.held);
    this.hiddenWeights = new AdagradWeights(stored.hidden);
    this.outputWeights = new AdagradWeights(stored.output);
    this.shareWeights = new AdagradWeights(stored.share);
  }

  /** Probability that a level with these features holds the next token. */
  held(features: Float64Array): number {
    let score = this.heldWeights.dot(0, features);
    for (let unit = 0; unit < hiddenCount; unit++) {
      this.activations[unit] = Math.tanh(this.hiddenWeights.dot(unit * featureCount, features));
    }
    score += this.outputWeights.dot(0, this.activations);
    // Never quite certain: a token that memory has not seen must keep some probability.
    return Math.min(1 - 1e-5, Math.max(1e-5, 1 / (1 + Math.exp(-score))));
  }

  /** Score of a candidate among those of its level; softmax makes probabilities of them. */
  share(bucket: number, inputs: ArrayLike<number>): number {
    return this.shareWeights.dot(bucket * shareInputCount, inputs);
  }

  /** `error` is what should have been less the probability that `held` gave for these features. */
  learnHeld(features: Float64Array, error: number, rate: number): void {
    this.held(features);
    const { activations } = this;
    const errors = activations.map(
      (activation, unit) => error * this.outputWeights.at(unit) * (1 - activation * activation),
    );
    this.heldWeights.learn(0, features, error, rate);
    this.outputWeights.learn(0, activations, error, hiddenRate * rate);
    for (const [unit, unitError] of errors.entries()) {
      this.hiddenWeights.learn(unit * featureCount, features, unitError, hiddenRate * rate);
    }
  }

  learnShare(bucket: number, gradient: Float64Array, rate: number): void {
    this.shareWeights.learn(bucket * shareInputCount, gradient, 1, rate);
  }

  stored(): StoredMixture {
    return {
      held: this.heldWeights.stored(),
      hidden: this.hiddenWeights.stored(),
      output: this.outputWeights.stored(),
      share: this.shareWeights.stored(),
    };
  }
}

const mixtureSchema = v.object({
  held: weightsSchema(featureCount),
  hidden: weightsSchema(hiddenCount * featureCount),
  output: weightsSchema(hiddenCount),
  share: weightsSchema(orderBucketCount * shareInputCount),
});

const mixturesSchema = v.object({
  formatVersion: v.literal(3, 'only version 3 is known'),
  network: mixtureSchema,
  refinement: refinementSchema,
  alone: mixtureSchema,
  aloneRefinement: refinementSchema,
});

/** The hidden units learn more slowly than the straight weights, which they correct. */
const hiddenRate = 0.3;

function untrained(): StoredMixture {
  const random = seededRandom(1);
  const small = (count: number) => Array.from({ length: count }, () => (random() - 0.5) / 2);
  return {
    held: new Array<number>(featureCount).fill(0),
    hidden: small(hiddenCount * featureCount),
    output: small(hiddenCount),
    share: Array.from({ length: orderBucketCount }, () => [0.7, 0.3, 0.3]).flat(),
  };
}
