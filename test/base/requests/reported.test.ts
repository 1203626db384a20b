// Work that reports through a callback, as a stream: in order, to its end or error, and waited for when left early.

import { deepStrictEqual, rejects } from 'node:assert/strict';
import { reported } from '../../../src/base/requests/reported.ts';

async function collected(items: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('base/requests/reported', () => {
  it('gives all that is reported, at once and later', async () => {
    const items = reported<string>(async report => {
      report('a');
      report('b');
      await new Promise(setImmediate);
      report('c');
    });
    deepStrictEqual(await collected(items), ['a', 'b', 'c']);
  });

  it('gives what was reported before an error, and then the error', async () => {
    const seen: string[] = [];
    const items = reported<string>(async report => {
      await new Promise(setImmediate);
      report('a');
      throw new Error('boom');
    });
    await rejects(async () => {
      for await (const item of items) seen.push(item);
    }, /boom/);
    deepStrictEqual(seen, ['a']);
  });

  it('waits for work that is left early', async () => {
    const seen: string[] = [];
    const items = reported<string>(async report => {
      report('a');
      await new Promise(setImmediate);
      seen.push('ended');
    });
    for await (const item of items) {
      seen.push(item);
      break;
    }
    deepStrictEqual(seen, ['a', 'ended']);
  });
});
