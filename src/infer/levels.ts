// Groups evidence into levels: from the longest order down, a level ends before the order in which a new token appears.

import { deepestContext } from '../memory/contextSort.ts';
import type { Evidence } from '../memory/evidence.ts';

interface Candidate {
  readonly token: number;
  readonly base: number;
  readonly level: number;
  /** Occurrences so far, while reading. */
  count: number;
  /** Occurrences in the first order of its level. */
  top: number;
  /** Occurrences in all orders of its level. */
  low: number;
}

interface Level {
  readonly top: number;
  low: number;
  topTotal: number;
  lowTotal: number;
  localTotal: number;
  readonly candidates: number[];
  /** Occurrences of the candidates of each level up to this one, at the end of this one. */
  shares: readonly number[];
}

export class Levels {
  private levels: Level[] = [];
  private candidates: Candidate[] = [];
  private readonly indexOf = new Map<number, number>();
  private readonly byOrder: number[][] = Array.from({ length: deepestContext + 1 }, () => []);

  /** Levels read. */
  get count(): number {
    return this.levels.length;
  }

  read(evidence: Evidence, base: Float32Array): void {
    this.levels = [];
    this.candidates = [];
    this.indexOf.clear();
    for (const entries of this.byOrder) entries.length = 0;
    for (let entry = 0; entry < evidence.count; entry++)
      this.byOrder[evidence.orders[entry] ?? 0]?.push(entry);
    let total = 0;
    let local = 0;
    for (let order = deepestContext; order >= 1; order--) {
      const entries = this.byOrder[order] ?? [];
      if (entries.length === 0) continue;
      let level = this.levels.at(-1);
      const isNew = entries.some(entry => !this.indexOf.has(evidence.tokens[entry] ?? 0));
      if (level === undefined || isNew) {
        this.close(level);
        level = {
          top: order,
          low: order,
          topTotal: 0,
          lowTotal: 0,
          localTotal: 0,
          candidates: [],
          shares: [],
        };
        this.levels.push(level);
      }
      for (const entry of entries) {
        const isLocal = evidence.local[entry] === 1;
        const weight = evidence.weightOf(entry);
        this.candidate(evidence.tokens[entry] ?? 0, base, level).count += weight;
        total += weight;
        if (isLocal) local += weight;
      }
      if (level.top === order) {
        level.topTotal = total;
        for (const index of level.candidates) {
          const candidate = this.candidates[index];
          if (candidate !== undefined) candidate.top = candidate.count;
        }
      }
      level.low = order;
      level.lowTotal = total;
      level.localTotal = local;
    }
    this.close(this.levels.at(-1));
  }

  /** Indices of the tokens that appear first in this level. */
  candidatesOf(level: number): readonly number[] {
    return this.levels[level]?.candidates ?? [];
  }

  token(candidate: number): number {
    return this.candidates[candidate]?.token ?? 0;
  }

  /** The base's probability of the candidate. */
  base(candidate: number): number {
    return this.candidates[candidate]?.base ?? 0;
  }

  /** Occurrences of a candidate in the first order of its level, and in all of them. */
  counts(candidate: number): { readonly top: number; readonly low: number } {
    return this.candidates[candidate] ?? { top: 0, low: 0 };
  }

  topOrder(level: number): number {
    return this.levels[level]?.top ?? 0;
  }

  lowOrder(level: number): number {
    return this.levels[level]?.low ?? 0;
  }

  /** Occurrences of any token in the first order of a level, in all its orders, and of the latter the local ones. */
  totals(level: number): { readonly top: number; readonly low: number; readonly local: number } {
    const { topTotal = 0, lowTotal = 0, localTotal = 0 } = this.levels[level] ?? {};
    return { top: topTotal, low: lowTotal, local: localTotal };
  }

  /** Occurrences, at the end of level `at`, of the candidates that appear first in `level`. */
  occurrences(level: number, at: number): number {
    return this.levels[at]?.shares[level] ?? 0;
  }

  private candidate(token: number, base: Float32Array, level: Level): Candidate {
    const known = this.indexOf.get(token);
    const found = known === undefined ? undefined : this.candidates[known];
    if (found !== undefined) return found;
    const candidate = {
      token,
      base: base[token] ?? 0,
      level: this.levels.length - 1,
      count: 0,
      top: 0,
      low: 0,
    };
    this.indexOf.set(token, this.candidates.length);
    level.candidates.push(this.candidates.length);
    this.candidates.push(candidate);
    return candidate;
  }

  private close(level: Level | undefined): void {
    if (level === undefined) return;
    const shares = new Array<number>(this.levels.length).fill(0);
    for (const candidate of this.candidates) {
      if (candidate.level === this.levels.length - 1) candidate.low = candidate.count;
      shares[candidate.level] = (shares[candidate.level] ?? 0) + candidate.count;
    }
    level.shares = shares;
  }
}
