// Refines the mixture's distribution among the tokens that are likely at all: those that memory offers, be it that they
// followed the same tokens or that a place built alike has them, and those that the network thinks likeliest. Each gets a score: its log probability in the mixture, corrected by a small model of how
// often it followed contexts of each length, here and in the workspace, and what the network thinks of it. Softmax makes
// probabilities of the scores; all other tokens share one score of their own. A mixture that goes through contexts
// from the longest down cannot weigh several lengths against each other for one token; this can.

import * as v from 'valibot';
import { seededRandom } from '../base/random.ts';
import type { Evidence } from '../memory/evidence.ts';
import { AdagradWeights, weightsSchema } from './adagrad.ts';
import { AnalogyFeatures, analogyFeatureCount } from './analogyFeatures.ts';
import { softmaxOfScores, topTokens } from './sampling.ts';

/** What a refinement looks at. */
export interface RefinementView {
  /** The mixture's distribution [vocabulary]. */
  readonly mixed: Float32Array;
  /** What it was blended from: the network's distribution, or the tokens' frequencies [vocabulary]. */
  readonly base: Float32Array;
  readonly evidence: Evidence;
  /** The tokens' shares of the workspace's text [vocabulary], none of them 0. */
  readonly frequencies: Float32Array;
}

export interface StoredRefinement {
  /** Of the features, straight to the score. */
  readonly linear: readonly number[];
  /** Of the features, to each hidden unit: [hidden, features]. */
  readonly hidden: readonly number[];
  /** Of the hidden units, to the score. */
  readonly output: readonly number[];
  /** Of the log probability of all other tokens together and of 1, to what is added to their score. */
  readonly others: readonly number[];
}

/** The base's likeliest tokens that are candidates, offered by memory or not. */
const baseCandidates = 8;
/** Least lengths of contexts whose counts are looked at: everywhere, and in the document at hand. */
const orders = [1, 2, 3, 4, 6, 8, 12, 16, 24];
const localOrders = [1, 2, 4, 8];
const minProbability = 1e-7;

export const refinementFeatureCount = 14 + 2 * (orders.length + localOrders.length) + analogyFeatureCount;
const hiddenCount = 16;

export const refinementSchema = v.object({
  linear: weightsSchema(refinementFeatureCount),
  hidden: weightsSchema(hiddenCount * refinementFeatureCount),
  output: weightsSchema(hiddenCount),
  others: weightsSchema(2),
});

/** What the model makes of a view: all that scoring and learning need. */
export interface RefinementExample {
  /** The candidates; all other tokens share one score. */
  readonly tokens: readonly number[];
  /** [candidates, features] */
  readonly features: Float32Array;
  /** Log probability in the mixture of each candidate, and last of all other tokens together, or -Infinity. */
  readonly mixed: Float64Array;
}

interface Scored {
  /** [candidates, hidden] */
  readonly activations: Float64Array;
  /** Of each candidate, and last of all other tokens together. */
  readonly probabilities: Float64Array;
}

export class Refinement {
  private readonly linear: AdagradWeights;
  private readonly hidden: AdagradWeights;
  private readonly output: AdagradWeights;
  private readonly others: AdagradWeights;

  constructor(stored: StoredRefinement = untrained()) {
    this.linear = new AdagradWeights(stored.linear);
    this.hidden = new AdagradWeights(stored.hidden);
    this.output = new AdagradWeights(stored.output);
    this.others = new AdagradWeights(stored.others);
  }

  /** The refined distribution [vocabulary]; what it looks at is not changed. */
  refine(view: RefinementView): Float32Array {
    const example = exampleOf(view);
    const { tokens, mixed } = example;
    const { probabilities } = this.score(example);
    const others = Math.exp(mixed[tokens.length] ?? -Infinity);
    const scale = others === 0 ? 0 : (probabilities[tokens.length] ?? 0) / others;
    const refined = view.mixed.map(probability => scale * probability);
    for (const [candidate, token] of tokens.entries()) refined[token] = probabilities[candidate] ?? 0;
    return refined;
  }

