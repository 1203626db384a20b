// Engines in the page of a webview, with a page that is played by the test: what it is told and when, what is passed on,
// and every way in which it is lost.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Files } from '../../src/base/files.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { CompletionRequest } from '../../src/complete/types.ts';
import { HandOverError } from '../../src/runtime/deviceChoice.ts';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { EngineClient } from '../../src/worker/client/client.ts';
import type { EngineWorker } from '../../src/worker/client/engineWorker.ts';
import { Emitter } from '../../src/base/event.ts';
import type { enginePageApi } from '../../src/worker/protocol/enginePageApi.ts';
import { enginePageHostApi } from '../../src/worker/protocol/enginePageApi.ts';
import type { PageListener } from '../../src/worker/client/pageWorkers.ts';
import { PageWorkers } from '../../src/worker/client/pageWorkers.ts';
import { noEditorFiles } from '../../src/worker/client/serveEditor.ts';
import type { Spoken } from '../support/spoken.ts';
import { offWire, onWire } from '../support/spoken.ts';
import {
  completionOf,
  engineOptions,
  FakeWorker,
  recordingLogger,
  report,
  requestFor,
} from './support/fakeWorker.ts';

const script = new TextEncoder().encode('the engine');
const files = {
  read: (place: string) => Promise.resolve(place === 'here/dist/web/engine.js' ? script.slice() : undefined),
} as Files;
const locks = { acquire: () => Promise.resolve(undefined), isHeld: () => Promise.resolve(false) };
const host = { storage: { files, locks }, diskRules: () => Promise.reject(new Error('no disk')) };

/** A page, opened as often as it is asked for. */
class FakePage {
  readonly got: Spoken<typeof enginePageApi>[] = [];
  opened = 0;
  closed = 0;
  private listener: PageListener | undefined;
  private readonly posted = new Emitter<unknown>();

  readonly open = (listener: PageListener) => {
    this.opened++;
    this.listener = listener;
    return {
      port: {
        post: (message: unknown) => {
          this.got.push(offWire(structuredClone(message)) as Spoken<typeof enginePageApi>);
        },
        onMessage: this.posted.event,
        onDidClose: new Emitter<string>().event,
      },
      close: () => {
        this.closed++;
      },
    };
  };

  say(message: Spoken<typeof enginePageHostApi>): void {
    this.posted.fire(onWire(enginePageHostApi, message));
  }

  closeByUser(): void {
    this.listener?.closed();
  }

  /** What it was told, in words. */
  get told(): string[] {
    return this.got.map(({ kind, worker }) => `${kind} ${worker}`);
  }
}

