// The plain way of blending orders, which memory's learnt escapes are measured against.

import { deepestContext } from '../memory/contextSort.ts';
import type { Evidence } from '../memory/evidence.ts';

/**
 * The probability of `token` when each order's counts are interpolated with the next shorter order's distribution in the
 * proportion of occurrences to distinct tokens (Witten and Bell 1991, method C), down to `frequencies`.
 */
export function wittenBellProbability(frequencies: Float32Array, evidence: Evidence, token: number): number {
  let probability = frequencies[token] ?? 0;
  for (let order = 1; order <= deepestContext; order++) {
    let occurrences = 0;
    let hits = 0;
    let isAsked = false;
    const distinct = new Set<number>();
    for (let entry = 0; entry < evidence.count; entry++) {
      const found = evidence.orders[entry] ?? 0;
      if (found < order) continue;
      isAsked ||= found === order;
      const weight = evidence.weights[entry] ?? 0;
      occurrences += weight;
      distinct.add(evidence.tokens[entry] ?? 0);
      if (evidence.tokens[entry] === token) hits += weight;
    }
    // An order in which nothing is found beyond what longer ones find says nothing of its own.
    if (isAsked) probability = (hits + distinct.size * probability) / (occurrences + distinct.size);
  }
  return probability;
}
