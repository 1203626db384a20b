// Lets work in the background run only in between: slice after slice, with the event loop in each gap, and not at all
// while somebody waits for an answer. Work that never gets a gap is let through after a while, one slice at a time.

import { nextTurn } from './nextTurn.ts';
import type { Slicer } from './slicer.ts';

/** Counts those who wait for an answer. */
export class Traffic {
  private waiting = 0;
  private readonly quiet = new Set<() => void>();

  get isBusy(): boolean {
    return this.waiting > 0;
  }

  enter(): void {
    this.waiting++;
  }

  leave(): void {
    if (--this.waiting > 0) return;
    const resolves = [...this.quiet];
    this.quiet.clear();
    for (const resolve of resolves) resolve();
  }

  /** Resolves when nobody waits, or after `maxMs`. */
  async whenQuiet(maxMs: number): Promise<void> {
    if (!this.isBusy) return;
    await new Promise<void>(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        this.quiet.delete(done);
        resolve();
      };
      const timer = setTimeout(done, maxMs);
      this.quiet.add(done);
    });
  }
}

export interface SliceLimits {
  /** How long work may run before the event loop gets its turn. */
  readonly sliceMs: number;
  /** How long work waits for a gap at most. */
  readonly patienceMs: number;
}

const sliceLimits: SliceLimits = { sliceMs: 3, patienceMs: 1_000 };

/** Gives way once it has run for a slice, and stands aside while the traffic is busy. */
export class TrafficSlices implements Slicer {
  private readonly traffic: Traffic;
  private readonly limits: SliceLimits;
  private startedMs = performance.now();

  constructor(traffic: Traffic, limits: SliceLimits = sliceLimits) {
    this.traffic = traffic;
    this.limits = limits;
  }

  /** Resolves at once within a slice; else after a turn of the event loop, when nobody waits for an answer. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.startedMs < this.limits.sliceMs) return;
    await nextTurn();
    if (this.traffic.isBusy) await this.traffic.whenQuiet(this.limits.patienceMs);
    this.startedMs = performance.now();
  }
}
