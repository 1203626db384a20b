// Cancellation: listeners hear it once, late ones at once, disposed ones never.

import { deepStrictEqual, doesNotThrow, strictEqual, throws } from 'node:assert/strict';
import {
  CancellationError,
  CancellationSource,
  neverCancelled,
  throwIfCancelled,
} from '../../src/base/cancellation.ts';

describe('CancellationSource', () => {
  it('tells its listeners once', () => {
    const source = new CancellationSource();
    const heard: string[] = [];
    source.token.onCancellationRequested(() => heard.push('a'));
    source.token.onCancellationRequested(() => heard.push('b'));
    strictEqual(source.token.isCancellationRequested, false);
    source.cancel();
    source.cancel();
    strictEqual(source.token.isCancellationRequested, true);
    deepStrictEqual(heard, ['a', 'b']);
  });

  it('tells a late listener at once, and its Disposable is harmless', () => {
    const source = new CancellationSource();
    source.cancel();
    let heard = 0;
    source.token.onCancellationRequested(() => heard++).dispose();
    strictEqual(heard, 1);
  });

  it('tells no listener that was disposed, nor any after disposal of the source', () => {
    const source = new CancellationSource();
    let heard = 0;
    source.token.onCancellationRequested(() => heard++).dispose();
    source.token.onCancellationRequested(() => heard++);
    source.dispose();
    source.cancel();
    strictEqual(heard, 0);
    strictEqual(source.token.isCancellationRequested, true);
  });

  it('keeps sources apart', () => {
    const one = new CancellationSource();
    const other = new CancellationSource();
    one.cancel();
    strictEqual(other.token.isCancellationRequested, false);
  });
});

describe('throwIfCancelled', () => {
  it('throws a CancellationError only once cancelled', () => {
    const source = new CancellationSource();
    doesNotThrow(() => {
      throwIfCancelled(source.token);
    });
    source.cancel();
    throws(() => {
      throwIfCancelled(source.token);
    }, CancellationError);
  });

  it('never throws for the token that is never cancelled', () => {
    neverCancelled.onCancellationRequested(() => undefined).dispose();
    doesNotThrow(() => {
      throwIfCancelled(neverCancelled);
    });
  });
});
