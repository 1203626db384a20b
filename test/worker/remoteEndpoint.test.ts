// An endpoint asked over a port, as an engine in a webview has to, whose page may not reach the network.

import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { CancellationError, CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import type { Disposable } from '../../src/base/disposable.ts';
import type { AskEndpoint, Endpoint } from '../../src/chat/endpoint/endpointWriter.ts';
import type { PromptMessage } from '../../src/chat/writers/writer.ts';
import type { PlainMessagePort } from '../../src/base/requests/messagePort.ts';
import { messagePort } from '../../src/base/requests/messagePort.ts';
import { nodeDiskRules } from '../../src/worker/platform/nodeDiskRules.ts';
import { nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import { serveHost } from '../../src/worker/client/serveHost.ts';
import { remoteHost } from '../../src/worker/platform/remoteHost.ts';

const endpoint: Endpoint = { url: 'http://127.0.0.1:1/v1', model: 'm', key: 'k' };
const messages: readonly PromptMessage[] = [{ role: 'user', content: 'where?' }];

describe('an endpoint over a port', () => {
  const opened: MessageChannel[] = [];
  let serving: Disposable;

  function asking(askEndpoint?: AskEndpoint): AskEndpoint {
    const ports = new MessageChannel();
    opened.push(ports);
    const host = { storage: nodeStorage, diskRules: nodeDiskRules, askEndpoint };
    // Node's port is one of a browser; its types do not say so.
    const { port1, port2 } = ports as unknown as Record<'port1' | 'port2', PlainMessagePort>;
    serving = serveHost(messagePort(port1), host, {
      onError(message) {
        throw new Error(message);
      },
    });
    return remoteHost(messagePort(port2)).askEndpoint;
  }

  afterEach(() => {
    serving.dispose();
    for (const { port1 } of opened.splice(0)) port1.close();
  });

  /** Says `first`, and then nothing until it is cancelled. */
  const lasting = (onEnd: () => void): AskEndpoint =>
    async function* (_endpoint, _messages, cancellation) {
      try {
        yield 'first';
        await new Promise<void>((_resolve, reject) => {
          cancellation.onCancellationRequested(() => {
            reject(new CancellationError());
          });
        });
      } finally {
        onEnd();
      }
    };

  it('is asked what was to be asked, and heard piece by piece', async () => {
    let asked: unknown;
    const ask = asking(async function* (...[to, what]) {
      asked = [to, what];
      yield 'at ';
      await Promise.resolve();
      yield '`a.ts:1`';
    });
    const said: string[] = [];
    for await (const text of ask(endpoint, messages, neverCancelled)) said.push(text);
    deepStrictEqual(said, ['at ', '`a.ts:1`']);
    deepStrictEqual(asked, [endpoint, messages]);
  });

  it('answers several at once, each its own', async () => {
    const ask = asking(async function* (_to, [message]) {
      yield `${message?.content}1`;
      await Promise.resolve();
      yield `${message?.content}2`;
    });
    const hear = async (content: string): Promise<string> => {
      let said = '';
      for await (const text of ask(endpoint, [{ role: 'user', content }], neverCancelled)) said += text;
      return said;
    };
    deepStrictEqual(await Promise.all(['a', 'b'].map(hear)), ['a1a2', 'b1b2']);
  });

  it('says what went wrong', async () => {
    // eslint-disable-next-line require-yield -- It fails before it says anything.
    const ask = asking(async function* () {
      await Promise.resolve();
      throw new Error('127.0.0.1:1 cannot be reached; is it running?');
    });
    await rejects(ask(endpoint, messages, neverCancelled)[Symbol.asyncIterator]().next(), /is it running/);
    await rejects(asking()(endpoint, messages, neverCancelled)[Symbol.asyncIterator]().next(), /itself/);
  });

  it('is asked no longer once that is cancelled', async () => {
    const cancellation = new CancellationSource();
    const ended = new Promise<void>(resolve => {
      const hear = async (): Promise<void> => {
        for await (const text of asking(lasting(resolve))(endpoint, messages, cancellation.token)) {
          strictEqual(text, 'first');
          cancellation.cancel();
        }
      };
      void rejects(hear(), CancellationError);
    });
    await ended;
  });

  it('is asked no longer once nobody listens, or the engine has ended', async () => {
    for (const end of ['break', 'dispose']) {
      await new Promise<void>(resolve => {
        const hear = async (): Promise<void> => {
          for await (const text of asking(lasting(resolve))(endpoint, messages, neverCancelled)) {
            strictEqual(text, 'first');
            if (end === 'break') break;
            serving.dispose();
          }
        };
        void hear();
      });
    }
  });
});
