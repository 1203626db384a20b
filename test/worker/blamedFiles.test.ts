// The file that an engine worked on when it died is left out until it changes: what the engine marks, whom the client
// blames, and real threads that die of a file.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { Files } from '../../src/base/files.ts';
import type { CorpusFile } from '../../src/corpus/fileTree.ts';
import { readFolders } from '../../src/evaluate/workspaceFiles.ts';
import { EngineClient } from '../../src/worker/client.ts';
import { MemoryClient } from '../../src/worker/memoryClient.ts';
import type { MemoryState } from '../../src/worker/messages.ts';
import { nodeFiles } from '../../src/worker/nodeStorage.ts';
import { PostedMark } from '../../src/worker/postedMark.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine } from '../support/engineBundle.ts';
import { engineOptions, FakeWorker, recordingLogger, requestFor } from './support/fakeWorker.ts';
import { IndexerBench } from './support/indexerBench.ts';
import { bundledOptions } from './support/realEngine.ts';
import { MemoryBytes, MemoryFiles } from './support/memoryFiles.ts';

/** A PostedMark and what it has posted, as paths. */
function recordedMark(isBusy: () => boolean = () => false) {
  const posted: (string | null)[] = [];
  const mark = new PostedMark(message => {
    if (message.kind === 'reading') posted.push(message.file?.path ?? null);
  }, isBusy);
  return { mark, posted };
}

describe('the mark of the file that is worked on', () => {
  const bench = new IndexerBench();
  afterEach(() => bench.stop());

  const long = 'let someName = otherName + 1;\n'.repeat(4_000);

  it('stands at the file in each slice of the work on it, and nowhere at the end', async () => {
    const files = new MemoryFiles({ 'a.ts': long, 'b.ts': 'let b;\n', 'c.ts': long });
    const { mark, posted } = recordedMark();
    const wrong: string[] = [];
    let slices = 0;
    const onSlice = (path: string): void => {
      slices++;
      if (posted.at(-1) !== path) wrong.push(`${path} while ${posted.at(-1)} was marked`);
    };
    const { done } = bench.start(files, { mark, onSlice, sliceMs: 0 });
    await done();
    deepStrictEqual(wrong, []);
    equal(posted.at(-1), null);
    ok(slices > 10, 'the work was not done in slices');
    ok(posted.length < 12, `${posted.length} messages for three files`);
  });

  it('stands at no file between the slices while a request is answered', async () => {
    const files = new MemoryFiles({ 'a.ts': long });
    const { mark, posted } = recordedMark(() => true);
    let between = 0;
    const { done } = bench.start(files, {
      mark: {
        set: file => {
          if (posted.at(-1) === null) between++;
          mark.set(file);
        },
        pause: () => {
          mark.pause();
          equal(posted.at(-1), null);
        },
        clear: () => {
          mark.clear();
        },
      },
      sliceMs: 0,
    });
    await done();
    ok(between > 2);
  });

  it('stands at the file while it is judged, before any of it is encoded', async () => {
    const text = 'let answer = 42;\n'.repeat(20);
    const files = new MemoryFiles(
      Object.fromEntries('abcdefghij'.split('').map(name => [`${name}.ts`, text])),
    );
    const { mark, posted } = recordedMark();
    const skip = [{ path: 'c.ts', ...(await files.stat('c.ts')) }];
    const changed = [{ path: 'd.ts', sizeBytes: 1, mtimeMs: 1 }];
    const folders = [{ prefix: '', tree: files, rules: {} }];
    const read = await readFolders(folders, { seed: 0, mark, skip: [...skip, ...changed] });
    deepStrictEqual(
      posted.filter(path => path !== null),
      'abdefghij'.split('').map(name => `${name}.ts`),
    );
    equal(posted.at(-1), null);
    deepStrictEqual(read.report.leftOut['engine-ended']?.examples, ['c.ts']);
    ok(!files.reads.includes('c.ts'));
  });
});

