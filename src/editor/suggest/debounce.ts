// How long to wait after a keystroke before asking the engine. VS Code itself waits some 50 ms, so a fast engine
// needs nothing more. When the engine is slower than the fingers, most runs of a burst would be thrown away, so
// the wait grows with both, up to the time in which the next key of the burst would come. Pure: no timers here.

export const debounceLimits = {
  /** An engine this fast is asked at every keystroke. */
  freeLatencyMs: 30,
  /** Keys further apart than this are no burst. */
  burstIntervalMs: 250,
  /** Longer silences are pauses, which say nothing about the speed of typing. */
  pauseMs: 1_000,
  maxDelayMs: 300,
} as const;

/** Weight of the newest observation in the running means. */
const newestWeight = 0.3;

/**
 * The wait in milliseconds, in [0, maxDelayMs]: never less for a slower engine, never more than the burst's own
 * interval, and 0 for a fast engine or slow typing. Both arguments are running means.
 */
export function debounceDelayMs(typingIntervalMs: number, latencyMs: number): number {
  const { freeLatencyMs, burstIntervalMs, maxDelayMs } = debounceLimits;
  if (typingIntervalMs >= burstIntervalMs) return 0;
  const excessMs = Math.max(0, latencyMs - freeLatencyMs);
  return Math.min(excessMs, typingIntervalMs, maxDelayMs);
}

/** Running means of the typing interval and of the engine's latency, of which the wait follows. */
export class AdaptiveDebounce {
  private lastKeyMs: number | undefined;
  private intervalMs: number = debounceLimits.burstIntervalMs;
  private latencyMs = 0;

  /** Notes a keystroke at `nowMs` (any monotonic clock). */
  noteKeystroke(nowMs: number): void {
    const intervalMs = this.lastKeyMs === undefined ? undefined : nowMs - this.lastKeyMs;
    this.lastKeyMs = nowMs;
    if (intervalMs === undefined || intervalMs > debounceLimits.pauseMs) return;
    this.intervalMs += newestWeight * (intervalMs - this.intervalMs);
  }

  /** Notes how long the engine took for an answer that was not cancelled. */
  noteLatency(latencyMs: number): void {
    this.latencyMs += newestWeight * (latencyMs - this.latencyMs);
  }

  /** Notes that an answer was cancelled after so long: without this a slow engine would never be noticed in a burst. */
  noteLatencyAtLeast(latencyMs: number): void {
    if (latencyMs > this.latencyMs) this.noteLatency(latencyMs);
  }

  get delayMs(): number {
    return debounceDelayMs(this.intervalMs, this.latencyMs);
  }
}
