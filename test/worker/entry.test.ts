// The real engine thread with the bundled model: it answers, cancels, and survives bad models and bad messages.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { CompletionRequest, CompletionResult } from '../../src/complete/types.ts';
import { EngineClient } from '../../src/worker/client/client.ts';
import type { EngineThreadData } from '../../src/worker/client/engineThread.ts';
import { engineThread } from '../../src/worker/client/engineThread.ts';
import type { EngineOptions, FromWorker } from '../../src/worker/protocol/messages.ts';
import { fromWorkerSchema, parseMessage } from '../../src/worker/protocol/messages.ts';
import { repository } from '../support/engine.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine, copyOfModel } from '../support/engineBundle.ts';
import { recordingLogger, requestFor } from './support/fakeWorker.ts';
import { bundledOptions } from './support/realEngine.ts';

let bundle: EngineBundle;
let thread: EngineConversation;

/** Talks to an engine thread; what it says is kept until it is asked for. */
class EngineConversation {
  readonly worker: Worker;
  private readonly heard: FromWorker[] = [];
  private waiting: (() => void)[] = [];
  private lastId = 0;

  constructor(path: string) {
    const workerData: EngineThreadData = { webGpuProblem: 'a test has none' };
    this.worker = new Worker(pathToFileURL(path), { execArgv: [], workerData });
    this.worker.on('message', (message: unknown) => {
      this.heard.push(parseMessage(fromWorkerSchema, message, 'the test'));
      for (const wake of this.waiting.splice(0)) wake();
    });
    this.worker.on('error', error => {
      throw error;
    });
  }

  post(message: unknown): void {
    this.worker.postMessage(message);
  }

  /** The next message that is an answer to `id`, or a log where none is given. */
  async next(id?: number): Promise<FromWorker> {
    for (;;) {
      const at = this.heard.findIndex(message => ('id' in message ? message.id : undefined) === id);
      const [found] = at === -1 ? [] : this.heard.splice(at, 1);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => this.waiting.push(resolve));
    }
  }

  load(options: Partial<EngineOptions>): Promise<FromWorker> {
    const id = ++this.lastId;
    this.post({ kind: 'load', id, options: { ...bundledOptions(bundle), ...options } });
    return this.next(id);
  }

  /** Posts a request; the promise is its answer. */
  ask(request: CompletionRequest): { id: number; answer: Promise<FromWorker> } {
    const id = ++this.lastId;
    this.post({ kind: 'complete', id, request });
    return { id, answer: this.next(id) };
  }

  async complete(request: CompletionRequest): Promise<CompletionResult> {
    const answer = await this.ask(request).answer;
    if (answer.kind !== 'completed') throw new Error(JSON.stringify(answer));
    return answer.result;
  }
}

const source = readFileSync(`${repository}src/worker/client/client.ts`, 'utf8');
const short = requestFor('const items = [1, 2, 3];\nfor (const item of ');

/** Prompts of hundreds of tokens, no two with the same beginning, and many alternatives: long to answer. */
function longRequest(number: number): CompletionRequest {
  const request = requestFor(`${source.slice(500 * number, 500 * number + 6000)}\n// `);
  return {
    ...request,
    window: { ...request.window, uri: `file:///long${number}` },
    trigger: 'invoke',
    alternatives: 10,
    maxTokens: 100,
  };
}

