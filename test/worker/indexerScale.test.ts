// The indexer under load: forgetting in the middle of work, storms of changes, a hundred thousand files, and somebody
// who waits for a suggestion.

import { equal, deepStrictEqual, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexedFolder } from '../../src/worker/indexing/indexerScan.ts';
import { IndexerBench } from './support/indexerBench.ts';
import { MemoryBytes, MemoryFiles } from './support/memoryFiles.ts';

describe('the indexer under load', () => {
  const bench = new IndexerBench();
  const start: IndexerBench['start'] = (files, options) => bench.start(files, options);

  afterEach(() => bench.stop());

  it('forgets everything: memory and store', async () => {
    const store = new MemoryBytes();
    const files = new MemoryFiles({ 'a.ts': 'let a;\n' });
    const { done, indexer, memory } = start(files, { store });
    await done();
    await indexer.stop(true);
    store.aside = store.bytes;
    await indexer.forget();
    deepStrictEqual([memory.files(), memory.size, store.bytes, store.aside], [[], 0, undefined, undefined]);
    indexer.rescan();
    indexer.changed(['a.ts']);
    await indexer.idle();
    equal(memory.size, 0);
  });

  it('forgets in the middle of indexing', async () => {
    const files = new MemoryFiles();
    for (let number = 0; number < 300; number++) files.write(`${number}.ts`, `let v${number};\n`.repeat(30));
    const store = new MemoryBytes();
    const { indexer, memory, states } = start(files, { store, sliceMs: 0 });
    while (!states.some(state => state.kind === 'indexing' && state.done > 0)) await sleep(1);
    await indexer.forget();
    equal(memory.size, 0);
    equal(store.bytes, undefined);
  });

  it('survives a branch switch that touches 10,000 files, hiding stale text at once', async function () {
    this.timeout(60_000);
    const files = new MemoryFiles();
    for (let number = 0; number < 10_000; number++)
      files.write(`d${number % 100}/${number}.ts`, `let old${number};\n`);
    const { indexer, done, continues, memory, states } = start(files);
    await done();
    ok(continues('let', ' old'));
    for (let number = 0; number < 10_000; number++)
      files.write(`d${number % 100}/${number}.ts`, `let new${number};\n`);
    states.length = 0;
    const readBefore = files.reads.length;
    // Ten waves of reports, as a slow checkout makes them.
    for (let wave = 0; wave < 10; wave++) indexer.rescan();
    while (memory.size > 0 && continues('let', ' old')) await sleep(0);
    const readMeanwhile = files.reads.length - readBefore;
    ok(readMeanwhile <= 2_000, `stale text was offered until ${readMeanwhile} files were read`);
    await done();
    ok(continues('let', ' new'));
    ok(files.reads.length < 25_000, `${files.reads.length} reads`);
  });

  it('takes 100,000 tiny files, reading each once', async function () {
    this.timeout(120_000);
    const names = Array.from({ length: 100_000 }, (_, number) => `f${number}.ts`);
    const bytes = new TextEncoder().encode('let x = 1;\n');
    const folders = 100;
    let reads = 0;
    const tree: IndexedFolder['tree'] = {
      list: folder =>
        Promise.resolve(
          folder === ''
            ? Array.from({ length: folders }, (_, at) => ({ name: `d${at}`, kind: 'folder' as const }))
            : names.slice(0, names.length / folders).map(name => ({ name, kind: 'file' as const })),
        ),
      stat: () => Promise.resolve({ sizeBytes: bytes.byteLength, mtimeMs: 1 }),
      read: () => {
        reads++;
        return Promise.resolve(bytes);
      },
    };
    const { done } = start([{ prefix: '', tree, rules: {} }]);
    equal((await done()).files, 100_000);
    equal(reads, 100_000);
  });

  it('does next to nothing while somebody waits for an answer', async () => {
    const files = new MemoryFiles();
    for (let number = 0; number < 400; number++) files.write(`${number}.ts`, `let v${number};\n`.repeat(60));
    const { done, states, memory, traffic } = start(files, { sliceMs: 0 });
    while (!states.some(state => state.kind === 'indexing' && state.done > 20)) await sleep(0);
    traffic.enter();
    await new Promise(resolve => setImmediate(resolve));
    const [before, sizeBefore] = [files.reads.length, memory.size];
    await sleep(40);
    ok(files.reads.length - before <= 32, `${files.reads.length - before} files were read meanwhile`);
    equal(memory.size, sizeBefore);
    traffic.leave();
    await done();
  });
});
