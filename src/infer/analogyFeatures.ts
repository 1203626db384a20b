// What the refinement looks at of the places that are built alike, for each candidate for the next token. The order and
// scale of the features are part of the format of the weights.

import type { Proposal } from '../memory/evidence.ts';

export const analogyFeatureCount = 21;

/** By how much more score a place counts e times as much. */
const scoreTemperature = 3;

/** What all proposals of one token say together. */
class Summary {
  weight = 0;
  places = 0;
  /** That of the highest score. */
  best: Proposal | undefined;

  add(proposal: Proposal, weight: number): void {
    this.weight += weight;
    this.places++;
    this.best ??= proposal;
    if (proposal.analogy.score > this.best.analogy.score) this.best = proposal;
  }
}

/** Gives the features of each candidate. */
export class AnalogyFeatures {
  private readonly summaries = new Map<number, Summary>();
  private readonly bestScore: number;
  private readonly bestToken: number | undefined;
  private total = 0;
  private readonly places: number;

  constructor(proposals: readonly Proposal[]) {
    this.places = proposals.length;
    this.bestScore = proposals.reduce((most, { analogy }) => Math.max(most, analogy.score), -Infinity);
    for (const proposal of proposals) {
      const weight = Math.exp((proposal.analogy.score - this.bestScore) / scoreTemperature);
      this.total += weight;
      const summary = this.summaries.get(proposal.token) ?? new Summary();
      this.summaries.set(proposal.token, summary);
      summary.add(proposal, weight);
    }
    let most = 0;
    for (const [token, { weight }] of this.summaries) {
      if (weight <= most) continue;
      most = weight;
      this.bestToken = token;
    }
  }

  /** Calls `put` with each feature of a token, of the order of one. */
  put(token: number, put: (value: number) => void): void {
    const summary = this.summaries.get(token);
    put(this.places === 0 ? 0 : 1);
    put(Math.log1p(this.places) / 3);
    put(this.places === 0 ? 0 : Math.log1p(Math.max(0, this.bestScore)) / 3);
    if (summary?.best === undefined) {
      for (let feature = 3; feature < analogyFeatureCount; feature++) put(0);
      return;
    }
    const { analogy, typedBytes } = summary.best;
    put(1);
    put(Math.log((summary.weight + 0.02) / (this.total + 0.04)) / 2);
    put(token === this.bestToken ? 1 : 0);
    put(Math.log1p(Math.max(0, analogy.score)) / 3);
    put(Math.log1p(summary.places) / 2);
    put(Math.log1p(analogy.length) / 3);
    put(Math.log1p(analogy.equalNames) / 2);
    put(Math.min(2, analogy.conflicts) / 2);
    put(analogy.isRenamed ? 1 : 0);
    put(analogy.isKnown ? 0 : 1);
    put(analogy.isLocal ? 1 : 0);
    put(Math.log1p(analogy.distance) / 5);
    put(Math.log1p(Math.max(0, analogy.below)) / 2);
    put(analogy.isNumber ? 1 : 0);
    put(analogy.isNumber && analogy.isRenamed ? 1 : 0);
    put(analogy.endsWord ? 1 : 0);
    put(Math.log1p(typedBytes) / 2);
    put(summary.places === this.places ? 1 : 0);
  }
}
