// Runs with --expose-gc: asks an endpoint that falls silent, collects garbage while it waits, and prints how each way of
// ending the answer went. Node's own link from an abort signal to a response body does not outlive a collection.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { CancellationSource, neverCancelled } from '../../../src/base/cancellation.ts';
import { errorMessage } from '../../../src/base/logger.ts';
import { endpointWriter } from '../../../src/chat/endpoint/endpointWriter.ts';

const piece = `data: ${JSON.stringify({ choices: [{ delta: { content: 'a' } }] })}\n\n`;
/** Whether the endpoint sends headers and a first piece before it falls silent. */
let begins = true;
let closed = Promise.resolve();
const server = createServer((_incoming, response) => {
  closed = new Promise(resolve => response.on('close', resolve));
  if (!begins) return;
  response.setHeader('content-type', 'text/event-stream');
  response.write(piece);
});
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

/** Collects often enough that whatever only weak references hold is gone, and its finalizers have run. */
async function collect(): Promise<void> {
  for (let round = 0; round < 20; round++) {
    globalThis.gc?.();
    await turn();
  }
}

async function ask(silenceMs: number, source: CancellationSource | undefined): Promise<string> {
  const asked = once(server, 'request');
  const writer = endpointWriter({ url, model: 'm', key: null }, silenceMs);
  const messages = [{ role: 'user', content: 'where?' }] as const;
  const answer = writer.write(messages, source?.token ?? neverCancelled)[Symbol.asyncIterator]();
  if (begins) await answer.next();
  const ending = answer.next().then(
    () => 'went on',
    (error: unknown) => errorMessage(error),
  );
  await asked;
  await collect();
  source?.cancel();
  const said = await ending;
  await closed;
  return said;
}

for (const first of [true, false]) {
  begins = first;
  const when = first ? 'after a piece' : 'before the first';
  console.log(`stopped ${when}: ${await ask(60_000, new CancellationSource())}`);
  console.log(`silent ${when}: ${await ask(200, undefined)}`);
}
server.closeAllConnections();
server.close();
