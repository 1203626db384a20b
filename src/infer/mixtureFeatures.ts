// What the mixture's models look at. The order and scale of the features are part of the format of the weights.

import type { Levels } from './levels.ts';

/** Upper ends of the buckets of orders. */
const orderBuckets = [1, 2, 3, 4, 5, 7, 10, 15, 23];
export const orderBucketCount = orderBuckets.length + 1;
/** Upper ends of the buckets of occurrence counts: one, two, a few, … */
const countBuckets = [1.6, 2.6, 4.1, 8, 20];
/** Upper ends of the buckets of candidate counts. */
const candidateBuckets = [1, 3, 8];

export const featureCount = 48;

export interface BaseView {
  readonly base: Float32Array;
  /** The base's likeliest token. */
  readonly likeliest: number;
  /** The base's probability of all tokens that earlier levels offered. */
  readonly offered: number;
}

export function orderBucket(order: number): number {
  return bucketOf(orderBuckets, order);
}

/** Fills `features` with what is known of a level. */
export function levelFeatures(
  features: Float64Array,
  levels: Levels,
  level: number,
  { base, likeliest, offered }: BaseView,
): void {
  const candidates = levels.candidatesOf(level);
  const totals = levels.totals(level);
  let baseMass = 0;
  let top = 0;
  let low = 0;
  let likeliestHere = false;
  for (const candidate of candidates) {
    baseMass += levels.base(candidate);
    const counts = levels.counts(candidate);
    top += counts.top;
    low += counts.low;
    likeliestHere ||= levels.token(candidate) === likeliest;
  }
  let at = 0;
  const put = (value: number) => {
    features[at++] = value;
  };
  const oneOf = (buckets: number, index: number) => {
    for (let bucket = 0; bucket < buckets; bucket++) put(bucket === index ? 1 : 0);
  };
  oneOf(orderBucketCount, orderBucket(levels.topOrder(level)));
  oneOf(countBuckets.length + 1, bucketOf(countBuckets, totals.low));
  oneOf(candidateBuckets.length + 1, bucketOf(candidateBuckets, candidates.length));
  put(Math.log(totals.low));
  put(Math.log(totals.top));
  put(totals.local / totals.low);
  put(Math.log(top / totals.top + 0.02));
  put(Math.log(low / totals.low + 0.02));
  // What the next two, shorter contexts say of these tokens.
  for (const next of [level + 1, level + 2]) {
    const nextTotal = next < levels.count ? levels.totals(next).low : 0;
    let earlier = 0;
    for (let before = 0; before < level; before++) earlier += levels.occurrences(before, next);
    const share = (levels.occurrences(level, next) + 0.3) / (nextTotal - earlier + 0.6);
    put(nextTotal === 0 ? 0 : logit(share) / 4);
    put(nextTotal === 0 ? 0 : 1);
    put(nextTotal === 0 ? 0 : Math.log(nextTotal) / 4);
  }
  oneOf(4, Math.min(3, level));
  put(levels.lowOrder(level) / 8);
  put(Math.log(1 + offeredCount(levels, level)));
  // What the base thinks of them.
  const held = logit(baseMass / Math.max(1e-6, 1 - offered)) / 4;
  const group = bucketOf([2, 5, 10], levels.topOrder(level));
  for (let index = 0; index < 4; index++) put(index === group ? held : 0);
  put(held);
  put(likeliestHere ? 1 : 0);
  put((logit(base[likeliest] ?? 0) / 4) * (likeliestHere ? 1 : -1));
  put(held * held);
  put(candidates.length === 1 ? held : 0);
  put(1);
  put(offered);
}

/** What decides among the candidates of a level: counts in its longest and its shortest context, and the base. */
export function shareInputs(levels: Levels, candidate: number): readonly [number, number, number] {
  const { top, low } = levels.counts(candidate);
  return [Math.log(top + 0.1), Math.log(low + 0.05), Math.log(Math.max(levels.base(candidate), 1e-7))];
}

function offeredCount(levels: Levels, level: number): number {
  let count = 0;
  for (let before = 0; before < level; before++) count += levels.candidatesOf(before).length;
  return count;
}

function bucketOf(ends: readonly number[], value: number): number {
  const bucket = ends.findIndex(end => value <= end);
  return bucket === -1 ? ends.length : bucket;
}

function logit(probability: number): number {
  const clipped = Math.min(1 - 1e-4, Math.max(1e-4, probability));
  return Math.log(clipped / (1 - clipped));
}
