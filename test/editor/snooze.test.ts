// Snoozing begins, is replaced, ends by itself or by command, and leaves no timer.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Snooze } from '../../src/editor/settings/snooze.ts';

const shortMinutes = 10 / 60_000;

describe('Snooze', () => {
  let snooze: Snooze;
  let changes: (number | undefined)[];

  beforeEach(() => {
    snooze = new Snooze();
    changes = [];
    snooze.onDidChange(() => changes.push(snooze.endsAtMs));
  });

  afterEach(() => {
    snooze.dispose();
  });

  it('ends by itself', async () => {
    snooze.start(shortMinutes);
    assert(snooze.isSnoozed);
    await sleep(30);
    assert(!snooze.isSnoozed);
    assert.equal(changes.length, 2);
  });

  it('is replaced by the next', async () => {
    snooze.start(shortMinutes);
    snooze.start(5);
    await sleep(30);
    assert(snooze.isSnoozed);
    assert((snooze.endsAtMs ?? 0) > Date.now() + 4 * 60_000);
  });

  it('is ended by command, once', () => {
    snooze.start(5);
    snooze.resume();
    snooze.resume();
    assert(!snooze.isSnoozed);
    assert.equal(changes.length, 2);
  });

  it('does not overflow the timer', async () => {
    snooze.start(Number.MAX_SAFE_INTEGER);
    await sleep(5);
    assert(snooze.isSnoozed);
  });

  it('is silent once disposed', async () => {
    snooze.start(shortMinutes);
    snooze.dispose();
    await sleep(30);
    assert.equal(changes.length, 1);
    assert(!snooze.isSnoozed);
  });
});
