// A proxy of a browser that lets nothing through: whatever the pages, their workers or the browser itself ask for outside
// of one server, by HTTP, TLS or WebSockets, comes here and is noted.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface NetworkTrap {
  /** What was asked for, as `METHOD address`, but for what Chromium wants for itself. */
  readonly caught: readonly string[];
  /** Makes a Chromium use it for all but `authority`, the machine's own addresses included. */
  flags(authority: string): readonly string[];
  close(): Promise<void>;
}

/** What Chromium asks for of its own accord, whatever it shows: its services for forms, updates and accounts. */
const browsersOwn = /^(https?:\/\/)?([\w-]+\.)*(google|googleapis|gstatic|gvt1)\.com[:/]/;

export async function setNetworkTrap(): Promise<NetworkTrap> {
  const caught: string[] = [];
  const note = ({ method = '', url = '' }: IncomingMessage): void => {
    if (!browsersOwn.test(url)) caught.push(`${method} ${url}`);
  };
  const refuse = (request: IncomingMessage, socket: Duplex): void => {
    note(request);
    socket.destroy();
  };
  const server = createServer((request, response) => {
    note(request);
    response.writeHead(403).end();
  });
  server.on('connect', refuse);
  server.on('upgrade', refuse);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    caught,
    flags: authority => [
      `--proxy-server=http://127.0.0.1:${port}`,
      `--proxy-bypass-list=<-loopback>;${authority}`,
    ],
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
