// The indexer on a workspace in memory, with the real tokenizer: what it reads, what memory then knows, and what it
// makes of all that can be wrong with files and store.

import { deepStrictEqual, equal, match, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { IndexerBench, plenty } from './support/indexerBench.ts';
import { MemoryBytes, MemoryFiles } from './support/memoryFiles.ts';

describe('the indexer', () => {
  const bench = new IndexerBench();
  const start: IndexerBench['start'] = (files, options) => bench.start(files, options);

  afterEach(() => bench.stop());

  it('remembers the files of a workspace with their headers, and says what it left out', async () => {
    const files = new MemoryFiles({
      'src/a.ts': 'export const answer = 42;\n',
      'src/b.py': 'import os\n',
      '.gitignore': 'build/\n',
      'build/a.js': 'x',
      '.env': 'TOKEN=abc',
      'big.lock': 'x',
    });
    const { known, done, continues } = start(files);
    const state = await done();
    deepStrictEqual(Object.keys(known()), ['.gitignore', 'src/a.ts', 'src/b.py']);
    equal(known()['src/a.ts'], '// src/a.ts\nexport const answer = 42;\n');
    ok(continues('export const', ' answer'));
    equal(state.files, 3);
    deepStrictEqual(state.leftOut, { ignored: 1, secret: 1, generated: 1 });
    ok(!files.reads.some(path => path.startsWith('build/') || path === '.env'));
  });

  it('reads nothing twice: not after a look at an unchanged workspace, nor after a restart', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a = 1;\n', 'b.ts': 'let b = 2;\n', 'odd.ts': 'x\0y' });
    const store = new MemoryBytes();
    const first = start(files, { store });
    await first.done();
    const reads = files.reads.length;
    equal(reads, 3);
    first.indexer.rescan();
    await first.done();
    equal(files.reads.length, reads);
    await first.indexer.stop(true);
    equal(store.saves, 1);

    const second = start(files, { store });
    const state = await second.done();
    equal(files.reads.length, reads);
    equal(state.filesRead, 0);
    deepStrictEqual(state.leftOut, { binary: 1 });
    deepStrictEqual(second.known(), first.known());
    await second.indexer.stop(true);
    equal(store.saves, 1, 'nothing changed, so nothing is saved');
  });

  it('reads after a restart only what changed, and forgets what is gone', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a;\n', 'b.ts': 'let b;\n', 'c.ts': 'let c;\n' });
    const store = new MemoryBytes();
    const first = start(files, { store });
    await first.done();
    await first.indexer.stop(true);
    files.reads.length = 0;
    files.write('b.ts', 'let bee;\n');
    files.delete('c.ts');
    files.write('d.ts', 'let d;\n');
    const { known, done } = start(files, { store });
    await done();
    deepStrictEqual(files.reads.sort(), ['b.ts', 'd.ts']);
    deepStrictEqual(Object.values(known()), [
      '// a.ts\nlet a;\n',
      '// b.ts\nlet bee;\n',
      '// d.ts\nlet d;\n',
    ]);
  });

  for (const [what, damage] of Object.entries({
    damaged: (store: MemoryBytes) => store.bytes?.fill(7, 30, 40),
    truncated: (store: MemoryBytes) => (store.bytes = store.bytes?.slice(0, 50)),
    empty: (store: MemoryBytes) => (store.bytes = new Uint8Array()),
  })) {
    it(`sets aside a store that is ${what}, says so, and builds it anew`, async () => {
      const files = new MemoryFiles({ 'a.ts': 'let a;\n', 'b.ts': 'let b;\n' });
      const store = new MemoryBytes();
      const first = start(files, { store });
      await first.done();
      await first.indexer.stop(true);
      damage(store);
      const second = start(files, { store });
      await second.done();
      deepStrictEqual(second.known(), first.known());
      ok(store.aside !== undefined);
      match(
        second.logger.lines.join('\n'),
        /warn: .*memory\.bin is damaged; set aside as memory\.bin\.damaged/,
      );
      await second.indexer.stop(true);
      equal(store.saves, 2);
    });
  }

  it('does not take a store of another tokenizer for its own', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a;\n' });
    const store = new MemoryBytes();
    const first = start(files, { store });
    await first.done();
    await first.indexer.stop(true);
    const { done, logger, known } = start(files, { store, storeKey: 'another' });
    await done();
    match(logger.lines.join('\n'), /memory\.bin is of another model or version/);
    deepStrictEqual(Object.keys(known()), ['a.ts']);
  });

  it('works without a disk to write to, and warns once', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a;\n' });
    const store = new MemoryBytes();
    store.faults.add('save').add('load');
    const { done, indexer, logger, known } = start(files, {
      store,
      limits: { saveAfterMs: 5, saveEveryMs: 5 },
    });
    await done();
    for (let round = 1; round <= 3; round++) {
      await sleep(20);
      files.write('a.ts', `let a${round};\n`);
      indexer.changed(['a.ts']);
      await indexer.idle();
    }
    await sleep(20);
    await indexer.idle();
    equal(logger.lines.filter(line => /^warn: .*cannot be written/.test(line)).length, 1);
    deepStrictEqual(Object.values(known()), ['// a.ts\nlet a3;\n']);
    equal((await done()).isKept, false);
  });

  it('saves some time after a change, by itself', async () => {
    const store = new MemoryBytes();
    const files = new MemoryFiles({ 'a.ts': 'let a;\n' });
    const { done, indexer } = start(files, { store, limits: { saveAfterMs: 10, saveEveryMs: 10 } });
    await done();
    while (store.saves === 0) await sleep(5);
    files.write('a.ts', 'let other;\n');
    indexer.changed(['a.ts']);
    while (store.saves === 1) await sleep(5);
  });

  it('tries a save that failed again, without another change, until there is room', async () => {
    const store = new MemoryBytes();
    store.faults.add('save');
    const files = new MemoryFiles({ 'a.ts': 'let a;\n' });
    const { done, logger } = start(files, { store, limits: { saveAfterMs: 5, saveEveryMs: 5 } });
    await done();
    while (!logger.lines.some(line => /^debug: .*memory\.bin cannot be written/.test(line))) await sleep(5);
    equal((await done()).isKept, false);
    store.faults.clear();
    while (!(await done()).isKept) await sleep(5);
    equal(store.saves, 1);
  });

  it('follows files that are changed, created, renamed and deleted', async () => {
    const files = new MemoryFiles({ 'src/a.ts': 'let a;\n', 'src/b.ts': 'let b;\n' });
    const { indexer, known, done, continues } = start(files);
    await done();
    files.write('src/a.ts', 'let changed;\n');
    files.write('src/new.ts', 'let created;\n');
    indexer.changed(['src/a.ts', 'src/new.ts']);
    await done();
    ok(continues('let', ' changed') && continues('let', ' created') && !continues('let', ' a'));
    files.delete('src/b.ts');
    files.write('src/c.ts', 'let b;\n');
    indexer.changed(['src/b.ts', 'src/c.ts']);
    await done();
    deepStrictEqual(Object.keys(known()), ['src/a.ts', 'src/c.ts', 'src/new.ts']);
    files.reads.length = 0;
    indexer.changed(['gone.ts', 'src/c.ts']);
    await done();
    deepStrictEqual(files.reads, ['src/c.ts']);
  });

  it('follows folders that are renamed as a whole', async () => {
    const files = new MemoryFiles({
      'src/a.ts': 'let a;\n',
      'src/deep/b.ts': 'let b;\n',
      'c.ts': 'let c;\n',
    });
    const { indexer, known, done } = start(files);
    await done();
    for (const path of ['a.ts', 'deep/b.ts']) {
      files.delete(`src/${path}`);
      files.write(`lib/${path}`, 'let moved;\n');
    }
    indexer.changed(['src', 'lib']);
    await done();
    deepStrictEqual(Object.keys(known()), ['c.ts', 'lib/a.ts', 'lib/deep/b.ts']);
  });

  it('does not look at everything because of a folder that is left out', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a;\n', '.gitignore': 'out/\n', 'out/x/a.js': 'x' });
    const { indexer, done } = start(files);
    await done();
    files.listed.length = 0;
    indexer.changed(['out/x', 'out/x/a.js']);
    await done();
    deepStrictEqual(files.listed, ['']);
  });

  it('reads a file that changed while it was read once more', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let first;\n' });
    files.onRead = path => {
      files.onRead = () => undefined;
      files.write(path, 'let second;\n');
    };
    const { known, done, indexer } = start(files);
    await done();
    equal(files.reads.length, 2);
    deepStrictEqual(Object.values(known()), ['// a.ts\nlet second;\n']);

    // One that never rests is taken as it is, and again at the next look.
    let version = 0;
    files.onRead = path => {
      files.write(path, `let v${++version};\n`);
    };
    indexer.changed(['a.ts']);
    await done();
    equal(files.reads.length, 4);
    files.onRead = () => undefined;
    indexer.rescan();
    await done();
    deepStrictEqual(Object.values(known()), ['// a.ts\nlet v2;\n']);
  });

  it('passes over what cannot be read, and takes it when it can', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a;\n', 'locked/b.ts': 'let b;\n', 'c.ts': 'let c;\n' });
    files.fail('locked', 'permission denied');
    files.fail('c.ts', 'permission denied');
    const { known, done, indexer } = start(files);
    deepStrictEqual((await done()).leftOut, { unreadable: 2 });
    files.fail('locked', undefined);
    files.fail('c.ts', undefined);
    indexer.rescan();
    await done();
    deepStrictEqual(Object.keys(known()), ['a.ts', 'c.ts', 'locked/b.ts']);
  });

  it('keeps what it knows when the whole folder cannot be read, in the store too', async () => {
    const files = new MemoryFiles({ 'a.ts': 'let a;\n' });
    const store = new MemoryBytes();
    const first = start(files, { store });
    await first.done();
    files.fail('', 'the share is gone');
    first.indexer.rescan();
    await first.done();
    deepStrictEqual(Object.keys(first.known()), ['a.ts']);
    await first.indexer.stop(true);
    const saved = store.bytes;

    const second = start(files, { store });
    await second.done();
    deepStrictEqual(second.known(), {});
    await second.indexer.stop(true);
    equal(store.bytes, saved);

    files.reads.length = 0;
    const third = start(files, { store });
    await third.done();
    files.fail('', undefined);
    third.indexer.rescan();
    await third.done();
    deepStrictEqual(Object.keys(third.known()), ['a.ts']);
    deepStrictEqual(files.reads, []);
  });

  it('stays within the cap, keeps sources before the rest, and ranks anew when it is exceeded', async () => {
    const body = (name: string) => `export const ${name} = "${name.repeat(20)}";\n`.repeat(20);
    const files = new MemoryFiles({ 'notes.md': body('n'), 'a.ts': body('a'), 'b.ts': body('b') });
    const capBytes = 2 * body('a').length + 10;
    const { known, done, indexer } = start(files, { capBytes });
    deepStrictEqual((await done()).leftOut, { 'over-cap': 1 });
    deepStrictEqual(Object.keys(known()), ['a.ts', 'b.ts']);
    files.write('c.ts', body('c'));
    indexer.changed(['c.ts']);
    await done();
    deepStrictEqual(Object.keys(known()), ['b.ts', 'c.ts']);
  });

  it('holds several folders apart by their prefixes, and by the rules of each', async () => {
    const one = new MemoryFiles({ 'a.ts': 'let one;\n', 'x.js': 'let x;\n' });
    const two = new MemoryFiles({ 'a.ts': 'let two;\n' });
    const folders = [
      { prefix: 'one/', tree: one, rules: { excludes: [{ '**/*.js': true }] } },
      { prefix: 'two/', tree: two, rules: {} },
    ];
    const { known, done, indexer } = start(folders);
    await done();
    deepStrictEqual(known(), {
      'one/a.ts': '// one/a.ts\nlet one;\n',
      'two/a.ts': '// two/a.ts\nlet two;\n',
    });
    two.write('a.ts', 'let three;\n');
    indexer.changed(['two/a.ts', 'three/a.ts']);
    await done();
    equal(known()['two/a.ts'], '// two/a.ts\nlet three;\n');
    indexer.open({ folders: folders.slice(0, 1), capBytes: plenty });
    await done();
    deepStrictEqual(Object.keys(known()), ['one/a.ts']);
  });
});
