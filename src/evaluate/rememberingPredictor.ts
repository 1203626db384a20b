// Remembers what a predictor said at each place, so that typing the same text again, with another threshold, runs the
// network only where it was not asked before.

import type { CancellationToken } from '../base/cancellation.ts';
import type { PredictionPlace, Predictor } from '../infer/predictor.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';

/** Less probable tokens are forgotten: neither choice nor probability of a suggestion depends on them. */
const minProbability = 1e-6;

interface Remembered {
  readonly tokens: Uint32Array;
  readonly probabilities: Float32Array;
  readonly size: number;
}

export class RememberingPredictor implements Predictor {
  private readonly predictor: Predictor;
  private readonly answers = new Map<string, Remembered>();

  constructor(predictor: Predictor) {
    this.predictor = predictor;
  }

  get contextTokens(): number {
    return this.predictor.contextTokens;
  }

  get workspace(): WorkspaceMemory | undefined {
    return this.predictor.workspace;
  }

  /** The prompt counts as a function of the document, although its anchor depends on what was asked before. */
  async next(
    place: PredictionPlace,
    generated: readonly number[],
    cancellation: CancellationToken,
  ): Promise<Float32Array> {
    const key = `${place.path} ${hashOf(place.after?.tokens ?? [], place.document, generated)}`;
    const known = this.answers.get(key);
    if (known !== undefined) return dense(known);
    const distribution = await this.predictor.next(place, generated, cancellation);
    this.answers.set(key, sparse(distribution));
    return distribution;
  }

  forget(): void {
    this.answers.clear();
  }
}

/** Two FNV-1a sums and the length: 64 bits and more. */
function hashOf(...parts: readonly (readonly number[])[]): string {
  let a = 0x811c9dc5;
  let b = 0x01234567;
  for (const tokens of parts) {
    for (const token of tokens) {
      a = Math.imul(a ^ token, 0x01000193);
      b = Math.imul(b ^ (token + 0x9e37), 0x01000193) ^ (b >>> 15);
    }
  }
  return `${a} ${b} ${parts.map(({ length }) => length).join('+')}`;
}

function sparse(distribution: Float32Array): Remembered {
  const tokens: number[] = [];
  for (let token = 0; token < distribution.length; token++) {
    if ((distribution[token] ?? 0) >= minProbability) tokens.push(token);
  }
  return {
    tokens: Uint32Array.from(tokens),
    probabilities: Float32Array.from(tokens, token => distribution[token] ?? 0),
    size: distribution.length,
  };
}

function dense({ tokens, probabilities, size }: Remembered): Float32Array {
  const distribution = new Float32Array(size);
  for (const [index, token] of tokens.entries()) distribution[token] = probabilities[index] ?? 0;
  return distribution;
}