describe('an indexer that is to leave out a file', () => {
  const bench = new IndexerBench();
  afterEach(() => bench.stop());

  it('does not read it, also after a restart, until it changes', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a;\n', 'deadly.ts': 'let b;\n' });
    const store = new MemoryBytes();
    const skip = [{ path: 'deadly.ts', ...(await files.stat('deadly.ts')) }];
    const first = bench.start(files, { store, skip });
    deepStrictEqual((await first.done()).leftOut, { 'engine-ended': 1 });
    await first.indexer.stop(true);

    // Another session knows of it only by what was kept.
    const second = bench.start(files, { store });
    deepStrictEqual((await second.done()).leftOut, { 'engine-ended': 1 });
    second.indexer.changed(['deadly.ts']);
    second.indexer.rescan();
    await second.done();
    deepStrictEqual(files.reads, ['a.ts']);

    files.write('deadly.ts', 'let harmless;\n');
    second.indexer.changed(['deadly.ts']);
    deepStrictEqual((await second.done()).leftOut, {});
    deepStrictEqual(Object.keys(second.known()), ['a.ts', 'deadly.ts']);
  });

  for (const way of ['reported', 'found']) {
    it(`forgets what it knew of it when it is ${way}`, async () => {
      const files = new MemoryFiles({ 'a.ts': 'let a;\n', 'deadly.ts': 'let b;\n' });
      const { indexer, done, known, rules } = bench.start(files);
      await done();
      files.write('deadly.ts', 'let worse;\n');
      indexer.open({ ...rules, skip: [{ path: 'deadly.ts', ...(await files.stat('deadly.ts')) }] });
      if (way === 'reported') indexer.changed(['deadly.ts']);
      deepStrictEqual((await done()).leftOut, { 'engine-ended': 1 });
      deepStrictEqual(Object.keys(known()), ['a.ts']);
    });
  }
});

describe('the client of an engine that dies of a file', () => {
  const workspace = { folders: [], capBytes: 1, storeFile: null, storeKey: '' };
  const file = (path: string): CorpusFile => ({ path, sizeBytes: 9, mtimeMs: 7 });
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  function start() {
    const workers: FakeWorker[] = [];
    const logger = recordingLogger();
    const client = new EngineClient({
      startWorker() {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      options: engineOptions,
      logger,
      limits: { restarts: { delaysMs: [1, 1, 1, 1], windowMs: 60_000 } },
    });
    const memory = new MemoryClient({
      client,
      askTree: () => Promise.reject(new Error('nothing is asked')),
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
    worker().load();
    const reads = (path: string | null) => {
      worker().say({ kind: 'reading', file: path === null ? null : file(path) });
    };
    const ready = () =>
      new Promise<void>(resolve => {
        const count = workers.length;
        const look = (): void => {
          if (workers.length === count) {
            setTimeout(look, 1);
            return;
          }
          worker().load();
          resolve();
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
        .workspace.skip?.map(({ path }) => path);
    return { client, memory, worker, workers, logger, reads, die, ready, skipped };
  }

  it('has it left out by the next, one after another, and says so once', async () => {
    const { reads, die, skipped, logger } = start();
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
    const { client, reads, die, skipped, ready } = start();
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
    const { client, reads, die, ready, worker, skipped } = start();
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
    const { memory, reads, die, skipped } = start();
    reads('a.ts');
    await die();
    deepStrictEqual(skipped(), ['a.ts']);
    await memory.forget(undefined);
    memory.open(workspace);
    equal(skipped(), undefined);
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
      logger,
      limits: { requestTimeoutMs, restarts: { delaysMs: [1, 1, 1, 1], windowMs: 600_000 } },
    });
    const memory = new MemoryClient({
      client,
      askTree: () => Promise.reject(new Error('asked')),
      files: nodeFiles,
      logger,
    });
    client.onDidReceive(message => {
      if (message.kind !== 'reading') return;
      reads.push(message.file?.path ?? null);
      // A hang shows only when a request is not answered.
      if (message.file?.path === 'hang.ts') void client.complete(requestFor('let '), neverCancelled);
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
        const listener = client.onDidReceive(({ kind }) => {
          if (kind !== 'reading' || reads.at(-1) !== 'large.ts') return;
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
