// Blends memory's evidence with a base distribution (the network's, or word frequencies): PPM (Cleary and Witten 1984)
// with learnt escapes. From the longest context down, each level of the evidence either holds the next token, how
// surely a logistic model of the level and of the base's opinion says, or is escaped from; after the last, the base
// decides among the tokens that were not offered. So the result sums to one.

import type { Evidence } from '../memory/evidence.ts';
import { Levels } from './levels.ts';
import type { MixtureWeights } from './mixtureWeights.ts';
import { likeliestToken, softmaxOfScores } from './sampling.ts';
import { featureCount, levelFeatures, orderBucket, shareInputs } from './mixtureFeatures.ts';

/** How a distribution came about; what learning needs, and what drafts need to know of their certainty. */
interface Step {
  /** Candidates of each level: indices into the levels' candidates. */
  readonly candidates: readonly number[];
  readonly features: Float64Array;
  /** Probability that the next token is among the candidates, given that no earlier level held it. */
  readonly held: number;
  /** Probability of each candidate, given that the level holds the token. */
  readonly shares: Float64Array;
  readonly bucket: number;
}

export class Mixture {
  private readonly weights: MixtureWeights;
  private readonly levels = new Levels();

  constructor(weights: MixtureWeights) {
    this.weights = weights;
  }

  /**
   * The distribution [vocabulary] of the next token. `base` sums to 1 and is not changed. Without evidence it is
   * the base itself.
   */
  mix(base: Float32Array, evidence: Evidence): Float32Array {
    const { levels } = this;
    levels.read(evidence, base);
    if (levels.count === 0) return base;
    const mixed = new Float32Array(base.length);
    let remaining = 1;
    for (const step of this.steps(base)) {
      for (const [index, candidate] of step.candidates.entries()) {
        mixed[levels.token(candidate)] = remaining * step.held * (step.shares[index] ?? 0);
      }
      remaining *= 1 - step.held;
    }
    let unoffered = 0;
    for (let token = 0; token < base.length; token++) if (mixed[token] === 0) unoffered += base[token] ?? 0;
    if (unoffered === 0) return mixed.map(probability => probability / (1 - remaining));
    const scale = remaining / unoffered;
    for (let token = 0; token < base.length; token++) {
      if (mixed[token] === 0) mixed[token] = scale * (base[token] ?? 0);
    }
    return mixed;
  }

  /** Moves the weights towards having predicted `token` (stochastic gradient, Adagrad). */
  learn(base: Float32Array, evidence: Evidence, token: number, rate: number): void {
    this.levels.read(evidence, base);
    for (const step of this.steps(base)) {
      const hit = step.candidates.findIndex(candidate => this.levels.token(candidate) === token);
      this.weights.learnHeld(step.features, (hit === -1 ? 0 : 1) - step.held, rate);
      if (hit === -1) continue;
      if (step.candidates.length > 1) {
        const gradient = new Float64Array(3);
        for (const [index, candidate] of step.candidates.entries()) {
          const error = (index === hit ? 1 : 0) - (step.shares[index] ?? 0);
          const inputs = shareInputs(this.levels, candidate);
          for (let input = 0; input < 3; input++)
            gradient[input] = (gradient[input] ?? 0) + error * (inputs[input] ?? 0);
        }
        this.weights.learnShare(step.bucket, gradient, 0.5 * rate);
      }
      return;
    }
  }

  /** The levels from the longest context down, each with its probabilities. */
  private *steps(base: Float32Array): Generator<Step, void, undefined> {
    const { levels, weights } = this;
    const likeliest = likeliestToken(base);
    const features = new Float64Array(featureCount);
    let offered = 0;
    for (let level = 0; level < levels.count; level++) {
      const candidates = levels.candidatesOf(level);
      const bucket = orderBucket(levels.topOrder(level));
      levelFeatures(features, levels, level, { base, likeliest, offered });
      const shares = softmaxOfScores(
        candidates.map(candidate => weights.share(bucket, shareInputs(levels, candidate))),
      );
      yield { candidates, features, held: weights.held(features), shares, bucket };
      for (const candidate of candidates) offered += levels.base(candidate);
    }
  }
}
