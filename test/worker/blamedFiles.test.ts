// The file that an engine worked on when it died is left out until it changes: whom the client blames, and real threads
// that die of a file.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { Files } from '../../src/base/files.ts';
import type { CorpusFile } from '../../src/corpus/fileTree.ts';
import { BlamedFiles } from '../../src/worker/storage/blamedFiles.ts';
import { EngineClient } from '../../src/worker/client/client.ts';
import { MemoryClient } from '../../src/worker/client/memoryClient.ts';
import { noEditorFiles } from '../../src/worker/client/serveEditor.ts';
import type { MemoryState } from '../../src/worker/protocol/memoryState.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine } from '../support/engineBundle.ts';
import { engineOptions, FakeWorker, recordingLogger, requestFor } from './support/fakeWorker.ts';
import { bundledOptions } from './support/realEngine.ts';

describe('the client of an engine that dies of a file', () => {
  const workspace = { folders: [], capBytes: 1, storeFile: null, storeKey: '' };
  const file = (path: string): CorpusFile => ({ path, sizeBytes: 9, mtimeMs: 7 });
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  async function start() {
    const workers: FakeWorker[] = [];
    const logger = recordingLogger();
    const client = new EngineClient({
      startWorker() {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      options: engineOptions,
      files: noEditorFiles,
      logger,
      limits: { restarts: { delaysMs: [1, 1, 1, 1], windowMs: 60_000 } },
    });
    const memory = new MemoryClient({
      client,
      files: {} as Files,
      logger,
      patienceMs: 1,
    });
    ends.push(() => {
      memory.dispose();
      client.dispose();
    });
    memory.open(workspace);
    const worker = () => workers.at(-1) ?? new FakeWorker();
    await worker().load();
    const reads = (path: string | null) => {
      worker().say('reading', path === null ? null : file(path));
    };
    const ready = () =>
      new Promise<void>(resolve => {
        const count = workers.length;
        const look = (): void => {
          if (workers.length === count) {
            setTimeout(look, 1);
            return;
          }
          void worker().load().then(resolve);
        };
        look();
      });
    const die = () => {
      const next = ready();
      worker().emit('exit', 1);
      return next;
    };
    const skipped = () =>
      worker()
        .last('openWorkspace')
        .input.skip?.map(({ path }) => path);
    return { client, memory, worker, workers, logger, reads, die, ready, skipped };
  }

  it('has it left out by the next, one after another, and says so once', async () => {
    const { reads, die, skipped, logger } = await start();
    equal(skipped(), undefined);
    reads('a.ts');
    reads('b.ts');
    await die();
    deepStrictEqual(skipped(), ['b.ts']);
    reads('c.ts');
    await die();
    deepStrictEqual(skipped(), ['b.ts', 'c.ts']);
    reads('b.ts');
    await die();
    deepStrictEqual(skipped(), ['b.ts', 'c.ts']);
    const told = logger.lines.filter(line => line.includes('died while it read'));
    deepStrictEqual(told, [
      'warn: the engine died while it read b.ts: the file is left out until it changes',
      'warn: the engine died while it read c.ts: the file is left out until it changes',
    ]);
  });

  it('blames no file for a death after the work on it, nor for an end that was wished', async () => {
    const { client, reads, die, skipped, ready } = await start();
    reads('a.ts');
    // A completion has begun.
    reads(null);
    await die();
    equal(skipped(), undefined);
    reads('b.ts');
    const restarted = ready();
    client.restart();
    await restarted;
    equal(skipped(), undefined);
    await die();
    equal(skipped(), undefined, 'a mark of an engine that was replaced');
  });

  it('blames the file also for the death after which there is no restart', async () => {
    const { client, reads, die, ready, worker, skipped } = await start();
    for (let death = 0; death < 4; death++) await die();
    reads('last.ts');
    worker().emit('exit', 1);
    equal(client.state.kind, 'failed');
    const restarted = ready();
    client.restart();
    await restarted;
    deepStrictEqual(skipped(), ['last.ts']);
  });

  it('forgets its name with the workspace', async () => {
    const { memory, reads, die, skipped } = await start();
    reads('a.ts');
    await die();
    deepStrictEqual(skipped(), ['a.ts']);
    await memory.forget(undefined);
    memory.open(workspace);
    equal(skipped(), undefined);
  });
});

describe('blamed files', () => {
  const workspace = { folders: [], capBytes: 1, storeFile: null, storeKey: '' };
  const file = { path: 'a.ts', sizeBytes: 9, mtimeMs: 7 };

  it('outlive the session where they are kept, and are told once', () => {
    let kept: unknown;
    const keep = (files: unknown): void => {
      kept = structuredClone(files);
    };
    new BlamedFiles(recordingLogger(), { kept, keep }).blame(file, 'the engine');
    const logger = recordingLogger();
    const later = new BlamedFiles(logger, { kept, keep });
    deepStrictEqual(later.without(workspace).skip, [file]);
    later.blame(file, 'the engine');
    deepStrictEqual(logger.lines, []);
    later.blame({ ...file, mtimeMs: 8 }, 'the training');
    deepStrictEqual(kept, [{ ...file, mtimeMs: 8 }]);
    later.clear();
    deepStrictEqual(kept, []);
  });

  for (const kept of [undefined, null, 'x', [{ path: 1 }], { files: [] }])
    it(`are none where ${JSON.stringify(kept)} was kept`, () => {
      const blamed = new BlamedFiles(recordingLogger(), { kept, keep: () => undefined });
      equal(blamed.without(workspace), workspace);
    });

  it('are bounded: the oldest is tried again', () => {
    const blamed = new BlamedFiles(recordingLogger());
    for (let index = 0; index <= 200; index++) blamed.blame({ ...file, path: `${index}.ts` }, 'the engine');
    const paths = blamed.without(workspace).skip?.map(({ path }) => path);
    equal(paths?.length, 200);
    ok(!paths.includes('0.ts') && paths.includes('200.ts'));
  });
});

describe('a real engine that dies of a file', function () {
  this.timeout(400_000);
  let bundle: EngineBundle;
  let folder: string;
  before(async () => {
    bundle = await bundleEngine({ mortal: 'test/worker/support/mortalEngine.ts' });
  });
  after(() => {
    bundle.dispose();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-deadly-'));
    mkdirSync(join(folder, 'files'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function withEngine(
    use: (
      memory: MemoryClient,
      log: string[],
      reads: (string | null)[],
      client: EngineClient,
    ) => Promise<void>,
    requestTimeoutMs = 60_000,
  ): Promise<void> {
    const logger = recordingLogger();
    const reads: (string | null)[] = [];
    const client = new EngineClient({
      startWorker: () =>
        new Worker(join(bundle.folder, 'dist/mortal.js'), {
          execArgv: [],
          workerData: { webGpuProblem: 'none' },
          resourceLimits: { maxOldGenerationSizeMb: 128 },
        }),
      options: bundledOptions(bundle),
      files: noEditorFiles,
      logger,
      limits: { requestTimeoutMs, restarts: { delaysMs: [1, 1, 1, 1], windowMs: 600_000 } },
    });
    const memory = new MemoryClient({
      client,
      files: nodeFiles,
      logger,
    });
    client.onDidRead(file => {
      reads.push(file?.path ?? null);
      // A hang shows only when a request is not answered.
      if (file?.path === 'hang.ts') void client.complete(requestFor('let '), neverCancelled);
    });
    try {
      await use(memory, logger.lines, reads, client);
    } finally {
      await memory.shutDown();
      await client.shutDown();
      memory.dispose();
    }
  }

  function open(memory: MemoryClient): Promise<Extract<MemoryState, { kind: 'ready' }>> {
    const path = join(folder, 'files');
    const place = { prefix: '', uri: `file://${path}`, diskPath: path, excludes: [] };
    memory.open({
      folders: [place],
      capBytes: 1e6,
      storeFile: join(folder, 'store/memory.bin'),
      storeKey: '1',
    });
    return new Promise(resolve => {
      const listener = memory.onDidChangeState(state => {
        if (state.kind !== 'ready') return;
        listener.dispose();
        resolve(state);
      });
    });
  }

  it('marks no file while it answers a request', async () => {
    writeFileSync(join(folder, 'files/large.ts'), 'let someName = otherName + 1;\n'.repeat(6_000));
    await withEngine(async (memory, _log, reads, client) => {
      const isReading = new Promise<void>(resolve => {
        const listener = client.onDidRead(() => {
          if (reads.at(-1) !== 'large.ts') return;
          listener.dispose();
          resolve();
        });
      });
      const known = open(memory);
      await isReading;
      equal(reads.at(-1), 'large.ts');
      await client.complete(requestFor('let '), neverCancelled);
      equal(reads.at(-1), null);
      await known;
    });
  });

  it('is started again until it knows all other files, and keeps away from these in the next session', async () => {
    const write = (name: string, text: string) => {
      writeFileSync(join(folder, 'files', name), text);
    };
    write('good.ts', 'export const answer = 42;\n');
    for (const how of ['exit', 'hang', 'memory']) write(`${how}.ts`, `// deadly ${how}\n`);
    await withEngine(async (memory, log) => {
      const state = await open(memory);
      equal(state.files, 1);
      deepStrictEqual(state.leftOut, { 'engine-ended': 3 });
      const told = log.flatMap(line => /died while it read (\w+)/.exec(line)?.[1] ?? []);
      deepStrictEqual(told.sort(), ['exit', 'hang', 'memory']);
    }, 500);
    await withEngine(async (memory, log, reads) => {
      deepStrictEqual((await open(memory)).leftOut, { 'engine-ended': 3 });
      deepStrictEqual(
        reads.filter(path => path !== 'good.ts' && path !== null),
        [],
      );
      ok(!log.some(line => line.includes('died while it read')));
      write('exit.ts', 'export const harmless = true;\n');
      const changed = await open(memory);
      equal(changed.files, 2);
      deepStrictEqual(changed.leftOut, { 'engine-ended': 2 });
    });
  });
});
