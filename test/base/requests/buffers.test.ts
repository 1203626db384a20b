// Which buffers of a message can be moved with it.

import { deepStrictEqual } from 'node:assert/strict';
import { buffersIn } from '../../../src/base/requests/buffers.ts';

describe('the buffers in a message', () => {
  it('are found at any depth, each once, and shared memory never', () => {
    const [one, two] = [new Uint8Array(1), new Float32Array(2)];
    const circle: Record<string, unknown> = { one, list: [{ two }, one.subarray(0, 1), two.buffer] };
    circle['self'] = circle;
    deepStrictEqual(buffersIn(circle), [one.buffer, two.buffer]);
    const shared = new SharedArrayBuffer(1);
    deepStrictEqual(buffersIn({ shared, view: new Uint8Array(shared) }), []);
    for (const none of [undefined, null, 7, 'text', {}, new Map([['a', 1]])])
      deepStrictEqual(buffersIn(none), []);
  });
});
