// The blends of a model with memory: what is stored of them, at work.

import type { Evidence } from '../memory/evidence.ts';
import { Mixture } from './mixture.ts';
import type { StoredMixtures } from './mixtureWeights.ts';
import { MixtureWeights } from './mixtureWeights.ts';
import type { RefinementExample } from './refinement.ts';
import { exampleOf, Refinement } from './refinement.ts';

/** The two blends of a model. */
export interface Mixtures {
  /** Of memory with the network. */
  readonly mixture: RefinedMixture;
  /** Of memory with word frequencies. */
  readonly alone: RefinedMixture;
}

/** Blends that can learn, with what is to be stored of them. */
export interface LearningMixtures extends Mixtures {
  stored(): StoredMixtures;
}

/** Of the mixtures and of what refines them; what has rate 0 stays as it is. */
export interface LearningRates {
  readonly mixture: number;
  readonly refinement: number;
}

/** Without `start` the blends know nothing yet. */
export function mixturesOf(start?: StoredMixtures): LearningMixtures {
  const network = new MixtureWeights(start?.network);
  const alone = new MixtureWeights(start?.alone);
  const refinement = new Refinement(start?.refinement);
  const aloneRefinement = new Refinement(start?.aloneRefinement);
  return {
    mixture: new RefinedMixture(new Mixture(network), refinement),
    alone: new RefinedMixture(new Mixture(alone), aloneRefinement),
    stored: () => ({
      network: network.stored(),
      refinement: refinement.stored(),
      alone: alone.stored(),
      aloneRefinement: aloneRefinement.stored(),
    }),
  };
}

/** A mixture, and what refines it where memory found anything. */
export class RefinedMixture {
  private readonly mixture: Mixture;
  private readonly refinement: Refinement;

  constructor(mixture: Mixture, refinement: Refinement) {
    this.mixture = mixture;
    this.refinement = refinement;
  }

  /**
   * The distribution [vocabulary] of the next token. `base` sums to 1 and is not changed; `frequencies` are the tokens'
   * shares of the workspace's text [vocabulary]. Without evidence it is the base itself.
   */
  mix(base: Float32Array, evidence: Evidence, frequencies: Float32Array): Float32Array {
    if (evidence.isEmpty) return base;
    const mixed = this.mixture.mix(base, evidence);
    return this.refinement.refine({ mixed, base, evidence, frequencies });
  }

  /** What the refinement learns from, so that several passes need no network. */
  example(base: Float32Array, evidence: Evidence, frequencies: Float32Array): RefinementExample {
    return exampleOf({ mixed: this.mixture.mix(base, evidence), base, evidence, frequencies });
  }

  /** Moves the refinement's weights towards having predicted `token`. Gives its probability before. */
  learnExample(example: RefinementExample, token: number, rate: number): number {
    return this.refinement.learn(example, token, rate);
  }

  /** Moves the weights towards having predicted `token`, those of each part at its own rate. */
  learn(
    base: Float32Array,
    evidence: Evidence,
    frequencies: Float32Array,
    token: number,
    rates: LearningRates,
  ): void {
    if (evidence.isEmpty) return;
    if (rates.refinement > 0) {
      this.refinement.learn(this.example(base, evidence, frequencies), token, rates.refinement);
    }
    if (rates.mixture > 0) this.mixture.learn(base, evidence, token, rates.mixture);
  }
}
