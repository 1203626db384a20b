// Memory without the network: what the workspace and the document at hand say of the next token, blended with how
// often each token occurs at all. Evaluation sets it beside the network and beside both.

import { throwIfCancelled } from '../base/cancellation.ts';
import type { CancellationToken } from '../base/cancellation.ts';
import { Evidence } from '../memory/evidence.ts';
import { RecentMemory } from '../memory/recent.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Mixture } from './mixture.ts';
import type { PredictionPlace, Predictor } from './predictor.ts';

export class MemoryPredictor implements Predictor {
  /** Memory has no context that could be full. */
  readonly contextTokens = 2 ** 20;
  private readonly memory: WorkspaceMemory;
  private readonly alone: Mixture;
  private readonly recent = new RecentMemory();
  private readonly evidence = new Evidence();

  /** `alone` blends memory with word frequencies. */
  constructor(memory: WorkspaceMemory, alone: Mixture) {
    this.memory = memory;
    this.alone = alone;
  }

  next(
    place: PredictionPlace,
    generated: readonly number[],
    cancellation: CancellationToken,
  ): Promise<Float32Array> {
    throwIfCancelled(cancellation);
    const { path, ownFrom, after } = place;
    this.recent.follow(place, generated);
    this.evidence.clear(after);
    this.recent.collect(this.evidence);
    this.memory.collect(this.recent.sequence, this.recent.size, path, this.evidence, ownFrom);
    return Promise.resolve(this.alone.mix(this.memory.frequencies(), this.evidence));
  }
}
