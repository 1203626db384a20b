// Two ports in one thread that carry messages to each other a turn later, structured clones as between threads.

import { Emitter } from '../../../src/base/event.ts';
import type { Port } from '../../../src/base/requests/port.ts';

export interface PortPair {
  readonly near: Port;
  readonly far: Port;
  /** Every message that was posted, in order, whichever side posted it. */
  readonly posted: readonly unknown[];
  close(reason: string): void;
}

/** `carry` is what becomes of a message under way, a structured clone unless given. */
export function portPair(carry: typeof structuredClone = structuredClone): PortPair {
  const posted: unknown[] = [];
  const toNear = new Emitter<unknown>();
  const toFar = new Emitter<unknown>();
  const closed = new Emitter<string>();
  const port = (incoming: Emitter<unknown>, outgoing: Emitter<unknown>): Port => ({
    post(message, transfer = []) {
      const clone: unknown = carry(message, { transfer: [...transfer] });
      posted.push(clone);
      queueMicrotask(() => {
        outgoing.fire(clone);
      });
    },
    onMessage: incoming.event,
    onDidClose: closed.event,
  });
  return {
    near: port(toNear, toFar),
    far: port(toFar, toNear),
    posted,
    close(reason) {
      closed.fire(reason);
    },
  };
}
