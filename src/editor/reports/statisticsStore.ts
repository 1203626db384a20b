// Keeps the statistics in VS Code's own storage on this machine, apart for each workspace so that one can be forgotten
// alone. Nothing of it is ever sent.

import type { Memento } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { CountKey, Counts, Days } from './statistics.ts';
import { dayOf, latencyBucket, noCounts, parseDays } from './statistics.ts';

export interface StatisticsParts {
  /** The user's, not the workspace's. */
  readonly state: Memento;
  /** Tells this workspace from others; says nothing of it. */
  readonly workspaceId: string;
  readonly logger: Logger;
  readonly now?: () => Date;
  readonly writeAfterMs?: number;
}

const keyStart = 'tinymemory.statistics.';

export class StatisticsStore implements Disposable {
  private readonly parts: StatisticsParts;
  private readonly key: string;
  private days: Record<string, Counts>;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: StatisticsParts) {
    this.parts = parts;
    this.key = `${keyStart}${parts.workspaceId}`;
    this.days = parseDays(parts.state.get(this.key), this.today);
  }

  get today(): string {
    return dayOf(this.parts.now?.() ?? new Date());
  }

  /** Of all workspaces, this one's as they are now. */
  all(): readonly Days[] {
    const others = this.parts.state.keys().filter(key => key.startsWith(keyStart) && key !== this.key);
    return [this.days, ...others.map(key => parseDays(this.parts.state.get(key), this.today))];
  }

  add(key: CountKey, amount: number): void {
    const counts = this.ofToday();
    counts[key] = Math.max(0, counts[key] + amount);
    this.changed();
  }

  addLatency(latencyMs: number): void {
    const { latencies } = this.ofToday();
    const bucket = latencyBucket(latencyMs);
    latencies[bucket] = (latencies[bucket] ?? 0) + 1;
    this.changed();
  }

  /** Forgets the statistics of this workspace. */
  async forget(): Promise<void> {
    this.days = {};
    this.cancelWrite();
    await this.parts.state.update(this.key, undefined);
  }

  /** Forgets all statistics. */
  async reset(): Promise<void> {
    for (const key of this.parts.state.keys()) {
      if (key.startsWith(keyStart)) await this.parts.state.update(key, undefined);
    }
    await this.forget();
  }

  /** Writes what is not written yet. Never rejects. */
  async flush(): Promise<void> {
    if (this.timer === undefined) return;
    this.cancelWrite();
    try {
      this.days = parseDays(this.days, this.today);
      await this.parts.state.update(this.key, this.days);
    } catch (error) {
      this.parts.logger.warn(`statistics cannot be written: ${errorMessage(error)}`);
    }
  }

  dispose(): void {
    this.cancelWrite();
  }

  private ofToday(): Counts {
    return (this.days[this.today] ??= noCounts());
  }

  private changed(): void {
    this.timer ??= setTimeout(() => {
      void this.flush();
    }, this.parts.writeAfterMs ?? 10_000);
  }

  private cancelWrite(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
