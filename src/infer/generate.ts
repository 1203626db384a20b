// Generation, token by token, as an async iterator: the consumer decides after each token whether to go on, and
// stopping costs nothing. Token healing is here: the first tokens must spell bytes that are already typed.

import type { CancellationToken } from '../base/cancellation.ts';
import { throwIfCancelled } from '../base/cancellation.ts';
import type { ByteTrie } from '../tokenizer/byteTrie.ts';
import type { PredictionPlace, Predictor } from './predictor.ts';
import type { Sampling } from './sampling.ts';
import { chooseToken, probabilityAmong } from './sampling.ts';

export interface GenerationRequest {
  readonly place: PredictionPlace;
  /** Bytes that the generated tokens must begin with, one character a byte: what was backed off the prompt. */
  readonly typed: string;
  /** The first token, where the caller has chosen it; it must agree with `typed`. */
  readonly firstToken?: number;
  readonly maxTokens: number;
  readonly sampling: Sampling;
}

export interface GeneratedToken {
  readonly token: number;
  /** The token's bytes beyond those typed; empty while typed bytes are being spelt. */
  readonly bytes: string;
  /** The token's probability given the ones before it and that the typed bytes are spelt, in [0, 1]. */
  readonly probability: number;
  /** Probabilities of every token at this place, without regard to what is typed. */
  readonly distribution: Float32Array;
}

export interface Vocabulary {
  /** Undefined for special tokens: generation ends before one. */
  readonly tokenBytes: readonly (string | undefined)[];
  readonly trie: ByteTrie;
}

/**
 * Yields tokens until a special token is chosen, `maxTokens` are generated, the context is full, or no token agrees
 * with what is typed. Throws a CancellationError when cancelled between runs.
 */
export async function* generate(
  predictor: Predictor,
  vocabulary: Vocabulary,
  request: GenerationRequest,
  cancellation: CancellationToken,
): AsyncGenerator<GeneratedToken, void, undefined> {
  const generated: number[] = [];
  let { typed } = request;
  while (generated.length < request.maxTokens) {
    if (request.place.prompt.length + generated.length > predictor.contextTokens) return;
    throwIfCancelled(cancellation);
    const distribution = await predictor.next(request.place, generated, cancellation);
    const allowed = tokensSpelling(vocabulary, typed);
    const forced = generated.length === 0 ? request.firstToken : undefined;
    const token = forced ?? chooseToken(distribution, request.sampling, allowed);
    if (token === undefined) return;
    const bytes = vocabulary.tokenBytes[token];
    if (bytes === undefined) return;
    const probability = probabilityAmong(distribution, token, allowed);
    yield { token, bytes: bytes.slice(typed.length), probability, distribution };
    typed = typed.slice(bytes.length);
    generated.push(token);
  }
}

/** The tokens that may come first when `typed` must be spelt; undefined where any may. */
export function tokensSpelling({ trie }: Vocabulary, typed: string): readonly number[] | undefined {
  if (typed === '') return undefined;
  const { covering, partial } = trie.compatible(typed);
  return [...covering, ...partial];
}