describe('engines in a page', () => {
  function start(times = {}) {
    const page = new FakePage();
    const workers = new PageWorkers({
      open: page.open,
      host,
      extension: 'here',
      logger: silentLogger,
      times: { emptyMs: 1, ...times },
    });
    const heard: unknown[] = [];
    const engine = () => {
      const started = workers.start();
      started.on('message', message => heard.push(message));
      started.on('error', error => heard.push(error instanceof HandOverError ? error : error.message));
      return started;
    };
    return { page, workers, heard, engine };
  }

  it('are started with their script once the page is ready, and told what was said before in its order', async () => {
    const { page, heard, engine } = start();
    const first = engine();
    first.postMessage('a');
    first.postMessage('b');
    await sleep(1);
    deepStrictEqual(page.got, []);
    page.say({ kind: 'ready' });
    deepStrictEqual(page.got, [
      { kind: 'start', worker: 1, script, extension: 'here' },
      { kind: 'message', worker: 1, message: 'a' },
      { kind: 'message', worker: 1, message: 'b' },
    ]);
    page.say({ kind: 'message', worker: 1, message: 'c' });
    page.say({ kind: 'crashed', worker: 1, message: 'boom' });
    page.say({ kind: 'message', worker: 9, message: 'from nobody' });
    deepStrictEqual(heard, ['c', 'boom']);
  });

  it('are lost with a page that cannot be understood, which throws nothing', () => {
    for (const odd of [{ kind: 'nonsense' }, { kind: 'message' }, { kind: 'call', worker: 1, call: {} }]) {
      const { page, heard, engine } = start();
      engine();
      page.say({ kind: 'ready' });
      page.say(odd as Spoken<typeof enginePageHostApi>);
      match(String(heard[0]), /^HandOverError: its tab cannot be understood: .*(malformed|no method)/);
      strictEqual(page.closed, 1);
    }
  });

  it('reach files through the page', async () => {
    const { page, engine } = start();
    engine();
    page.say({ kind: 'ready' });
    const call = { api: 'host', kind: 'call', id: 7, method: 'read', input: 'none' } as const;
    page.say({ kind: 'call', worker: 1, call });
    await sleep(1);
    const answer = { api: 'host', kind: 'answer', id: 7, output: undefined };
    deepStrictEqual(page.got.at(-1), { kind: 'answer', worker: 1, answer });
  });

  it('hold locks until they end, however they do', async () => {
    const ends: Readonly<Record<string, (page: FakePage, engine: EngineWorker) => unknown>> = {
      crashed: page => {
        page.say({ kind: 'crashed', worker: 1, message: 'boom' });
      },
      'closed with the page': page => {
        page.closeByUser();
      },
      ended: (_page, engine) => engine.terminate(),
    };
    for (const [what, end] of Object.entries(ends)) {
      const page = new FakePage();
      const seen: string[] = [];
      const lock = {
        isHeld: () => Promise.resolve(true),
        release: () => Promise.resolve(void seen.push('released')),
      };
      const acquire = () => Promise.resolve(seen.push('acquired') === 1 ? lock : undefined);
      const lending = { ...host, storage: { files, locks: { ...locks, acquire } } };
      const engine = new PageWorkers({
        open: page.open,
        host: lending,
        extension: 'here',
        logger: silentLogger,
      }).start();
      page.say({ kind: 'ready' });
      const call = { api: 'host', kind: 'call', id: 1, method: 'lock', input: 'here/lock' } as const;
      page.say({ kind: 'call', worker: 1, call });
      while (page.got.at(-1)?.kind !== 'answer') await sleep(1);
      deepStrictEqual(seen, ['acquired'], what);
      await end(page, engine);
      while (seen.length < 2) await sleep(1);
      deepStrictEqual(seen, ['acquired', 'released'], what);
    }
  });

  it('share one page, which is closed after the last and not between two', async () => {
    const { page, engine } = start();
    const [first, second] = [engine(), engine()];
    page.say({ kind: 'ready' });
    await sleep(1);
    await first.terminate();
    await second.terminate();
    const third = engine();
    await sleep(5);
    deepStrictEqual(page.told, ['start 1', 'start 2', 'end 1', 'end 2', 'start 3']);
    deepStrictEqual([page.opened, page.closed], [1, 0]);
    await third.terminate();
    await sleep(5);
    deepStrictEqual([page.opened, page.closed], [1, 1]);
    engine();
    strictEqual(page.opened, 2);
  });

  const losses: readonly (readonly [string, RegExp, (page: FakePage) => void])[] = [
    [
      'is closed',
      /closed/,
      page => {
        page.closeByUser();
      },
    ],
    [
      'is loaded anew',
      /loaded anew/,
      page => {
        page.say({ kind: 'ready' });
      },
    ],
  ];
  for (const [what, why, lose] of losses) {
    it(`are all lost, and say so, when the page ${what}`, async () => {
      const { page, heard, engine } = start();
      engine();
      engine();
      page.say({ kind: 'ready' });
      await sleep(1);
      lose(page);
      strictEqual(heard.length, 2);
      for (const reason of heard) {
        ok(reason instanceof HandOverError);
        match(reason.message, why);
      }
    });
  }

  it('are lost when the page does not load, or cannot be opened', async () => {
    const { heard, engine } = start({ openMs: 2 });
    engine();
    await sleep(10);
    match(String(heard[0]), /HandOverError: .*did not load/);
    const open = (): never => {
      throw new Error('no window');
    };
    const closed = new PageWorkers({ open, host, extension: 'here', logger: silentLogger });
    const reasons: unknown[] = [];
    closed.start().on('error', error => reasons.push(error));
    await sleep(5);
    match(String(reasons[0]), /HandOverError: .*no window/);
  });

  it('crash where their script is missing', async () => {
    const { page } = start();
    const lost = new PageWorkers({ open: page.open, host, extension: 'elsewhere', logger: silentLogger });
    const errors: string[] = [];
    lost.start().on('error', error => errors.push(error.message));
    await sleep(1);
    match(errors.join(), /elsewhere\/dist\/web\/engine\.js is missing; install/);
    await lost.start().terminate();
  });

  it('give way to an engine elsewhere, which answers what they had not', async () => {
    const page = new FakePage();
    const workers = new PageWorkers({ open: page.open, host, extension: 'here', logger: silentLogger });
    const thread = new FakeWorker();
    const problems: unknown[] = [];
    const logger = recordingLogger();
    const client = new EngineClient({
      startWorker({ avoid }) {
        problems.push(avoid?.reason);
        return avoid === undefined ? workers.start() : thread;
      },
      options: engineOptions,
      files: noEditorFiles,
      logger,
    });
    page.say({ kind: 'ready' });
    while (page.told.at(-1) !== 'message 1') await sleep(1);
    const loaded = { api: 'engine', kind: 'answer', id: 1, output: report };
    page.say({ kind: 'message', worker: 1, message: loaded });
    await sleep(1);
    const answers = ['a', 'b'].map(prefix => client.complete(requestFor(prefix), neverCancelled));
    await sleep(1);
    page.closeByUser();
    strictEqual(client.state.kind, 'loading');
    await thread.load();
    await sleep(1);
    for (const { kind, id, input } of thread.received)
      if (kind === 'complete') {
        const output = completionOf((input as CompletionRequest).window.prefix);
        thread.emit('message', { api: 'engine', kind: 'answer', id, output });
      }
    const texts = (await Promise.all(answers)).map(
      answer => answer.kind === 'completion' && answer.items[0]?.text,
    );
    deepStrictEqual(texts, ['a', 'b']);
    match(String(problems[1]), /closed/);
    strictEqual(problems.length, 2);
    // Who asks for a fresh engine means the best home again.
    client.restart();
    strictEqual(problems[2], undefined);
    ok(thread.terminated);
    client.dispose();
  });
});
