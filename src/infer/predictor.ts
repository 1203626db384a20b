// What generation asks: the distribution of the next token at a place. Either the network's alone, or the network's
// blended with memory's.

import type { CancellationToken } from '../base/cancellation.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Decoder } from './decoder.ts';
import type { RefinedMixture } from './mixtures.ts';
import type { RecalledPlace } from './recall.ts';
import { Recall } from './recall.ts';
import { likeliestToken, softmax } from './sampling.ts';

export interface PredictionPlace extends RecalledPlace {
  /** Names the sequence whose key-value cache is reused. */
  readonly key: string;
  /** What the network is given: at least one token. */
  readonly prompt: readonly number[];
  /** What memory is given of the text before the place: all that is known. It ends as the prompt does. */
  readonly document: readonly number[];
}

export interface Predictor {
  /** Longest prompt with what is generated after it, in tokens. */
  readonly contextTokens: number;
  /** What prompts may be made of besides the document; nothing where the network is to know the document alone. */
  readonly workspace?: WorkspaceMemory | undefined;
  /** Probabilities [vocabulary] of what follows the place and `generated`. Not re-entrant. */
  next(
    place: PredictionPlace,
    generated: readonly number[],
    cancellation: CancellationToken,
  ): Promise<Float32Array>;
}

/** The network alone. */
export class NetworkPredictor implements Predictor {
  private readonly decoder: Decoder;
  private readonly softmax = rememberingSoftmax();

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  get contextTokens(): number {
    return this.decoder.config.contextTokens;
  }

  async next(
    { key, prompt }: PredictionPlace,
    generated: readonly number[],
    cancellation: CancellationToken,
  ): Promise<Float32Array> {
    return this.softmax(await this.decoder.logitsAfter(key, [...prompt, ...generated], cancellation));
  }
}

export interface MixedPredictorParts {
  readonly decoder: Decoder;
  readonly memory: WorkspaceMemory;
  /** Blends memory with the network. */
  readonly mixture: RefinedMixture;
  /** Blends memory with word frequencies: what drafts are made with. */
  readonly alone: RefinedMixture;
  readonly tokenizer: Pick<Tokenizer, 'encode'>;
}

/** Tokens that memory drafts at most, to be scored by one run. */
const longestDraft = 8;
/** A draft ends where memory thinks it less likely than this to be right up to there. */
const minDraftProbability = 0.3;

/**
 * The network and memory. Where the network must be run, memory first drafts the tokens that may follow, and one run
 * scores them all. Which tokens come out does not depend on the drafts.
 */
export class MixedPredictor implements Predictor {
  private readonly parts: MixedPredictorParts;
  private readonly recall: Recall;
  private readonly softmax = rememberingSoftmax();
  private readonly drafting: boolean;

  constructor(parts: MixedPredictorParts, drafting = true) {
    this.parts = parts;
    this.recall = new Recall(parts.memory, parts.tokenizer);
    this.drafting = drafting;
  }

  get contextTokens(): number {
    return this.parts.decoder.config.contextTokens;
  }

  get workspace(): WorkspaceMemory {
    return this.parts.memory;
  }

  async next(
    place: PredictionPlace,
    generated: readonly number[],
    cancellation: CancellationToken,
  ): Promise<Float32Array> {
    const { decoder, mixture, memory } = this.parts;
    const tokens = [...place.prompt, ...generated];
    this.recall.follow(place, generated);
    const draft = this.drafting && !decoder.knows(place.key, tokens) ? this.draft() : [];
    const network = this.softmax(await decoder.logitsAfter(place.key, tokens, cancellation, draft));
    return mixture.mix(network, this.recall.collect(), memory.frequencies());
  }

  /** What memory alone would write next. */
  private draft(): readonly number[] {
    const { alone, memory } = this.parts;
    const { recall } = this;
    const frequencies = memory.frequencies();
    const start = recall.size;
    const draft: number[] = [];
    let probability = 1;
    while (draft.length < longestDraft) {
      const evidence = recall.collect();
      if (evidence.isEmpty) break;
      const expected = alone.mix(frequencies, evidence, frequencies);
      const token = likeliestToken(expected);
      probability *= expected[token] ?? 0;
      if (probability < minDraftProbability) break;
      draft.push(token);
      recall.append(token);
    }
    recall.truncate(start);
    return draft;
  }
}

/** Softmax that remembers its results: while a word is typed, the decoder hands out the same logits again and again. */
function rememberingSoftmax(): (logits: Float32Array) => Float32Array {
  const known = new WeakMap<Float32Array, Float32Array>();
  return logits => {
    const probabilities = known.get(logits) ?? softmax(logits);
    known.set(logits, probabilities);
    return probabilities;
  };
}
