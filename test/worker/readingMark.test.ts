// The mark of the file that an engine works on, slice by slice, and the files that an indexer or a walk is to leave out.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { readFolders } from '../../src/evaluate/workspaceFiles.ts';
import { PostedMark } from '../../src/worker/host/postedMark.ts';
import { IndexerBench } from './support/indexerBench.ts';
import { MemoryBytes, MemoryFiles } from './support/memoryFiles.ts';

/** A PostedMark and what it has posted, as paths. */
function recordedMark(isBusy: () => boolean = () => false) {
  const posted: (string | null)[] = [];
  const mark = new PostedMark(file => posted.push(file?.path ?? null), isBusy);
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
