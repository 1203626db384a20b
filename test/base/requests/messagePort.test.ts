// A MessagePort as a port for requests: what comes and goes, and each way in which it ends.

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { PlainMessagePort } from '../../../src/base/requests/messagePort.ts';
import { messagePort } from '../../../src/base/requests/messagePort.ts';

class FakeMessagePort implements PlainMessagePort {
  onmessage: PlainMessagePort['onmessage'] = null;
  onmessageerror: PlainMessagePort['onmessageerror'] = null;
  readonly posted: unknown[] = [];
  closed = 0;
  onClose: () => void = () => undefined;

  postMessage(...message: unknown[]): void {
    this.posted.push(message);
  }

  addEventListener(_type: 'close', listener: () => void): void {
    this.onClose = listener;
  }

  close(): void {
    this.closed++;
  }
}

describe('a message port', () => {
  const open = () => {
    const plain = new FakeMessagePort();
    const port = messagePort(plain);
    const heard: unknown[] = [];
    const reasons: string[] = [];
    port.onMessage(message => heard.push(message));
    port.onDidClose(reason => reasons.push(reason));
    return { plain, port, heard, reasons };
  };

  it('carries messages both ways, with the buffers that move', () => {
    const { plain, port, heard } = open();
    const buffer = new ArrayBuffer(1);
    port.post('a', [buffer]);
    port.post('b');
    deepStrictEqual(plain.posted, [
      ['a', [buffer]],
      ['b', []],
    ]);
    plain.onmessage?.({ data: 'c' });
    deepStrictEqual(heard, ['c']);
  });

  it('closes once, when the other side does or a message was lost', () => {
    const left = open();
    left.plain.onClose();
    deepStrictEqual(left.reasons, ['the port was closed']);
    const { plain, heard, reasons } = open();
    plain.onmessageerror?.();
    strictEqual(plain.closed, 1);
    plain.onClose();
    plain.onmessage?.({ data: 'late' });
    deepStrictEqual([reasons, heard], [['a message could not be read'], []]);
  });
});
