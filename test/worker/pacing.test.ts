// A training pauses for each named reason and goes on when it is gone, ends as it is told, and lets suggestions pass.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancellationError } from '../../src/base/cancellation.ts';
import { Pacing } from '../../src/worker/training/pacing.ts';
import type { PauseReason } from '../../src/worker/protocol/pauseReasons.ts';

function paced(times: Partial<{ lookMs: number; quietMs: number; patienceMs: number }> = {}) {
  const said: (PauseReason | undefined)[] = [];
  const machine: { obstacle: PauseReason | undefined } = { obstacle: undefined };
  const pacing = new Pacing({
    obstacle: () => Promise.resolve(machine.obstacle),
    onPaused: reason => said.push(reason),
    times: { lookMs: 5, quietMs: 0, patienceMs: 0, ...times },
  });
  return { said, machine, pacing };
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await sleep(1);
}

/** Whether the promise has settled after a while. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, sleep(30, false)]);
}

describe('the pace of a training', () => {
  it('waits while the user pauses it, and says so once', async () => {
    const { pacing, said } = paced();
    assert.equal(await pacing.mayGoOn(), true);
    pacing.control('pause');
    const waiting = pacing.mayGoOn();
    assert.equal(await settles(waiting), false);
    pacing.control('resume');
    assert.equal(await waiting, true);
    assert.deepEqual(said, ['user', undefined]);
  });

  it('waits for mains and for others, and goes on by itself', async () => {
    const { pacing, said, machine } = paced();
    machine.obstacle = 'battery';
    const waiting = pacing.mayGoOn();
    assert.equal(await settles(waiting), false);
    machine.obstacle = 'busy';
    await sleep(20);
    machine.obstacle = undefined;
    assert.equal(await waiting, true);
    assert.deepEqual(said, ['battery', 'busy', undefined]);
  });

  it('goes on in spite of battery and others when told to, also later, but not in spite of the user', async () => {
    const { pacing, said, machine } = paced({ lookMs: 60_000 });
    machine.obstacle = 'busy';
    const waiting = pacing.mayGoOn();
    await until(() => said.length > 0);
    pacing.control('insist');
    assert.equal(await waiting, true);
    machine.obstacle = 'battery';
    pacing.lookNow();
    assert.equal(await pacing.mayGoOn(), true);
    pacing.control('pause');
    const paused = pacing.mayGoOn();
    await until(() => said.at(-1) === 'user');
    pacing.control('resume');
    assert.equal(await paused, true);
    assert.deepEqual(said, ['busy', undefined, 'user', undefined]);
  });

  it('looks at the machine at once when the rules have changed', async () => {
    const { pacing, said, machine } = paced({ lookMs: 60_000 });
    machine.obstacle = 'busy';
    const waiting = pacing.mayGoOn();
    await until(() => said.length > 0);
    machine.obstacle = undefined;
    pacing.lookNow();
    assert.equal(await waiting, true);
  });

  it('ends at once when told, also while it is paused', async () => {
    const { pacing } = paced({ lookMs: 60_000 });
    pacing.control('pause');
    const stopped = pacing.mayGoOn();
    await sleep(5);
    pacing.control('stop');
    assert.equal(await stopped, false);
    const other = paced({ lookMs: 60_000 }).pacing;
    other.control('pause');
    const cancelled = other.mayGoOn();
    await sleep(5);
    other.control('cancel');
    await assert.rejects(cancelled, CancellationError);
  });

  it('lets a suggestion pass, but is not held up for ever by one after another', async () => {
    const { pacing } = paced({ quietMs: 20, patienceMs: 80 });
    pacing.control('suggesting');
    const startedMs = performance.now();
    await pacing.mayGoOn();
    assert.ok(performance.now() - startedMs >= 15);
    const typing = setInterval(() => {
      pacing.control('suggesting');
    }, 5);
    try {
      pacing.control('suggesting');
      assert.equal(await pacing.mayGoOn(), true);
    } finally {
      clearInterval(typing);
    }
  });
});
