// Memory without the network: what the workspace and the document at hand say of the next token, blended with how
// often each token occurs at all. Evaluation sets it beside the network and beside both.

import { throwIfCancelled } from '../base/cancellation.ts';
import type { CancellationToken } from '../base/cancellation.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { RefinedMixture } from './mixtures.ts';
import type { PredictionPlace, Predictor } from './predictor.ts';
import { Recall } from './recall.ts';

export class MemoryPredictor implements Predictor {
  /** Memory has no context that could be full. */
  readonly contextTokens = 2 ** 20;
  private readonly memory: WorkspaceMemory;
  private readonly alone: RefinedMixture;
  private readonly recall: Recall;

  /** `alone` blends memory with word frequencies. */
  constructor(memory: WorkspaceMemory, alone: RefinedMixture, tokenizer: Pick<Tokenizer, 'encode'>) {
    this.memory = memory;
    this.alone = alone;
    this.recall = new Recall(memory, tokenizer);
  }

  next(
    place: PredictionPlace,
    generated: readonly number[],
    cancellation: CancellationToken,
  ): Promise<Float32Array> {
    throwIfCancelled(cancellation);
    this.recall.follow(place, generated);
    const frequencies = this.memory.frequencies();
    return Promise.resolve(this.alone.mix(frequencies, this.recall.collect(), frequencies));
  }
}