describe('worker/entry', () => {
  before(async () => {
    bundle = await bundleEngine();
    thread = new EngineConversation(bundle.enginePath);
  });
  after(async () => {
    await thread.worker.terminate();
    bundle.dispose();
  });

  it('refuses requests before a model is loaded', async () => {
    const answer = await thread.ask(short).answer;
    strictEqual(answer.kind, 'failed');
    match(answer.message, /no model is loaded/);
  });

  it('loads and completes', async () => {
    const answer = await thread.load({});
    strictEqual(answer.kind, 'loaded');
    const { modelName, contextTokens, device, threads, warnings } = answer.report;
    deepStrictEqual(
      { modelName, contextTokens, device, threads, warnings },
      { modelName: 'TinyMemory 6M', contextTokens: 1024, device: 'wasm', threads: 1, warnings: [] },
    );
    const result = await thread.complete(short);
    ok(result.kind === 'completion', JSON.stringify(result));
    ok(result.items.every(({ text, probability }) => text !== '' && probability > 0 && probability <= 1));
    strictEqual(result.source, 'network');
  });

  it('answers two quick requests, each its own', async () => {
    const other = { ...requestFor('import { readFile } from '), alternatives: 1 };
    const [first, second] = await Promise.all([thread.complete(longRequest(1)), thread.complete(other)]);
    ok(first.timings.runs > 0);
    ok(second.kind === 'none' || second.items.length > 0);
  });

  it('stops what it computes when it is cancelled', async () => {
    const whole = await thread.complete(longRequest(2));
    ok(whole.timings.runs > 6, `${whole.timings.runs} runs are too few to be cancelled between`);
    const { id, answer } = thread.ask(longRequest(3));
    await new Promise(resolve => setTimeout(resolve, 5));
    thread.post({ kind: 'cancel', id });
    const cancelled = await answer;
    ok(cancelled.kind === 'completed' && cancelled.result.kind === 'none', JSON.stringify(cancelled));
    strictEqual(cancelled.result.reason, 'cancelled');
    ok(cancelled.result.timings.runs < whole.timings.runs);
    ok((await thread.complete(longRequest(3))).timings.runs > 0, 'the cancelled answer was not kept');
  });

  it('ignores the cancellation of what it does not know', async () => {
    thread.post({ kind: 'cancel', id: 12_345 });
    strictEqual((await thread.complete(short)).timings.runs, 0);
  });

  it('answers from the cache what it prefetched', async () => {
    const request = { ...requestFor('const total = sum(first, second);\nreturn '), maxTokens: 8 };
    thread.post({ kind: 'prefetch', request });
    await new Promise(resolve => setTimeout(resolve, 1500));
    strictEqual((await thread.complete(request)).timings.runs, 0);
  });

  it('lets a prefetch give way to a request', async () => {
    const whole = await thread.complete(longRequest(4));
    thread.post({ kind: 'prefetch', request: longRequest(5) });
    await thread.complete(requestFor('let given = '));
    // What was prefetched was given up before its end: there is something left to run.
    const rest = await thread.complete(longRequest(5));
    ok(rest.timings.runs > 0 && whole.timings.runs > 0);
  });

  it('logs malformed messages and goes on', async () => {
    const malformed: readonly (readonly [unknown, RegExp])[] = [
      [{ kind: 'nonsense' }, /malformed message: kind/],
      ['text', /malformed message/],
      [null, /malformed message/],
      [{ kind: 'complete', id: 1 }, /request/],
      [
        { kind: 'complete', id: 1, request: { ...short, window: { ...short.window, prefix: 7 } } },
        /request\.window\.prefix/,
      ],
      [{ kind: 'load', id: 1, options: {} }, /options\.modelFolder/],
    ];
    for (const [message, expected] of malformed) {
      thread.post(message);
      const log = await thread.next();
      ok(log.kind === 'log' && log.level === 'error', JSON.stringify(log));
      match(log.message, /^the engine worker received/);
      match(log.message, expected);
    }
    ok((await thread.complete(short)).kind === 'completion');
  });
});

