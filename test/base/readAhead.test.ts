// Files that are read before they are asked for.

import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Files } from '../../src/base/files.ts';
import { readAhead } from '../../src/base/readAhead.ts';

describe('files read ahead', () => {
  it('are read at once, in their order, and each given once', async () => {
    const read: string[] = [];
    const files = {
      read(place: string) {
        read.push(place);
        if (place === 'bad') return Promise.reject(new Error('it cannot be read'));
        return Promise.resolve(place === 'none' ? undefined : Uint8Array.of(read.length));
      },
    } as Files;
    const ahead = readAhead(files, ['a', 'none', 'bad', 'late'], 5);
    deepStrictEqual(read, ['a', 'none', 'bad', 'late']);
    deepStrictEqual(await ahead.read('a'), Uint8Array.of(1));
    strictEqual(await ahead.read('none'), undefined);
    await rejects(ahead.read('bad'), /cannot be read/);
    deepStrictEqual(read.length, 4);
    // What was given may have been taken apart, and may be another by now.
    deepStrictEqual(await ahead.read('a'), Uint8Array.of(5));
    deepStrictEqual(await ahead.read('b'), Uint8Array.of(6));
    await sleep(10);
    deepStrictEqual(await ahead.read('late'), Uint8Array.of(7));
  });
});
