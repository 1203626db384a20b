// Choosing a token from logits. Pure: randomness is passed in, so that every choice can be repeated.

import type { Random } from '../base/random.ts';

export type Sampling =
  | { readonly kind: 'greedy' }
  | {
      readonly kind: 'sample';
      /** Above 0; 1 leaves the distribution as it is. */
      readonly temperature: number;
      /** Keeps the smallest set of tokens whose probabilities reach this (Holtzman et al. 2020), in (0, 1]. */
      readonly topP: number;
      readonly random: Random;
    };

/** Softmax of the logits, numerically stable; those of -Infinity get 0, and those of Infinity share all there is. */
export function softmax(logits: Float32Array): Float32Array {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  const probabilities = new Float32Array(logits.length);
  if (largest === -Infinity) return probabilities;
  let total = 0;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] ?? -Infinity;
    const weight = logit === largest ? 1 : Math.exp(logit - largest);
    probabilities[token] = weight;
    total += weight;
  }
  for (let token = 0; token < probabilities.length; token++) {
    probabilities[token] = (probabilities[token] ?? 0) / total;
  }
  return probabilities;
}

/** Softmax of a few scores, at least one of them above -Infinity, in 64 bits. */
export function softmaxOfScores(scores: ArrayLike<number>): Float64Array {
  const weights = Float64Array.from(scores);
  const largest = weights.reduce((most, score) => Math.max(most, score), -Infinity);
  let total = 0;
  for (const [index, score] of weights.entries()) total += weights[index] = Math.exp(score - largest);
  return weights.map(weight => weight / total);
}

/** Chooses among the tokens of `allowed`, all where undefined. Undefined when none of them has any probability. */
export function chooseToken(
  probabilities: Float32Array,
  sampling: Sampling,
  allowed?: readonly number[],
): number | undefined {
  if (sampling.kind === 'sample') return sample(probabilities, sampling, allowed);
  if (allowed !== undefined) return topTokens(probabilities, 1, allowed)[0];
  return likeliestToken(probabilities);
}

/** The token of the highest probability; the first of equal ones. */
export function likeliestToken(probabilities: Float32Array): number {
  let best = 0;
  for (let token = 1; token < probabilities.length; token++) {
    if ((probabilities[token] ?? 0) > (probabilities[best] ?? 0)) best = token;
  }
  return best;
}

/** The probability of a token when one of `allowed` (any where undefined) is certain to come. */
export function probabilityAmong(
  probabilities: Float32Array,
  token: number,
  allowed: readonly number[] | undefined,
): number {
  const total = allowed?.reduce((sum, other) => sum + (probabilities[other] ?? 0), 0) ?? 1;
  return total > 0 ? Math.min(1, (probabilities[token] ?? 0) / total) : 0;
}

/** The `count` likeliest tokens, likeliest first; equal ones by id. */
export function topTokens(
  probabilities: Float32Array,
  count: number,
  allowed: Iterable<number> = probabilities.keys(),
): readonly number[] {
  const top: number[] = [];
  for (const token of allowed) {
    const probability = probabilities[token] ?? 0;
    if (probability === 0) continue;
    let at = top.length;
    while (at > 0 && (probabilities[top[at - 1] ?? 0] ?? 0) < probability) at--;
    if (at < count) top.splice(at, 0, token);
    if (top.length > count) top.pop();
  }
  return top;
}

function sample(
  probabilities: Float32Array,
  { temperature, topP, random }: Sampling & { kind: 'sample' },
  allowed: readonly number[] = [...probabilities.keys()],
): number | undefined {
  const weighted = allowed
    .map(token => ({ token, weight: (probabilities[token] ?? 0) ** (1 / temperature) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.token - b.token);
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const nucleus: typeof weighted = [];
  let kept = 0;
  for (const candidate of weighted) {
    nucleus.push(candidate);
    kept += candidate.weight;
    if (kept >= topP * total) break;
  }
  let point = random() * kept;
  for (const { token, weight } of nucleus) {
    point -= weight;
    if (point < 0) return token;
  }
  return nucleus.at(-1)?.token;
}
