// Requests between two sides: answers, streams, cancellation, silence, death, malformed messages, and what is left behind.

import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { CancellationError, CancellationSource } from '../../../src/base/cancellation.ts';
import { defineApi, event, request, stream } from '../../../src/base/requests/api.ts';
import type { Handlers } from '../../../src/base/requests/api.ts';
import { connect, ConnectionError } from '../../../src/base/requests/connect.ts';
import { serve } from '../../../src/base/requests/serve.ts';
import { UserError } from '../../../src/base/userError.ts';
import { portPair } from './ports.ts';

const api = defineApi('sums', {
  add: request(v.object({ a: v.number(), b: v.number() }), v.number()),
  count: stream(v.number(), v.number()),
  note: event(v.string()),
  slow: request(v.undefined(), v.number(), { timeoutMs: 20 }),
  bytes: request(v.number(), v.instance(Uint8Array), {
    transfer: ({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []),
  }),
});

type SumHandlers = Handlers<typeof api>;

const handlers: SumHandlers = {
  add: ({ a, b }) => a + b,
  async *count(to) {
    for (let at = 1; at <= Math.min(to, 9); at++) yield await Promise.resolve(at);
  },
  note: () => undefined,
  slow: () => new Promise<number>(() => undefined),
  bytes: size => new Uint8Array(size),
};

function connected(own: Partial<SumHandlers> = {}) {
  const ports = portPair();
  const errors: string[] = [];
  const server = serve(api, ports.far, { ...handlers, ...own }, message => errors.push(message));
  const activity: number[] = [];
  const faults: string[] = [];
  const connection = connect(api, ports.near, {
    onActivity: ({ pendingCalls }) => activity.push(pendingCalls),
    onMalformed: fault => faults.push(fault),
  });
  return { ports, errors, server, activity, faults, connection, calls: connection.calls };
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const unexpected = (message: string): never => {
  throw new Error(message);
};

/** Every message that is under way has arrived. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve));

describe('requests', () => {
  it('are answered each by its own, however they interleave', async () => {
    const { calls, connection } = connected({
      add: async ({ a, b }) => {
        for (let turn = 0; turn < b; turn++) await Promise.resolve();
        return a * 10 + b;
      },
    });
    const answers = await Promise.all([5, 1, 3].map((b, a) => calls.add({ a, b })));
    deepStrictEqual(answers, [5, 11, 23]);
    strictEqual(connection.pendingCalls, 0);
  });

  it('stream items in order and end', async () => {
    const { calls } = connected();
    deepStrictEqual(await collected(calls.count(4)), [1, 2, 3, 4]);
    deepStrictEqual(await collected(calls.count(0)), []);
  });

  it('fire events that nobody answers', async () => {
    const notes: string[] = [];
    const { calls, ports } = connected({ note: text => void notes.push(text) });
    calls.note('one');
    calls.note('two');
    await settled();
    deepStrictEqual(notes, ['one', 'two']);
    strictEqual(ports.posted.length, 2);
  });

  it('hand over buffers where the method says so', async () => {
    const sent = new Uint8Array([1, 2, 3]);
    const { calls } = connected({ bytes: () => sent });
    deepStrictEqual(await calls.bytes(3), new Uint8Array([1, 2, 3]));
    strictEqual(sent.byteLength, 0);
  });

  it('lose nothing on a port that carries JSON', async () => {
    const json = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T;
    const ports = portPair(json);
    const nothings = defineApi('nothings', {
      ask: request(v.undefined(), v.void()),
      list: stream(v.undefined(), v.number()),
      tell: event(v.undefined()),
    });
    const told: unknown[] = [];
    const own: Handlers<typeof nothings> = {
      ask: () => undefined,
      async *list() {
        yield* await Promise.resolve([1]);
      },
      tell: input => void told.push(input),
    };
    serve(nothings, ports.far, own, unexpected);
    const { calls } = connect(nothings, ports.near);
    calls.tell(undefined);
    await calls.ask(undefined);
    deepStrictEqual(await collected(calls.list(undefined)), [1]);
    deepStrictEqual(told, [undefined]);
  });

  it('share a port with other APIs, also in the other direction', async () => {
    const ports = portPair();
    const other = defineApi('other', { add: request(v.number(), v.string()) });
    serve(api, ports.far, handlers, unexpected);
    serve(other, ports.near, { add: n => `near ${n}` }, unexpected);
    const near = connect(api, ports.near).calls;
    const far = connect(other, ports.far).calls;
    deepStrictEqual(await Promise.all([near.add({ a: 1, b: 2 }), far.add(7)]), [3, 'near 7']);
  });
});

describe('errors of handlers', () => {
  it('reach the caller as what they are', async () => {
    const fault = connected({
      add: () => {
        throw new Error('broken');
      },
    });
    await rejects(fault.calls.add({ a: 1, b: 2 }), /^Error: broken$/);
    const forUser = connected({ add: () => Promise.reject(new UserError('pick a folder')) });
    await rejects(forUser.calls.add({ a: 1, b: 2 }), new UserError('pick a folder'));
    const inStream = connected({
      async *count() {
        yield await Promise.resolve(1);
        throw new UserError('no more');
      },
    });
    await rejects(collected(inStream.calls.count(9)), new UserError('no more'));
  });

  it('of events, and calls of unknown methods, are reported', async () => {
    const { calls, errors, ports } = connected({
      note: () => {
        throw new Error('unheard');
      },
    });
    calls.note('x');
    ports.near.post({ api: 'sums', kind: 'event', method: 'toString', input: 1 });
    await settled();
    deepStrictEqual(errors, ['sums: note: unheard', 'sums: toString: sums has no method toString']);
  });
});

describe('cancellation', () => {
  it('rejects at once and reaches the handler', async () => {
    let stopped = false;
    const { calls, connection } = connected({
      add: (_, token) =>
        new Promise<number>((_resolve, reject) => {
          token.onCancellationRequested(() => {
            stopped = true;
            reject(new CancellationError());
          });
        }),
    });
    const source = new CancellationSource();
    const answer = calls.add({ a: 1, b: 2 }, source.token);
    await settled();
    source.cancel();
    strictEqual(connection.pendingCalls, 1, 'pending until the other side has ended it');
    await rejects(answer, CancellationError);
    await settled();
    ok(stopped);
    strictEqual(connection.pendingCalls, 0);
  });

  it('that came first posts nothing', async () => {
    const { calls, ports } = connected();
    const source = new CancellationSource();
    source.cancel();
    await rejects(calls.add({ a: 1, b: 2 }, source.token), CancellationError);
    strictEqual(ports.posted.length, 0);
  });

  it('is what leaving a stream early means', async () => {
    let ended = false;
    const { calls, connection } = connected({
      async *count(_, token) {
        try {
          for (let at = 1; !token.isCancellationRequested; at++) {
            yield at;
            await settled();
          }
        } finally {
          ended = true;
        }
      },
    });
    for await (const item of calls.count(0)) if (item === 2) break;
    await settled();
    await settled();
    ok(ended);
    strictEqual(connection.pendingCalls, 0);
  });
});

describe('a side that dies', () => {
  it('rejects what is pending and what comes later with its reason', async () => {
    const { calls, ports, connection } = connected({
      add: () => new Promise<number>(() => undefined),
      async *count() {
        yield 1;
        await new Promise(() => undefined);
      },
    });
    const answer = calls.add({ a: 1, b: 2 });
    const items = collected(calls.count(9));
    await settled();
    ports.close('the thread ended with code 1');
    await Promise.all([
      rejects(answer, new ConnectionError('the thread ended with code 1')),
      rejects(items, new ConnectionError('the thread ended with code 1')),
    ]);
    await rejects(calls.add({ a: 1, b: 2 }), ConnectionError);
    strictEqual(connection.pendingCalls, 0);
  });

  it('cancels what its handlers are doing when the port closes', async () => {
    let token: CancellationSource['token'] | undefined;
    const { calls, ports } = connected({
      add: (_, own) => {
        token = own;
        return new Promise<number>(() => undefined);
      },
    });
    const answer = calls.add({ a: 1, b: 2 });
    await settled();
    ports.close('gone');
    ok(token?.isCancellationRequested);
    await rejects(answer, ConnectionError);
  });

  it('or stays silent for longer than the method allows is given up', async () => {
    const { calls, connection } = connected();
    await rejects(calls.slow(undefined), /sums: no answer to slow for 0.02 s/);
    await settled();
    // The other side was told, but has not ended it.
    strictEqual(connection.pendingCalls, 1);
  });
});

describe('malformed messages', () => {
  it('fail the call that they are about, or all where they do not say which', async () => {
    const { calls, connection, ports, errors } = connected({
      add: () => new Promise<number>(() => undefined),
    });
    const [first, second, third] = [1, 2, 3].map(b => calls.add({ a: 1, b }));
    ports.far.post({ api: 'sums', kind: 'failed', id: 1, message: 7, reason: 'fault' });
    await rejects(first ?? Promise.resolve(), /^ConnectionError: an answer of sums is malformed: message: /);
    strictEqual(connection.pendingCalls, 2);
    ports.far.post({ api: 'sums', kind: 'answer' });
    await rejects(second ?? Promise.resolve(), /an answer of sums is malformed: id: /);
    await rejects(third ?? Promise.resolve(), /an answer of sums is malformed: id: /);
    strictEqual(connection.pendingCalls, 0);
    deepStrictEqual(await collected(calls.count(2)), [1, 2], 'the connection goes on');
    const cancelled = ports.posted.filter(message => (message as { kind: string }).kind === 'cancel');
    deepStrictEqual(
      cancelled.map(message => (message as { id: number }).id),
      [1, 2, 3],
      'nobody waits for the handlers any more',
    );
    ports.near.post({ api: 'sums', kind: 'call', id: 9, input: 1 });
    ports.near.post({ api: 'sums', kind: 'call', input: 1 });
    await settled();
    const refused = ports.posted.filter(message => (message as { kind: string }).kind === 'failed').at(-1);
    match((refused as { message: string }).message, /^a call of sums is malformed: method: /);
    match(errors.join('\n'), /^a call of sums is malformed: id: [^\n]*$/);
  });

  it('that no port can carry fail the call alone, on either side', async () => {
    const uncloneable = () => undefined;
    const { calls, connection, activity } = connected({
      add: () => uncloneable as unknown as number,
      async *count() {
        yield await Promise.resolve(uncloneable as unknown as number);
      },
    });
    await rejects(calls.add({ a: 1, b: uncloneable as unknown as number }), /could not be cloned/);
    deepStrictEqual([connection.pendingCalls, activity], [0, []]);
    await rejects(calls.add({ a: 1, b: 2 }), /could not be cloned/);
    await rejects(collected(calls.count(1)), /could not be cloned/);
    strictEqual(connection.pendingCalls, 0);
  });

  it('name the method and the field', async () => {
    const { calls, faults } = connected({ add: () => 'three' as unknown as number });
    await rejects(calls.add({ a: 1, b: 2 }), /the answer to add is malformed: value: .*number/);
    match(faults.join(), /^the answer to add is malformed: [^,]*$/);
    await rejects(calls.add({ a: 1, b: 'x' as unknown as number }), /add is malformed: b: /);
  });

  it('never throw into the port, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.anything(),
            fc.record({
              api: fc.constant('sums'),
              kind: fc.constantFrom('call', 'cancel', 'event', 'item', 'answer', 'failed', 'x'),
              id: fc.oneof(fc.nat(3), fc.anything()),
              method: fc.oneof(fc.constantFrom('add', 'count', 'note', '__proto__'), fc.anything()),
              input: fc.anything(),
            }),
          ),
        ),
        async messages => {
          const { ports, server, connection } = connected();
          for (const message of messages) {
            try {
              ports.near.post(message);
              ports.far.post(message);
            } catch {
              continue; // what no port can carry
            }
          }
          await settled();
          connection.dispose();
          server.dispose();
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('disposal', () => {
  it('leaves no listener and no pending call', async () => {
    const { connection, server, calls, activity } = connected();
    await calls.add({ a: 1, b: 2 });
    deepStrictEqual(activity, [1, 0]);
    connection.dispose();
    server.dispose();
    await rejects(calls.add({ a: 1, b: 2 }), new ConnectionError('the connection was closed'));
  });
});
