// What the children of the suite of faults share: they say what they do, and tell of each write to the disk.

import { env } from 'node:process';
import type { Files } from '../../../src/base/files.ts';
import { nameOf } from '../../../src/base/files.ts';
import { nodeFiles } from '../../../src/worker/platform/nodeStorage.ts';
import type { Said } from './killing.ts';

/** Says it to the test. */
export function say(message: Said): void {
  process.send?.(message);
}

/** A variable that the test has set. */
export function told(name: string): string {
  const value = env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** The disk, with a message around each write. */
export const toldFiles: Files = {
  ...nodeFiles,
  async write(place, bytes) {
    say({ kind: 'writing', file: nameOf(place) });
    await nodeFiles.write(place, bytes);
    say({ kind: 'wrote', file: nameOf(place) });
  },
};
