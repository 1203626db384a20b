// Events: every listener hears every firing until it is disposed, and nothing leaks.

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
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
