// A MessagePort, of a browser or of Node, as a port for requests.

import { Emitter } from '../event.ts';
import type { Port } from './port.ts';

/** What is needed of a MessagePort. */
export interface PlainMessagePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onmessageerror: (() => void) | null;
  addEventListener(type: 'close', listener: () => void): void;
  close(): void;
}

/**
 * Takes the port over. It also counts as closed, and is closed, once a message came that cannot be read: a call or an
 * answer was lost with it.
 */
export function messagePort(port: PlainMessagePort): Port {
  const incoming = new Emitter<unknown>();
  const closed = new Emitter<string>();
  const close = (reason: string): void => {
    closed.fire(reason);
    closed.dispose();
    incoming.dispose();
  };
  port.addEventListener('close', () => {
    close('the port was closed');
  });
  port.onmessageerror = () => {
    close('a message could not be read');
    port.close();
  };
  // Setting it starts the port.
  port.onmessage = ({ data }) => {
    incoming.fire(data);
  };
  return {
    post(message, transfer = []) {
      port.postMessage(message, [...transfer]);
    },
    onMessage: incoming.event,
    onDidClose: closed.event,
  };
}
