// Questions in the engine, with sources that the test holds back: each ends, and none keeps a later one waiting for longer
// than its own answer takes.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import type { CancellationToken } from '../../src/base/cancellation.ts';
import { CancellationError, CancellationSource } from '../../src/base/cancellation.ts';
import { SerialQueue } from '../../src/base/scheduling/serialQueue.ts';
import type { ChatEvent } from '../../src/chat/model/types.ts';
import type { ChatSources } from '../../src/chat/search/retrieve.ts';
import { WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';
import { noMark } from '../../src/corpus/readingMark.ts';
import { ChatHost } from '../../src/worker/host/chatHost.ts';
import { nodeHome } from '../../src/worker/platform/nodeHome.ts';
import { SearchHost } from '../../src/worker/host/searchHost.ts';
import { Traffic, TrafficSlices } from '../../src/base/scheduling/traffic.ts';
import { requestOf } from '../chat/support/sampleSources.ts';
import { recordingLogger, report } from './support/fakeWorker.ts';

type Sources = (
  patienceMs: number,
  onWait: (text: string) => void,
  cancellation: CancellationToken,
) => Promise<ChatSources | undefined>;

function start(sources: Sources) {
  const posted = new Map<number, ChatEvent[]>();
  const asking = new Map<number, CancellationSource>();
  const host = new ChatHost({
    home: nodeHome('a test has none'),
    devices: undefined,
    engine: {
      memory: new WorkspaceMemory(8),
      report,
      apart() {
        throw new Error('nothing is written here');
      },
    },
    sources,
    queue: new SerialQueue(),
    traffic: new Traffic(),
    editor: { deviceMeasured: () => undefined, handOver: () => undefined },
  });
  const ask = async (id: number) => {
    const source = new CancellationSource();
    const events: ChatEvent[] = [];
    posted.set(id, events);
    asking.set(id, source);
    for await (const event of host.ask({ request: requestOf('where is it parsed?') }, source.token))
      events.push(event);
  };
  const cancel = (id: number) => {
    asking.get(id)?.cancel();
  };
  /** The kinds of an answer's events. */
  const kindsOf = (id: number) => posted.get(id)?.map(({ kind }) => kind);
  return { host, ask, cancel, kindsOf, posted };
}

/** Resolves only by cancellation. */
const untilCancelled: Sources = (_patience, onWait, cancellation) =>
  new Promise((_resolve, reject) => {
    onWait('Reading the workspace');
    cancellation.onCancellationRequested(() => {
      reject(new CancellationError());
    });
  });

describe('worker/chatHost', () => {
  it('ends a question that is stopped while the workspace is read, and answers the next', async () => {
    let isFirst = true;
    const { ask, cancel, kindsOf } = start((...args) => {
      if (!isFirst) return Promise.resolve(undefined);
      isFirst = false;
      return untilCancelled(...args);
    });
    const first = ask(1);
    const second = ask(2);
    await new Promise(setImmediate);
    deepStrictEqual(kindsOf(1), ['progress']);
    cancel(1);
    await Promise.all([first, second]);
    deepStrictEqual(kindsOf(1), ['progress', 'stopped']);
    deepStrictEqual(kindsOf(2), ['declined', 'done']);
  });

  it('ends a question at once that is stopped before its turn', async () => {
    const { host, ask, cancel, kindsOf } = start(untilCancelled);
    const first = ask(1);
    const second = ask(2);
    await new Promise(setImmediate);
    cancel(2);
    await new Promise(setImmediate);
    deepStrictEqual(kindsOf(2), ['stopped']);
    deepStrictEqual(kindsOf(1), ['progress']);
    host.cancelAll();
    await Promise.all([first, second]);
    deepStrictEqual(kindsOf(2), ['stopped']);
    equal(kindsOf(1)?.at(-1), 'stopped');
  });

  it('says what failed, and answers the next question', async () => {
    let isFirst = true;
    const { ask, posted, kindsOf } = start(() => {
      if (!isFirst) return Promise.resolve(undefined);
      isFirst = false;
      return Promise.reject(new Error('the disk is gone'));
    });
    await ask(1);
    const [event] = posted.get(1) ?? [];
    ok(event?.kind === 'failed');
    equal(event.message, 'the disk is gone');
    await ask(2);
    deepStrictEqual(kindsOf(2), ['declined', 'done']);
  });
});

describe('worker/searchHost', () => {
  it('waits for the index no longer than whoever asked', async () => {
    const home = nodeHome('a test has none');
    const host = new SearchHost(home, new TrafficSlices(new Traffic()), recordingLogger(), noMark);
    const forever = new Promise<void>(() => undefined);
    const workspace = { folders: [], capBytes: 1, storeFile: null, storeKey: '1' };
    host.open({ folders: [], capBytes: 1 }, workspace, forever);
    const outcome = (cancelled: boolean) => {
      const source = new CancellationSource();
      if (cancelled) source.cancel();
      const asked = host
        .sources(1e9, () => undefined, source.token)
        .then(
          () => 'answered',
          (error: unknown) => (error instanceof CancellationError ? 'cancelled' : String(error)),
        );
      source.cancel();
      return asked;
    };
    deepStrictEqual([await outcome(false), await outcome(true)], ['cancelled', 'cancelled']);
    await host.close(false);
  });
});
