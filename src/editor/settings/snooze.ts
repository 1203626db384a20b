// "Not now": suggestions are silent until a time, then come back by themselves. It lives in memory and so holds
// for this window until it is closed.

import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';

/** Timers hold 32 bits of milliseconds, and who snoozes for longer means to switch off. */
const longestMinutes = 7 * 24 * 60;

export class Snooze implements Disposable {
  private readonly changes = new Emitter<undefined>();
  private timer: NodeJS.Timeout | undefined;
  private end: number | undefined;

  /** Fires when a snooze begins, is changed, and ends. */
  readonly onDidChange = this.changes.event;

  /** When suggestions come back, in milliseconds since the epoch; undefined when not snoozed. */
  get endsAtMs(): number | undefined {
    return this.end;
  }

  get isSnoozed(): boolean {
    return this.end !== undefined;
  }

  /** Snoozes from now on, for a week at most; replaces a snooze that is running. */
  start(minutes: number): void {
    const durationMs = Math.min(minutes, longestMinutes) * 60_000;
    clearTimeout(this.timer);
    this.end = Date.now() + durationMs;
    this.timer = setTimeout(() => {
      this.resume();
    }, durationMs);
    this.changes.fire(undefined);
  }

  resume(): void {
    if (this.end === undefined) return;
    clearTimeout(this.timer);
    this.end = undefined;
    this.changes.fire(undefined);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.end = undefined;
    this.changes.dispose();
  }
}