describe('worker/entry: bad models', () => {
  before(async () => {
    bundle = await bundleEngine();
    thread = new EngineConversation(bundle.enginePath);
  });
  after(async () => {
    await thread.worker.terminate();
    bundle.dispose();
  });

  /** With the file damaged, loading fails and names it. */
  async function check(file: string, damage: (path: string) => void, expected: RegExp): Promise<void> {
    const modelFolder = copyOfModel(bundle, 'damaged');
    damage(join(modelFolder, file));
    const answer = await thread.load({ modelFolder });
    strictEqual(answer.kind, 'failed', `${file}: ${JSON.stringify(answer)}`);
    ok(answer.message.includes(`${modelFolder}/${file}`), answer.message);
    match(answer.message, expected);
  }

  const remove = (path: string) => {
    rmSync(path);
  };
  const write = (content: string | Buffer) => (path: string) => {
    writeFileSync(path, content);
  };
  const truncateTo = (share: number) => (path: string) => {
    truncateSync(path, Math.floor(readFileSync(path).length * share));
  };

  const json = [
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'generation_config.json',
    'tinymemory.json',
  ];
  for (const file of json) {
    it(`names ${file} when it is damaged`, async () => {
      await check(file, truncateTo(0.5), /not valid JSON/);
      await check(file, write(''), /is empty/);
      await check(file, write(Buffer.from([0xff, 0xfe, 0])), /not valid JSON in UTF-8/);
      await check(file, write('[]'), /not a JSON object/);
    });
  }

  it('names what is missing', async () => {
    for (const file of ['config.json', 'tokenizer.json', 'model.safetensors'])
      await check(file, remove, /is missing/);
    const answer = await thread.load({ modelFolder: join(bundle.folder, 'nowhere') });
    ok(answer.kind === 'failed');
    match(answer.message, /nowhere\/config\.json: is missing/);
  });

  it('names weights that are truncated, garbage or lie', async () => {
    const name = 'model.safetensors';
    await check(name, truncateTo(0.9), /./);
    await check(name, truncateTo(0.00001), /./);
    await check(name, write(''), /is empty/);
    await check(name, write(Buffer.alloc(1000, 0xff)), /./);
    await check(name, write(Buffer.alloc(1000)), /./);
    await check(name, write('version https://git-lfs.github.com/spec/v1\n'), /Git LFS pointer/);
  });

  it('names what does not fit together', async () => {
    const changed = (change: object) => (path: string) => {
      const whole = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...whole, ...change }));
    };
    const weights = /model\.safetensors: .* asks for/;
    const modelFolder = copyOfModel(bundle, 'mismatch');
    changed({ hidden_size: 96 })(join(modelFolder, 'config.json'));
    const answer = await thread.load({ modelFolder });
    match(answer.kind === 'failed' ? answer.message : answer.kind, weights);
    await check('config.json', changed({ architectures: ['MambaForCausalLM'] }), /Mamba/);
    await check('tokenizer.json', changed({ model: { type: 'WordPiece', vocab: { a: 0 } } }), /byte-level/);
    await check(
      'tokenizer.json',
      changed({ added_tokens: [{ id: 9000, content: '<x>' }] }),
      /9001 tokens.*8192/,
    );
  });

  it('then loads a good one', async () => {
    const answer = await thread.load({});
    strictEqual(answer.kind, 'loaded');
    ok((await thread.complete(short)).kind === 'completion');
  });
});

describe('worker/entry: hosts and deaths', () => {
  before(async () => {
    bundle = await bundleEngine();
  });
  after(() => {
    bundle.dispose();
  });

  it('runs on one thread and says so where there is no SharedArrayBuffer', async () => {
    const path = join(bundle.folder, 'withoutSharedMemory.mjs');
    writeFileSync(
      path,
      `delete globalThis.SharedArrayBuffer;\nawait import(${JSON.stringify(pathToFileURL(bundle.enginePath).href)});\n`,
    );
    const conversation = new EngineConversation(path);
    try {
      const answer = await conversation.load({ threads: 2 });
      ok(answer.kind === 'loaded', JSON.stringify(answer));
      strictEqual(answer.report.threads, 1);
      match(answer.report.warnings.join(), /no SharedArrayBuffer.*one thread/);
      ok((await conversation.complete(short)).kind === 'completion');
    } finally {
      await conversation.worker.terminate();
    }
  });

  it('restarts when it is killed in the middle of a request', async () => {
    const logger = recordingLogger();
    const start = engineThread(bundle.enginePath, logger);
    const started: Worker[] = [];
    const client = new EngineClient({
      startWorker() {
        const worker = start();
        ok(worker instanceof Worker);
        started.push(worker);
        return worker;
      },
      options: bundledOptions(bundle),
      logger,
      limits: { readyWaitMs: 20_000, restarts: { delaysMs: [10], windowMs: 60_000 } },
    });
    try {
      ok((await client.complete(short, neverCancelled)).kind === 'completion');
      const answer = client.complete(longRequest(1), neverCancelled);
      await new Promise(resolve => setTimeout(resolve, 20));
      await started[0]?.terminate();
      const lost = await answer;
      strictEqual(lost.kind === 'none' ? lost.reason : lost.kind, 'engine-failed');
      ok((await client.complete(short, neverCancelled)).kind === 'completion');
      strictEqual(started.length, 2);
    } finally {
      await client.shutDown();
    }
  }).timeout(60_000);
});
