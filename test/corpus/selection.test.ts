// Which files judge and which are kept: the held-out split and the order of relevance under a cap. Both are pure and
// must not depend on the order in which files come.

import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { CorpusFile } from '../../src/corpus/fileTree.ts';
import { splitHeldOut } from '../../src/corpus/heldOut.ts';
import { withinCap } from '../../src/corpus/withinCap.ts';

function files(count: number, sizeBytes = 1000): CorpusFile[] {
  return Array.from({ length: count }, (_, at) => ({ path: `src/f${at}.ts`, sizeBytes, mtimeMs: at }));
}

function heldOut(all: readonly CorpusFile[], seed?: number): string[] {
  const split = splitHeldOut(all, seed);
  return split.kind === 'split' ? split.heldOut.map(({ path }) => path) : [];
}

const shuffled = (all: readonly CorpusFile[]) => fc.shuffledSubarray([...all], { minLength: all.length });

describe('splitHeldOut', () => {
  it('holds out 10 %, at least 3 and at most 50', () => {
    const counts = [4, 30, 35, 100, 504, 2000].map(count => heldOut(files(count)).length);
    deepStrictEqual(counts, [3, 3, 4, 10, 50, 50]);
  });

  it('says when there are too few', () => {
    deepStrictEqual(splitHeldOut(files(3)), { kind: 'too-few', candidates: 3, needed: 4 });
    deepStrictEqual(splitHeldOut(files(100, 199)), { kind: 'too-few', candidates: 0, needed: 4 });
  });

  it('holds out code of some size only, and loses no file', () => {
    const others = ['README.md', 'a.json', 'b.css', 'small.ts'].map(path => ({
      path,
      sizeBytes: 100,
      mtimeMs: 0,
    }));
    const all = [...others, ...files(40)];
    const split = splitHeldOut(all);
    ok(split.kind === 'split' && split.heldOut.every(({ path }) => path.startsWith('src/')));
    deepStrictEqual(new Set([...split.workspace, ...split.heldOut]), new Set(all));
    deepStrictEqual(split.workspace.length + split.heldOut.length, all.length);
  });

  it('depends on the paths and the seed alone', () => {
    const all = files(60);
    const expected = heldOut(all);
    fc.assert(
      fc.property(shuffled(all), mixed => {
        deepStrictEqual(heldOut(mixed.map(file => ({ ...file, mtimeMs: 0 }))).sort(), [...expected].sort());
      }),
      { seed: 1 },
    );
    ok(heldOut(all, 1).join() !== expected.join());
    // The same on every machine and in every version: a change here makes reports incomparable.
    deepStrictEqual(expected, [
      'src/f3.ts',
      'src/f15.ts',
      'src/f18.ts',
      'src/f21.ts',
      'src/f23.ts',
      'src/f46.ts',
    ]);
  });

  it('spreads over the paths and changes little when a file comes', () => {
    const chosen = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      for (const path of heldOut(files(40), seed)) chosen.set(path, (chosen.get(path) ?? 0) + 1);
    }
    // 30 times each on average; six standard deviations are 31.
    ok(chosen.size === 40 && Math.max(...chosen.values()) < 61, [...chosen.values()].join(' '));
    const before = heldOut(files(101));
    const after = heldOut(files(102));
    ok(after.filter(path => !before.includes(path)).length <= 1);
  });
});

describe('withinCap', () => {
  /** `given` as `path sizeBytes mtimeMs`, separated by commas; `expected` the paths kept, in order. */
  function check(given: string, capBytes: number, expected: string): void {
    const all = given.split(', ').map(one => {
      const [path = '', size = '', time = '0'] = one.split(' ');
      return { path, sizeBytes: Number(size), mtimeMs: Number(time) };
    });
    const kept = withinCap(all, capBytes).kept.map(({ path }) => path);
    deepStrictEqual(kept.join(' '), expected);
  }

  it('puts sources before tests, documentation, markup and data', () => {
    check('a.json 1, b.html 1, c.md 1, d.test.ts 1, e.ts 1', 5, 'e.ts d.test.ts c.md b.html a.json');
    check('a.json 1, b.html 1, c.md 1, d.test.ts 1, e.ts 1', 2, 'e.ts d.test.ts');
  });

  it("puts the workspace's main languages before others, then what was changed last", () => {
    check('a.py 10 9, b.ts 50 1, c.ts 50 2', 110, 'c.ts b.ts a.py');
    check('a.py 60 9, b.ts 50 1, c.go 5 10', 115, 'a.py b.ts c.go');
    check('b.ts 1 5, a.ts 1 5', 2, 'a.ts b.ts');
  });

  it('passes over what does not fit, and fills up with what does', () => {
    check('a.ts 5 3, b.ts 9 2, c.ts 4 1', 10, 'a.ts c.ts');
    check('a.ts 5', 4, '');
  });

  it('keeps to the cap, loses no file, keeps all that fit, and does not depend on the order', () => {
    const path = fc.tuple(
      fc.constantFrom('a', 'b/t', 'test/c'),
      fc.nat(30),
      fc.constantFrom('ts', 'py', 'md', 'json', 'css'),
    );
    const file = fc.record({
      path: path.map(([folder, at, ending]) => `${folder}${at}.${ending}`),
      sizeBytes: fc.nat(100),
      mtimeMs: fc.nat(5),
    });
    const some = fc.uniqueArray(file, { selector: one => one.path, maxLength: 30 });
    fc.assert(
      fc.property(
        some.chain(all => fc.tuple(fc.constant(all), shuffled(all))),
        fc.nat(1500),
        ([all, mixed], cap) => {
          const { kept, dropped } = withinCap(all, cap);
          const bytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
          ok(bytes <= cap);
          deepStrictEqual(new Set([...kept, ...dropped]), new Set(all));
          ok(dropped.every(({ sizeBytes }) => bytes + sizeBytes > cap || bytes > cap - 100));
          deepStrictEqual(withinCap(mixed, cap), { kept, dropped });
          deepStrictEqual(withinCap(all, 3000).dropped, []);
        },
      ),
      { seed: 1 },
    );
  });
});
