// A turn of the event loop lets in what waits.

import { deepStrictEqual } from 'node:assert/strict';
import { nextTurn } from '../../src/base/scheduling/nextTurn.ts';

describe('nextTurn', () => {
  it('lets a timer that is due and a message that waits go first', async () => {
    const seen: string[] = [];
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => seen.push('message'));
    port1.start();
    port2.postMessage(undefined);
    setTimeout(() => seen.push('timer'), 0);
    for (const endMs = performance.now() + 5; performance.now() < endMs;);
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    port1.close();
    deepStrictEqual(seen.sort(), ['message', 'timer']);
  });
});
