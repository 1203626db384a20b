// The real engine thread with the bundled model: it answers, cancels, and survives bad models and bad messages.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { answerSchema, parse } from '../../src/base/requests/port.ts';
import type { CompletionRequest, CompletionResult } from '../../src/complete/types.ts';
import { completionResultSchema } from '../../src/complete/types.ts';
import { EngineClient } from '../../src/worker/client/client.ts';
import type { EngineThreadData } from '../../src/worker/client/engineThread.ts';
import { engineThread } from '../../src/worker/client/engineThread.ts';
import { noEditorFiles } from '../../src/worker/client/serveEditor.ts';
import type { EngineOptions, EngineReport } from '../../src/worker/protocol/engineOptions.ts';
import { engineReportSchema } from '../../src/worker/protocol/engineOptions.ts';
import { repository } from '../support/engine.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine, copyOfModel } from '../support/engineBundle.ts';
import { recordingLogger, requestFor } from './support/fakeWorker.ts';
import { bundledOptions } from './support/realEngine.ts';

let bundle: EngineBundle;
let thread: EngineConversation;

/** Talks to an engine thread in the messages of its port; what it says is kept until it is asked for. */
class EngineConversation {
  readonly worker: Worker;
  private readonly heard: Heard[] = [];
  private waiting: (() => void)[] = [];
  private lastId = 0;

  constructor(path: string) {
    const workerData: EngineThreadData = { webGpuProblem: 'a test has none' };
    this.worker = new Worker(pathToFileURL(path), { execArgv: [], workerData });
    this.worker.on('message', (message: unknown) => {
      this.heard.push(heardOf(message));
      for (const wake of this.waiting.splice(0)) wake();
    });
    this.worker.on('error', error => {
      throw error;
    });
  }

  post(message: unknown): void {
    this.worker.postMessage(message);
  }

  /** The next message that is an answer to `id`. */
  async next(id: number): Promise<Heard> {
    for (;;) {
      const at = this.heard.findIndex(message => message.id === id);
      const [found] = at === -1 ? [] : this.heard.splice(at, 1);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => this.waiting.push(resolve));
    }
  }

  call(method: string, input: unknown): { id: number; answer: Promise<Heard> } {
    const id = ++this.lastId;
    this.post({ api: 'engine', kind: 'call', id, method, input });
    return { id, answer: this.next(id) };
  }

  load(options: Partial<EngineOptions>): Promise<Heard> {
    return this.call('load', { ...bundledOptions(bundle), ...options }).answer;
  }

  /** Posts a request; the promise is its answer. */
  ask(request: CompletionRequest): { id: number; answer: Promise<Heard> } {
    return this.call('complete', request);
  }

  prefetch(request: CompletionRequest): void {
    this.post({ api: 'engine', kind: 'event', method: 'prefetch', input: request });
  }

  cancel(id: number): void {
    this.post({ api: 'engine', kind: 'cancel', id });
  }

  async complete(request: CompletionRequest): Promise<CompletionResult> {
    return resultOf(await this.ask(request).answer);
  }
}

/** An answer, or an event, which has no id. */
type Heard =
  | { readonly kind: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'event'; readonly id: undefined };

function heardOf(message: unknown): Heard {
  const parsed = v.safeParse(answerSchema, message);
  if (!parsed.success) return { kind: 'event', id: undefined };
  if (parsed.output.kind === 'item') throw new Error('nothing here is a stream');
  return parsed.output.kind === 'answer'
    ? { kind: 'answer', id: parsed.output.id, output: parsed.output.output }
    : parsed.output;
}

function resultOf(heard: Heard): CompletionResult {
  if (heard.kind !== 'answer') throw new Error(JSON.stringify(heard));
  return parse(completionResultSchema, heard.output, 'the completion');
}

function reportOf(heard: Heard): EngineReport {
  if (heard.kind !== 'answer') throw new Error(JSON.stringify(heard));
  return parse(engineReportSchema, heard.output, 'the report');
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
    const { modelName, contextTokens, device, threads, warnings } = reportOf(answer);
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
    thread.cancel(id);
    const cancelled = resultOf(await answer);
    ok(cancelled.kind === 'none', JSON.stringify(cancelled));
    strictEqual(cancelled.reason, 'cancelled');
    ok(cancelled.timings.runs < whole.timings.runs);
    ok((await thread.complete(longRequest(3))).timings.runs > 0, 'the cancelled answer was not kept');
  });

  it('ignores the cancellation of what it does not know', async () => {
    thread.cancel(12_345);
    strictEqual((await thread.complete(short)).timings.runs, 0);
  });

  it('answers from the cache what it prefetched', async () => {
    const request = { ...requestFor('const total = sum(first, second);\nreturn '), maxTokens: 8 };
    thread.prefetch(request);
    await new Promise(resolve => setTimeout(resolve, 1500));
    strictEqual((await thread.complete(request)).timings.runs, 0);
  });

  it('lets a prefetch give way to a request', async () => {
    const whole = await thread.complete(longRequest(4));
    thread.prefetch(longRequest(5));
    await thread.complete(requestFor('let given = '));
    // What was prefetched was given up before its end: there is something left to run.
    const rest = await thread.complete(longRequest(5));
    ok(rest.timings.runs > 0 && whole.timings.runs > 0);
  });

  it('refuses malformed messages and goes on', async () => {
    const call = (method: string, input: unknown) => thread.call(method, input).answer;
    const malformed: readonly (readonly [Promise<Heard>, RegExp])[] = [
      [call('nonsense', 1), /no method nonsense/],
      [call('complete', undefined), /the input of complete is malformed/],
      [call('complete', { ...short, window: { ...short.window, prefix: 7 } }), /window\.prefix/],
      [call('load', {}), /modelFolder/],
    ];
    for (const message of ['text', null, { api: 'engine', kind: 'nonsense' }]) thread.post(message);
    for (const [answer, expected] of malformed) {
      const failed = await answer;
      ok(failed.kind === 'failed', JSON.stringify(failed));
      match(failed.message, expected);
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
    reportOf(await thread.load({}));
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
      const { threads, warnings } = reportOf(await conversation.load({ threads: 2 }));
      strictEqual(threads, 1);
      match(warnings.join(), /no SharedArrayBuffer.*one thread/);
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
      startWorker(wish) {
        const worker = start(wish);
        ok(worker instanceof Worker);
        started.push(worker);
        return worker;
      },
      options: bundledOptions(bundle),
      files: noEditorFiles,
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
