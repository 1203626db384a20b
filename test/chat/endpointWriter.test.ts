// An endpoint as the writer of answers, played by a server on this machine: what it is sent, what becomes of what it
// sends, and that no other address is reached.

import { deepStrictEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CancellationError, CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import { endpointWriter } from '../../src/chat/endpoint/endpointWriter.ts';
import { serverSentData } from '../../src/chat/endpoint/serverSentData.ts';

interface Asked {
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const messages = [{ role: 'user', content: 'where?' }] as const;
const piece = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

describe('chat/endpointWriter', () => {
  let asked: Asked[] = [];
  let answer: (response: ServerResponse) => void = () => undefined;
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (bytes: Buffer) => (body += bytes.toString()));
    incoming.on('end', () => {
      asked.push({ path: incoming.url, headers: incoming.headers, body });
      answer(response);
    });
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

  before(done => {
    server.listen(0, '127.0.0.1', done);
  });
  after(done => {
    server.closeAllConnections();
    server.close(done);
  });
  beforeEach(() => {
    asked = [];
  });

  async function said(token = neverCancelled, silenceMs = 5_000, key: string | null = 'k1'): Promise<string> {
    let text = '';
    const writer = endpointWriter({ url: url(), model: 'm', key }, silenceMs);
    for await (const each of writer.write(messages, token)) text += each;
    return text;
  }

  const streaming =
    (...pieces: readonly string[]) =>
    (response: ServerResponse): void => {
      response.setHeader('content-type', 'text/event-stream');
      for (const each of pieces) response.write(each);
      response.end();
    };

  it('sends the messages and the key there, and passes on what is streamed', async () => {
    answer = streaming(
      ': hello\n\n',
      piece('at '),
      piece('`a.ts:1`'),
      'data: {"choices":[]}\n\n',
      'data: [DONE]\n\n',
    );
    equal(await said(), 'at `a.ts:1`');
    const [one] = asked;
    ok(one !== undefined);
    deepStrictEqual([one.path, one.headers.authorization], ['/v1/chat/completions', 'Bearer k1']);
    deepStrictEqual(JSON.parse(one.body), { model: 'm', messages, stream: true });
    await said(neverCancelled, 5_000, null);
    equal(asked[1]?.headers.authorization, undefined);
  });

  it('sends no secret, whoever wrote the message', async () => {
    answer = streaming(piece('here'));
    const writer = endpointWriter({ url: url(), model: 'm', key: null });
    const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
    const asking = [{ role: 'user', content: `why is ${secret} refused?` }] as const;
    for await (const text of writer.write(asking, neverCancelled)) equal(text, 'here');
    match(asked[0]?.body ?? '', /why is <redacted> refused/);
  });

  it('says who writes, and where', () => {
    const { author, progress } = endpointWriter({ url: 'https://models.example/v1/', model: 'm', key: null });
    deepStrictEqual(author, { kind: 'endpoint', name: 'm at models.example' });
    match(progress, /sent there/);
  });

  it('takes an answer that is not streamed', async () => {
    answer = response => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ message: { content: 'whole' } }] }));
    };
    equal(await said(), 'whole');
  });

  it('opens sockets to that address and to no other, also where it is sent elsewhere', async () => {
    const ports = new Set<string>();
    const note = (message: unknown): void => {
      const { socket } = message as { socket: Socket };
      socket.once('connect', () => ports.add(`${socket.remoteAddress}:${socket.remotePort}`));
    };
    subscribe('net.client.socket', note);
    try {
      answer = streaming(piece('here'));
      await said();
      answer = response => {
        response.writeHead(302, { location: 'http://127.0.0.2:9/' }).end();
      };
      await rejects(said(), /cannot be reached/);
    } finally {
      unsubscribe('net.client.socket', note);
    }
    const { port } = server.address() as AddressInfo;
    ok(
      [...ports].every(each => each === `127.0.0.1:${port}`),
      [...ports].join(),
    );
  });

  it('says what to do about a wrong key, a wrong model, and a broken server', async () => {
    const failing = async (status: number, expected: RegExp): Promise<void> => {
      answer = response => {
        response.writeHead(status).end('{"error":"no"}');
      };
      await rejects(said(), expected);
    };
    await failing(401, /Set API Key/);
    await failing(404, /endpointModel/);
    await failing(500, /answered 500 .*ask again later/);
    answer = streaming('data: <html>\n\n');
    await rejects(said(), /did not answer as chat completions do/);
    answer = streaming('data: {"error":{"message":"overloaded"}}\n\n');
    await rejects(said(), /overloaded/);
    answer = response => {
      response.destroy();
    };
    await rejects(said(), /cannot be reached/);
    await rejects(async () => {
      for await (const text of endpointWriter({ url: 'ftp://a/', model: 'm', key: null }).write(
        messages,
        neverCancelled,
      ))
        ok(false, text);
    }, /no address/);
  });

  it('gives up on silence, before the first piece and after', async () => {
    answer = () => undefined;
    await rejects(said(neverCancelled, 50), /said nothing for 0.05 seconds/);
    answer = response => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(piece('a'));
    };
    await rejects(said(neverCancelled, 50), /said nothing/);
  });

  it('waits for a model that thinks first, as long as it says so', async () => {
    let left = 60;
    answer = response => {
      response.setHeader('content-type', 'text/event-stream');
      const think = setInterval(() => {
        response.write('data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n');
        if (--left > 0) return;
        clearInterval(think);
        response.end(piece('thought'));
      }, 50);
    };
    // The whole takes longer than the endpoint may be silent.
    equal(await said(neverCancelled, 2_000), 'thought');
  });

  describe('cuts off', () => {
    /** Sends the same bytes again and again, as fast as they are taken. */
    const endless =
      (status: number, headers: Record<string, string>, bytes: string, onClose: () => void) =>
      (response: ServerResponse): void => {
        response.writeHead(status, headers);
        const send = (): void => {
          while (!response.destroyed && response.write(bytes));
        };
        response.on('drain', send);
        response.on('close', onClose);
        send();
      };
    const sse = { 'content-type': 'text/event-stream' };
    const json = { 'content-type': 'application/json' };
    const cases = [
      ['a refusal', 500, sse, 'no '.repeat(9_000), /answered 500 \((no )+no?\)/],
      ['a whole answer', 200, json, ' '.repeat(30_000), /does not stop sending/],
      ['comments', 200, sse, ': still there\n\n'.repeat(9_000), /does not stop sending/],
      ['a line', 200, sse, 'data: x'.repeat(9_000), /event without end/],
      ['lines of one event', 200, sse, 'data: x\n'.repeat(9_000), /event without end/],
      ['an answer', 200, sse, piece('word '.repeat(900)).repeat(9), /does not stop writing/],
    ] as const;
    for (const [what, status, headers, bytes, expected] of cases)
      it(`${what} without end, and lets go of the connection`, async () => {
        const closed = new Promise<void>(resolve => {
          answer = endless(status, headers, bytes, resolve);
        });
        await rejects(said(), expected);
        await closed;
      });

    it('what is small only while it is compressed', async () => {
      const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
      for (const [status, expected] of [
        [200, /does not stop sending/],
        [500, /answered 500; ask again/],
      ] as const) {
        answer = response => {
          response.writeHead(status, { ...json, 'content-encoding': 'gzip' }).end(bomb);
        };
        await rejects(said(), expected);
      }
    });
  });

  it('ends by a stop and by silence also after a garbage collection', async function () {
    this.timeout(60_000);
    const script = fileURLToPath(new URL('support/collectedEndpoint.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import=tsx', script]);
    match(
      stdout,
      /^stopped after a piece: cancelled\nsilent after a piece: .* said nothing .*\nstopped before the first: cancelled\nsilent before the first: .* said nothing .*\n$/,
    );
  });

  it('ends the request when it is cancelled', async () => {
    const source = new CancellationSource();
    const closed = new Promise<void>(resolve => {
      answer = response => {
        response.on('close', resolve);
        response.setHeader('content-type', 'text/event-stream');
        response.write(piece('a'));
        setTimeout(() => {
          source.cancel();
        }, 20);
      };
    });
    await rejects(said(source.token), CancellationError);
    await closed;
  });
});

describe('chat/serverSentData', () => {
  const check = async (chunks: readonly string[], expected: readonly string[]): Promise<void> => {
    async function* body(): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) yield await Promise.resolve(new TextEncoder().encode(chunk));
    }
    const found: string[] = [];
    for await (const data of serverSentData(body())) found.push(data);
    deepStrictEqual(found, expected);
  };

  it('joins what is cut anywhere, whatever the line ends', async () => {
    await check(['data: a\n\nda', 'ta:b\r\n\r\n', 'event: x\ndata: c\ndata: d\n\n'], ['a', 'b', 'c\nd']);
    await check(['data: a\r', '\n\r\ndata: last'], ['a', 'last']);
    await check([': only a comment\n\n', '\n\n'], []);
    await check(['\ufeffdata: a\n\ndata\n\ndatum: b\nretry: soon\n\n'], ['a', '']);
  });

  it('takes a long event byte by byte, whatever the line ends', async () => {
    const text = 'x'.repeat(200_000);
    await check(`data: ${text}\r\r`.split(''), [text]);
    await check(`data: ${text}\r\n\r\n`.split(''), [text]);
  });
});
