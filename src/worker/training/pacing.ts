// When a training may take its next step: not while it is paused, not on battery, not while others need the machine,
// and not in the moment in which a suggestion is asked for.

import { CancellationError } from '../../base/cancellation.ts';
import type { PauseReason } from '../protocol/pauseReasons.ts';
import type { TrainingControl } from '../protocol/trainingApi.ts';

export interface PacingParts {
  /** What speaks against going on now, beside the user; asked every few seconds. */
  readonly obstacle: () => Promise<PauseReason | undefined>;
  /** Called with each change. */
  readonly onPaused: (reason: PauseReason | undefined) => void;
  /** For tests. */
  readonly times?: Partial<typeof pacingTimes>;
}

export const pacingTimes = {
  /** Between two looks at the machine. */
  lookMs: 5_000,
  /** So long after somebody asked for a suggestion nobody is typing. */
  quietMs: 250,
  /** A step waits for quiet so long at most. */
  patienceMs: 1_500,
};

export class Pacing {
  private readonly parts: PacingParts;
  private readonly times: typeof pacingTimes;
  private paused = false;
  private insists = false;
  private ended: 'stop' | 'cancel' | undefined;
  private reason: PauseReason | undefined;
  private obstacle: PauseReason | undefined;
  private lookedMs = -Infinity;
  private suggestedMs = -Infinity;
  private wake: () => void = () => undefined;

  constructor(parts: PacingParts) {
    this.parts = parts;
    this.times = { ...pacingTimes, ...parts.times };
  }

  control(control: TrainingControl): void {
    switch (control) {
      case 'pause':
        this.paused = true;
        break;
      case 'resume':
        this.paused = false;
        break;
      case 'insist':
        this.paused = false;
        this.insists = true;
        break;
      case 'stop':
      case 'cancel':
        this.ended = control;
        break;
      case 'suggesting':
        this.suggestedMs = performance.now();
        return;
      default:
        control satisfies never;
    }
    this.wake();
  }

  /** What counts as an obstacle has changed. */
  lookNow(): void {
    this.lookedMs = -Infinity;
    this.wake();
  }

  /** Resolves when the next step may run; false when the training is to end with what it has. Throws when cancelled. */
  async mayGoOn(): Promise<boolean> {
    await this.quiet();
    for (;;) {
      if (this.ended === 'cancel') throw new CancellationError();
      if (this.ended === 'stop') return false;
      await this.look();
      const reason = this.paused ? 'user' : this.insists ? undefined : this.obstacle;
      if (reason !== this.reason) {
        this.reason = reason;
        this.parts.onPaused(reason);
      }
      if (reason === undefined) return true;
      await this.sleep(this.times.lookMs);
    }
  }

  private async look(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.lookedMs < this.times.lookMs) return;
    this.lookedMs = nowMs;
    this.obstacle = await this.parts.obstacle();
  }

  private async quiet(): Promise<void> {
    const { quietMs, patienceMs } = this.times;
    const startedMs = performance.now();
    for (;;) {
      const nowMs = performance.now();
      const waitMs = Math.min(this.suggestedMs + quietMs, startedMs + patienceMs) - nowMs;
      if (waitMs <= 0 || this.ended !== undefined) return;
      await this.sleep(waitMs);
    }
  }

  private async sleep(ms: number): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
