// A thread's port of Node as a port for requests.

import type { MessagePort } from 'node:worker_threads';
import { Emitter } from '../../base/event.ts';
import type { Port } from '../../base/requests/port.ts';

/** Takes the port over. */
export function nodePort(port: MessagePort): Port {
  const incoming = new Emitter<unknown>();
  const closed = new Emitter<string>();
  const close = (reason: string): void => {
    closed.fire(reason);
    closed.dispose();
    incoming.dispose();
  };
  port.on('message', message => {
    incoming.fire(message);
  });
  // A call or an answer was lost with it.
  port.on('messageerror', () => {
    close('a message could not be read');
    port.close();
  });
  port.on('close', () => {
    close('the port was closed');
  });
  return {
    post(message, transfer = []) {
      port.postMessage(message, transfer);
    },
    onMessage: incoming.event,
    onDidClose: closed.event,
  };
}
