// The wait before asking: zero where waiting buys nothing, bounded and growing elsewhere.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AdaptiveDebounce, debounceDelayMs, debounceLimits } from '../../src/editor/suggest/debounce.ts';

const ms = fc.double({ min: 0, max: 100_000, noNaN: true });

describe('debounceDelayMs', () => {
  function check(typingIntervalMs: number, latencyMs: number, expectedMs: number): void {
    assert.equal(debounceDelayMs(typingIntervalMs, latencyMs), expectedMs);
  }

  it('does not wait for a fast engine', () => {
    check(50, 10, 0);
    check(1, debounceLimits.freeLatencyMs, 0);
  });

  it('does not wait when keys come slowly', () => {
    check(debounceLimits.burstIntervalMs, 5_000, 0);
  });

  it('waits for the pause in a burst when the engine is slow', () => {
    check(100, 80, 50);
    check(100, 500, 100);
  });

  it('stays within its bounds and grows with latency', () => {
    fc.assert(
      fc.property(ms, ms, ms, (intervalMs, latencyMs, moreMs) => {
        const delayMs = debounceDelayMs(intervalMs, latencyMs);
        assert(delayMs >= 0 && delayMs <= Math.min(debounceLimits.maxDelayMs, intervalMs));
        assert(debounceDelayMs(intervalMs, latencyMs + moreMs) >= delayMs);
      }),
    );
  });
});

describe('AdaptiveDebounce', () => {
  function typed(intervalMs: number, latencyMs: number, keys = 30): AdaptiveDebounce {
    const debounce = new AdaptiveDebounce();
    for (let key = 0; key < keys; key++) {
      debounce.noteKeystroke(key * intervalMs);
      debounce.noteLatency(latencyMs);
    }
    return debounce;
  }

  it('waits for nothing at first', () => {
    assert.equal(new AdaptiveDebounce().delayMs, 0);
    assert.equal(typed(60, 400, 1).delayMs, 0);
  });

  it('learns that typing is fast and the engine slow', () => {
    const { delayMs } = typed(60, 400);
    assert(delayMs > 50 && delayMs < 70, `${delayMs}`);
    assert.equal(typed(60, 5).delayMs, 0);
  });

  it('learns from answers that were cancelled only that the engine is slower than thought', () => {
    const debounce = typed(60, 5);
    debounce.noteLatencyAtLeast(1);
    const fastMs = debounce.delayMs;
    for (let key = 0; key < 10; key++) debounce.noteLatencyAtLeast(60);
    const slowMs = debounce.delayMs;
    assert.equal(fastMs, 0);
    assert(slowMs > 20, `${slowMs}`);
  });

  it('is not misled by a pause', () => {
    const debounce = typed(60, 400);
    const beforeMs = debounce.delayMs;
    debounce.noteKeystroke(1_000_000);
    assert.equal(debounce.delayMs, beforeMs);
  });
});