  /** Moves the weights towards having predicted `token` (stochastic gradient, Adagrad). Gives its probability before. */
  learn(example: RefinementExample, token: number, rate: number): number {
    const { tokens, features, mixed } = example;
    const { activations, probabilities } = this.score(example);
    const hit = tokens.indexOf(token);
    const count = tokens.length;
    const linear = new Float64Array(refinementFeatureCount);
    const output = new Float64Array(hiddenCount);
    const hidden = new Float64Array(hiddenCount * refinementFeatureCount);
    for (let candidate = 0; candidate < count; candidate++) {
      const error = (candidate === hit ? 1 : 0) - (probabilities[candidate] ?? 0);
      if (Math.abs(error) < minError) continue;
      const own = features.subarray(
        candidate * refinementFeatureCount,
        (candidate + 1) * refinementFeatureCount,
      );
      addScaled(linear, 0, own, error);
      for (let unit = 0; unit < hiddenCount; unit++) {
        const activation = activations[candidate * hiddenCount + unit] ?? 0;
        output[unit] = (output[unit] ?? 0) + error * activation;
        const unitError = error * this.output.at(unit) * (1 - activation * activation);
        addScaled(hidden, unit * refinementFeatureCount, own, unitError);
      }
    }
    this.linear.learn(0, linear, 1, rate);
    this.output.learn(0, output, 1, rate);
    this.hidden.learn(0, hidden, 1, rate);
    const others = mixed[count] ?? -Infinity;
    const othersError = (hit === -1 ? 1 : 0) - (probabilities[count] ?? 0);
    if (others > -Infinity) this.others.learn(0, [others, 1], othersError, rate);
    return probabilities[hit === -1 ? count : hit] ?? 0;
  }

  stored(): StoredRefinement {
    return {
      linear: this.linear.stored(),
      hidden: this.hidden.stored(),
      output: this.output.stored(),
      others: this.others.stored(),
    };
  }

  private score({ tokens, features, mixed }: RefinementExample): Scored {
    const count = tokens.length;
    const activations = new Float64Array(count * hiddenCount);
    const scores = new Float64Array(count + 1);
    for (let candidate = 0; candidate < count; candidate++) {
      const at = candidate * refinementFeatureCount;
      let score = this.linear.dot(0, features, at, refinementFeatureCount);
      for (let unit = 0; unit < hiddenCount; unit++) {
        const sum = this.hidden.dot(unit * refinementFeatureCount, features, at, refinementFeatureCount);
        const activation = Math.tanh(sum);
        activations[candidate * hiddenCount + unit] = activation;
        score += this.output.at(unit) * activation;
      }
      scores[candidate] = (mixed[candidate] ?? 0) + score;
    }
    const others = mixed[count] ?? -Infinity;
    scores[count] = others === -Infinity ? others : others + this.others.dot(0, [others, 1]);
    return { activations, probabilities: softmaxOfScores(scores) };
  }
}

/** What the model looks at of a view. */
export function exampleOf(view: RefinementView): RefinementExample {
  const top = topOf(view.base);
  const tokens = candidatesOf(view.evidence, top);
  const mixed = new Float64Array(tokens.length + 1);
  // Not 1 less what is offered: probabilities of 32 bits do not sum to 1 so exactly.
  let rest = 0;
  for (const probability of view.mixed) rest += probability;
  for (const [candidate, token] of tokens.entries()) {
    rest -= view.mixed[token] ?? 0;
    mixed[candidate] = logOf(view.mixed[token]);
  }
  mixed[tokens.length] = rest > minProbability ? Math.log(rest) : -Infinity;
  return { tokens, features: featuresOf(view, tokens, top), mixed };
}

/** Smaller errors move nothing. */
const minError = 1e-6;

/** Of each base: the tokens' frequencies are the same at every step of a draft, and the network's while a word is typed. */
const knownTops = new WeakMap<Float32Array, readonly number[]>();

function topOf(base: Float32Array): readonly number[] {
  const known = knownTops.get(base);
  if (known !== undefined) return known;
  const top = topTokens(base, baseCandidates);
  knownTops.set(base, top);
  return top;
}

/** What memory offers, in the order of the evidence, and then what the base has likeliest. */
function candidatesOf(evidence: Evidence, top: readonly number[]): readonly number[] {
  const candidates = new Set<number>();
  for (let entry = 0; entry < evidence.count; entry++) candidates.add(evidence.tokens[entry] ?? 0);
  for (const { token } of evidence.proposals) candidates.add(token);
  for (const token of top) candidates.add(token);
  return [...candidates];
}

