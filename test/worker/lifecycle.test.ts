// The lifecycle of a worker by table: what happens, a word each, and what is to be done, a word each.

import { deepStrictEqual } from 'node:assert/strict';
import type { LifecycleEvent, LifecycleStep } from '../../src/worker/client/lifecycle.ts';
import { WorkerLifecycle } from '../../src/worker/client/lifecycle.ts';

const limits = {
  startMs: 300,
  silenceMs: 30,
  graceMs: 3,
  restarts: { delaysMs: [1, 2], windowMs: 1_000 },
};

const events: Readonly<Record<string, LifecycleEvent>> = {
  start: { kind: 'start' },
  stop: { kind: 'stop' },
  ready: { kind: 'ready' },
  asked: { kind: 'heard', isAwaited: true },
  answered: { kind: 'heard', isAwaited: false },
  died: { kind: 'died', reason: 'boom' },
  refused: { kind: 'refused', reason: 'no model' },
  handedOver: { kind: 'handedOver' },
  timedOut: { kind: 'timedOut' },
};

/** `ready: keep, in 30`; `-` where nothing is to be done. */
function textOfStep(step: LifecycleStep | undefined): string {
  if (step === undefined) return '-';
  const { state, worker, timerMs } = step;
  const why = 'reason' in state ? ` (${state.reason})` : '';
  const tooOften = state.kind === 'failed' && state.isTooOften ? ' too often' : '';
  return `${state.kind}${why}${tooOften}: ${worker}${timerMs === undefined ? '' : `, in ${timerMs}`}`;
}

/** What the last of the events does; a number lets so many milliseconds pass. */
function check(happened: string, expected: string, changed: Partial<typeof limits> = {}): void {
  const lifecycle = new WorkerLifecycle({ ...limits, ...changed }, ms => `silent for ${ms}`);
  let nowMs = 0;
  let step: LifecycleStep | undefined;
  for (const word of happened.split(' ')) {
    const event = events[word];
    if (event === undefined) nowMs += Number(word);
    else step = lifecycle.next(event, nowMs);
  }
  deepStrictEqual([happened, textOfStep(step)], [happened, expected]);
}

describe('worker/lifecycle', () => {
  it('starts and stops as it is asked', () => {
    check('start', 'starting: replace, in 300');
    check('start ready', 'ready: keep');
    check('start ready start', 'starting: replace, in 300');
    check('start stop', 'stopped: end');
    check('stop', 'stopped: end');
    check('start stop ready', '-');
    check('ready', '-');
  });

  it('watches a worker that starts, and one that owes an answer', () => {
    check('start asked', '-');
    check('start timedOut', 'restarting (silent for 300): end, in 1');
    check('start ready asked', 'ready: keep, in 30');
    check('start ready asked answered', 'ready: keep');
    check('start ready asked timedOut', 'ready: keep, in 3');
    check('start ready asked timedOut asked', 'ready: keep, in 30');
    check('start ready asked timedOut asked timedOut', 'ready: keep, in 3');
    check('start ready asked timedOut timedOut', 'restarting (silent for 30): end, in 1');
    check('start ready asked timedOut', 'restarting (silent for 30): end, in 1', { graceMs: 0 });
  });

  it('starts another after a death, each time later, until they are too many', () => {
    check('start died', 'restarting (boom): end, in 1');
    check('start died timedOut', 'starting: replace, in 300');
    check('start died timedOut ready died', 'restarting (boom): end, in 2');
    check('start died timedOut died timedOut died', 'failed (boom) too often: end');
    check('start died timedOut died timedOut died timedOut', '-');
    check('start died timedOut died timedOut 1000 died', 'restarting (boom): end, in 1');
    check('start died timedOut died timedOut start died', 'restarting (boom): end, in 1');
    check('start died timedOut died timedOut died start', 'starting: replace, in 300');
    check('start died', 'failed (boom) too often: end', { restarts: { delaysMs: [], windowMs: 1 } });
  });

  it('hears no worker where there is none', () => {
    for (const word of ['ready', 'asked', 'died', 'refused', 'handedOver']) {
      check(word, '-');
      check(`start died ${word}`, '-');
      check(`start refused ${word}`, '-');
      check(`start stop ${word}`, '-');
    }
    check('start stop timedOut', '-');
    check('start died stop', 'stopped: end');
    check('start died start', 'starting: replace, in 300');
  });

  it('gives up on what another worker could not do either', () => {
    check('start refused', 'failed (no model): end');
    check('start refused start', 'starting: replace, in 300');
  });

  it('counts no hand-over as a death', () => {
    check('start handedOver', 'starting: replace, in 300');
    check('start ready handedOver', 'starting: replace, in 300');
    check('start handedOver handedOver handedOver died', 'restarting (boom): end, in 1');
  });
});
