// Ownership: everything is disposed, once, in reverse order, also when something throws or comes too late.

import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../src/base/disposable.ts';

describe('toDisposable', () => {
  it('runs its function once', () => {
    let runs = 0;
    const disposable = toDisposable(() => runs++);
    strictEqual(runs, 0);
    disposable.dispose();
    disposable.dispose();
    strictEqual(runs, 1);
  });

  it('does not run it again when it disposes itself', () => {
    let runs = 0;
    const disposable = toDisposable(() => {
      runs++;
      disposable.dispose();
    });
    disposable.dispose();
    strictEqual(runs, 1);
  });
});

describe('DisposableStore', () => {
  let disposed: string[] = [];
  const named = (name: string) => toDisposable(() => disposed.push(name));
  beforeEach(() => {
    disposed = [];
  });

  it('disposes in reverse order, once', () => {
    const store = new DisposableStore();
    const first = named('first');
    strictEqual(store.add(first), first);
    store.add(named('second'));
    strictEqual(store.isDisposed, false);
    store.dispose();
    store.dispose();
    strictEqual(store.isDisposed, true);
    deepStrictEqual(disposed, ['second', 'first']);
  });

  it('disposes all when one throws, then rethrows the first error', () => {
    const store = new DisposableStore();
    store.add(named('first'));
    const failing = (message: string) => ({
      dispose: () => {
        throw new Error(message);
      },
    });
    store.add(failing('thrown second'));
    store.add(failing('thrown first'));
    store.add(named('last'));
    throws(() => {
      store.dispose();
    }, /^Error: thrown first$/);
    deepStrictEqual(disposed, ['last', 'first']);
  });

  it('disposes at once what is added too late, also while disposing', () => {
    const store = new DisposableStore();
    store.add(toDisposable(() => store.add(named('late'))));
    store.dispose();
    store.add(named('later'));
    deepStrictEqual(disposed, ['late', 'later']);
  });
});
