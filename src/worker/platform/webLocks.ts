// Locks between the windows of a browser: the browser's own, which end with the worker that holds them.

import type { Locks } from '../../base/files.ts';

interface LockManager {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    holding: (lock: object | null) => Promise<void>,
  ): Promise<void>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

declare const navigator: { readonly locks?: LockManager };

/** Without a secure context a browser has no locks; then nobody is kept out. */
export const webLocks: Locks = {
  acquire(place) {
    const { locks } = navigator;
    if (locks === undefined) {
      return Promise.resolve({ isHeld: () => Promise.resolve(true), release: () => Promise.resolve() });
    }
    return new Promise((resolve, reject) => {
      const ended = locks.request(place, { ifAvailable: true }, lock => {
        if (lock === null) {
          resolve(undefined);
          return Promise.resolve();
        }
        return new Promise<void>(end => {
          resolve({
            isHeld: () => Promise.resolve(true),
            async release() {
              end();
              await ended;
            },
          });
        });
      });
      ended.catch(reject);
    });
  },
  async isHeld(place) {
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    return held.some(({ name }) => name === place);
  },
};
