// Events: every listener hears every firing until it is disposed, and nothing leaks.

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { CancellationSource } from '../../src/base/cancellation.ts';
import { Emitter } from '../../src/base/event.ts';

describe('Emitter', () => {
  it('tells all listeners, in order, until they are disposed', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event(value => heard.push(`first ${value}`));
    emitter.event(value => heard.push(`second ${value}`));
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    deepStrictEqual(heard, ['first 1', 'second 1', 'second 2']);
    strictEqual(emitter.listenerCount, 1);
  });

  it('counts a function that listens twice twice', () => {
    const emitter = new Emitter<undefined>();
    let heard = 0;
    const listener = () => heard++;
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(undefined);
    first.dispose();
    emitter.fire(undefined);
    strictEqual(heard, 3);
  });

  it('lets a listener leave or join while it fires', () => {
    const emitter = new Emitter<undefined>();
    const heard: string[] = [];
    const once = emitter.event(() => {
      heard.push('once');
      once.dispose();
      emitter.event(() => heard.push('joined'));
    });
    emitter.fire(undefined);
    emitter.fire(undefined);
    deepStrictEqual(heard, ['once', 'joined']);
  });

  it('tells those behind a listener that throws, and whoever fires goes on', () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<number>(error => errors.push(error));
    const heard: number[] = [];
    const boom = new Error('boom');
    emitter.event(() => {
      throw boom;
    });
    emitter.event(value => heard.push(value));
    emitter.fire(1);
    emitter.fire(2);
    deepStrictEqual(
      [heard, errors],
      [
        [1, 2],
        [boom, boom],
      ],
    );
  });

  it('throws what nobody takes apart from the firing, and so does a cancellation', async () => {
    const boom = new Error('boom');
    const uncaught = (): Promise<unknown> =>
      new Promise(resolve => {
        // Mocha's own listener would fail the test.
        const before = process.listeners('uncaughtException');
        process.removeAllListeners('uncaughtException');
        process.once('uncaughtException', error => {
          for (const listener of before) process.on('uncaughtException', listener);
          resolve(error);
        });
      });
    const emitter = new Emitter<undefined>();
    const source = new CancellationSource();
    let heard = 0;
    const throws = (): never => {
      throw boom;
    };
    emitter.event(throws);
    emitter.event(() => heard++);
    source.token.onCancellationRequested(throws);
    source.token.onCancellationRequested(() => heard++);
    const first = uncaught();
    emitter.fire(undefined);
    strictEqual(await first, boom);
    const second = uncaught();
    source.cancel();
    strictEqual(await second, boom);
    strictEqual(heard, 2);
  });

  it('holds and tells nobody once disposed', () => {
    const emitter = new Emitter<undefined>();
    let heard = 0;
    emitter.event(() => heard++);
    emitter.dispose();
    emitter.event(() => heard++);
    emitter.fire(undefined);
    strictEqual(heard, 0);
    strictEqual(emitter.listenerCount, 0);
  });
});
