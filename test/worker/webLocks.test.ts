// Locks of a browser, with a stand-in for its lock manager that follows the Web Locks specification where we use it.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { webLocks } from '../../src/worker/platform/webLocks.ts';

class LockManager {
  private readonly held = new Set<string>();

  async request(name: string, _: object, holding: (lock: object | null) => Promise<void>): Promise<void> {
    if (this.held.has(name)) return holding(null);
    this.held.add(name);
    try {
      await holding({ name });
    } finally {
      this.held.delete(name);
    }
  }

  query() {
    return Promise.resolve({ held: [...this.held].map(name => ({ name })) });
  }
}

describe('locks of a browser', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const setLocks = (locks: LockManager | undefined): void => {
    Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  };
  after(() => {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  });

  it('are held by one at a time, until they are released', async () => {
    setLocks(new LockManager());
    strictEqual(await webLocks.isHeld('a'), false);
    const lock = await webLocks.acquire('a');
    ok(lock !== undefined);
    deepStrictEqual([await webLocks.isHeld('a'), await webLocks.isHeld('b')], [true, false]);
    strictEqual(await webLocks.acquire('a'), undefined);
    strictEqual(await lock.isHeld(), true);
    ok((await webLocks.acquire('b')) !== undefined);
    await lock.release();
    strictEqual(await webLocks.isHeld('a'), false);
    ok((await webLocks.acquire('a')) !== undefined);
  });

  it('keep nobody out where the browser has none', async () => {
    setLocks(undefined);
    strictEqual(await webLocks.isHeld('a'), false);
    const lock = await webLocks.acquire('a');
    strictEqual(await lock?.isHeld(), true);
    await lock?.release();
    ok((await webLocks.acquire('a')) !== undefined);
  });
});
