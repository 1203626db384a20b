// The serial queue: one task at a time, in order, whatever became of those before.

import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { SerialQueue } from '../../src/base/scheduling/serialQueue.ts';

describe('SerialQueue', () => {
  it('runs tasks one after another, in order, and gives their results', async () => {
    const queue = new SerialQueue();
    const events: string[] = [];
    let running = 0;
    const task = (name: string, turns: number) => async () => {
      running++;
      strictEqual(running, 1);
      events.push(`${name} starts`);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      events.push(`${name} ends`);
      running--;
      return name;
    };
    const results = await Promise.all([
      queue.run(task('a', 3)),
      queue.run(task('b', 0)),
      queue.run(task('c', 1)),
    ]);
    deepStrictEqual(results, ['a', 'b', 'c']);
    deepStrictEqual(events, ['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('survives a task that rejects and one that throws', async () => {
    const queue = new SerialQueue();
    const rejected = queue.run(() => Promise.reject(new Error('rejected')));
    const thrown = queue.run(() => {
      throw new Error('thrown');
    });
    const fine = queue.run(() => Promise.resolve('fine'));
    await rejects(rejected, /^Error: rejected$/);
    await rejects(thrown, /^Error: thrown$/);
    strictEqual(await fine, 'fine');
  });

  it('is idle once all has settled, also after a rejection', async () => {
    const queue = new SerialQueue();
    await queue.idle();
    let done = false;
    const failing = queue.run(async () => {
      await setImmediate();
      done = true;
      throw new Error('late');
    });
    await Promise.all([queue.idle(), rejects(failing, /late/)]);
    strictEqual(done, true);
  });

  it('takes a task from within a task, after it', async () => {
    const queue = new SerialQueue();
    const events: string[] = [];
    let inner: Promise<unknown> = Promise.resolve();
    await queue.run(() => {
      inner = queue.run(() => Promise.resolve(events.push('inner')));
      events.push('outer');
      return Promise.resolve();
    });
    await inner;
    deepStrictEqual(events, ['outer', 'inner']);
  });
});