/** [candidates, features], each of the order of one. */
function featuresOf(
  { mixed, base, evidence, frequencies }: RefinementView,
  tokens: readonly number[],
  [likeliest = 0, second = 0]: readonly number[],
): Float32Array {
  const indexOf = new Map(tokens.map((token, candidate) => [token, candidate]));
  const everywhere = new Counts(orders, tokens.length);
  const local = new Counts(localOrders, tokens.length);
  const longest = new Float64Array(tokens.length);
  const longestLocal = new Float64Array(tokens.length);
  /** How many local occurrences were found before the candidate's, the latest first; 0 for none of its own. */
  const recency = new Float64Array(tokens.length);
  let localSeen = 0;
  for (let entry = 0; entry < evidence.count; entry++) {
    const candidate = indexOf.get(evidence.tokens[entry] ?? 0) ?? 0;
    const order = evidence.orders[entry] ?? 0;
    const isLocal = evidence.local[entry] === 1;
    everywhere.add(candidate, order, evidence.weightOf(entry));
    longest[candidate] = Math.max(longest[candidate] ?? 0, order);
    if (!isLocal) continue;
    local.add(candidate, order, 1);
    longestLocal[candidate] = Math.max(longestLocal[candidate] ?? 0, order);
    localSeen++;
    if (recency[candidate] === 0) recency[candidate] = localSeen;
  }
  everywhere.accumulate();
  local.accumulate();
  const likeliestMixed = topTokens(mixed, 1, tokens)[0] ?? 0;
  const shared = [base[likeliest], mixed[likeliestMixed], base[second]].map(logOf);
  const analogies = new AnalogyFeatures(evidence.proposals);
  const features = new Float32Array(tokens.length * refinementFeatureCount);
  let at = 0;
  const put = (value: number) => {
    features[at++] = value;
  };
  for (const [candidate, token] of tokens.entries()) {
    const ofBase = logOf(base[token]);
    const frequency = logOf(frequencies[token]);
    put(1);
    put(logOf(mixed[token]) / 4);
    put(ofBase / 4);
    put(token === likeliest ? 1 : 0);
    put(token === likeliestMixed ? 1 : 0);
    for (const value of shared) put(value / 2);
    put(Math.log1p(longest[candidate] ?? 0) / 2);
    put(Math.log1p(longestLocal[candidate] ?? 0) / 2);
    put(Math.log1p(recency[candidate] ?? 0) / 2);
    put(recency[candidate] === 1 ? 1 : 0);
    put((frequency + 6) / 4);
    put((frequency - ofBase) / 4);
    everywhere.put(candidate, put);
    local.put(candidate, put);
    analogies.put(token, put);
  }
  return features;
}

/** How often each candidate followed contexts of at least some lengths. */
class Counts {
  private readonly lengths: readonly number[];
  private readonly candidates: number;
  /** [lengths, candidates] */
  private readonly counts: Float64Array;
  private readonly totals: Float64Array;

  constructor(lengths: readonly number[], candidates: number) {
    this.lengths = lengths;
    this.candidates = candidates;
    this.counts = new Float64Array(lengths.length * candidates);
    this.totals = new Float64Array(lengths.length);
  }

  add(candidate: number, order: number, weight: number): void {
    let length = this.lengths.length - 1;
    while (length > 0 && (this.lengths[length] ?? 0) > order) length--;
    const at = length * this.candidates + candidate;
    this.counts[at] = (this.counts[at] ?? 0) + weight;
    this.totals[length] = (this.totals[length] ?? 0) + weight;
  }

  /** Adds what followed longer contexts to what followed shorter ones; after the last `add`. */
  accumulate(): void {
    for (let length = this.lengths.length - 2; length >= 0; length--) {
      this.totals[length] = (this.totals[length] ?? 0) + (this.totals[length + 1] ?? 0);
      for (let candidate = 0; candidate < this.candidates; candidate++) {
        const at = length * this.candidates + candidate;
        this.counts[at] = (this.counts[at] ?? 0) + (this.counts[at + this.candidates] ?? 0);
      }
    }
  }

  /** For each length the candidate's share, as a logarithm, and how much was counted. */
  put(candidate: number, put: (value: number) => void): void {
    for (const [length, total] of this.totals.entries()) {
      const own = this.counts[length * this.candidates + candidate] ?? 0;
      put(total > 0 ? Math.log((own + 0.1) / (total + 0.2)) / 3 : 0);
      put(Math.log1p(total) / 3);
    }
  }
}

function logOf(probability = 0): number {
  return Math.log(Math.max(probability, minProbability));
}

function addScaled(sum: Float64Array, offset: number, values: Float32Array, factor: number): void {
  for (let index = 0; index < values.length; index++) {
    sum[offset + index] = (sum[offset + index] ?? 0) + factor * (values[index] ?? 0);
  }
}

/** Changes nothing until it has learnt. */
function untrained(): StoredRefinement {
  const random = seededRandom(2);
  return {
    linear: new Array<number>(refinementFeatureCount).fill(0),
    hidden: Array.from({ length: hiddenCount * refinementFeatureCount }, () => (random() - 0.5) / 2),
    output: new Array<number>(hiddenCount).fill(0),
    others: [0, 0],
  };
}
