// What the indexes find, against looking at every position.

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { deepestContext } from '../../src/memory/contextSort.ts';
import { Evidence } from '../../src/memory/evidence.ts';
import { RecentMemory } from '../../src/memory/recent.ts';
import { Segment } from '../../src/memory/segment.ts';
import { kindsOf, TextAfter, tokenKinds } from '../../src/memory/textAfter.ts';
import { finish, WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';

/** `order:token` of each occurrence, sorted; an occurrence that stands for several counts as often. */
function found(evidence: Evidence): string[] {
  const all: string[] = [];
  for (let entry = 0; entry < evidence.count; entry++) {
    for (let times = 0; times < Math.round(evidence.weights[entry] ?? 0); times++) {
      all.push(`${evidence.orders[entry]}:${evidence.tokens[entry]}`);
    }
  }
  return all.sort();
}

/** Every place of the files whose context ends like `context`, as `order:token`. */
function occurrences(
  files: readonly (readonly number[])[],
  context: readonly number[],
  minOrder = 1,
): string[] {
  const all: string[] = [];
  for (const file of files) {
    for (let position = 1; position < file.length; position++) {
      let order = 0;
      while (
        order < deepestContext &&
        order < position &&
        order < context.length &&
        file[position - 1 - order] === context[context.length - 1 - order]
      ) {
        order++;
      }
      if (order >= minOrder) all.push(`${order}:${file[position]}`);
    }
  }
  return all.sort();
}

// Few enough that nothing is sampled.
const file = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 });
const files = fc.array(file, { minLength: 1, maxLength: 4 });
const context = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 8 });
const named = (all: readonly (readonly number[])[]) => all.map((tokens, at) => ({ path: `f${at}`, tokens }));

describe('memory/segment', () => {
  function check(all: readonly (readonly number[])[], asked: readonly number[]): void {
    const evidence = new Evidence();
    finish(Segment.build(named(all), 6)).collect(asked, asked.length, undefined, evidence);
    deepStrictEqual(found(evidence), occurrences(all, asked));
  }

  it('finds every place with the same context', () => {
    fc.assert(fc.property(files, context, check));
  });

  it('stands for all places when it reads only a sample', () => {
    const tokens = Array.from({ length: 3000 }, (_, at) => (at % 2 === 0 ? 1 : 2 + (((at / 2) % 3) | 0)));
    const evidence = new Evidence();
    finish(Segment.build([{ path: 'f', tokens }], 6)).collect([1], 1, undefined, evidence);
    let total = 0;
    for (let entry = 0; entry < evidence.count; entry++) total += evidence.weights[entry] ?? 0;
    strictEqual(Math.round(total), 1500);
  });

  it('knows of the open file what stands far enough after the cursor', () => {
    const segment = finish(
      Segment.build(
        [
          { path: 'open', tokens: [1, 2, 1, 3, 1, 4] },
          { path: 'other', tokens: [1, 5] },
        ],
        6,
      ),
    );
    const check = (from: number | undefined, expected: readonly number[]) => {
      const evidence = new Evidence();
      segment.collect([1], 1, 'open', evidence, from);
      const tokens = Array.from({ length: evidence.count }, (_, entry) => evidence.tokens[entry] ?? -1);
      deepStrictEqual(tokens.toSorted(), expected);
    };
    check(undefined, [5]);
    check(0, [2, 3, 4, 5]);
    check(3, [3, 4, 5]);
    check(4, [4, 5]);
    check(6, [5]);
  });

  it('leaves out the file that is open, and hidden ones', () => {
    fc.assert(
      fc.property(files, context, fc.nat(3), fc.nat(3), (all, asked, open, hidden) => {
        const segment = finish(Segment.build(named(all), 6));
        segment.hide(`f${hidden}`);
        const evidence = new Evidence();
        segment.collect(asked, asked.length, `f${open}`, evidence);
        deepStrictEqual(
          found(evidence),
          occurrences(
            all.filter((_, at) => at !== open && at !== hidden),
            asked,
          ),
        );
      }),
    );
  });
});

describe('memory/recent', () => {
  function check(tokens: readonly number[], memory: RecentMemory): void {
    const evidence = new Evidence();
    memory.collect(evidence);
    deepStrictEqual(found(evidence), occurrences([tokens], tokens));
  }

  it('finds earlier places that end alike', () => {
    fc.assert(
      fc.property(file, tokens => {
        const memory = new RecentMemory();
        memory.follow({ document: tokens });
        check(tokens, memory);
      }),
    );
  });

  it('is as if made anew after any turn of the text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(file, file), { maxLength: 6 }), turns => {
        const memory = new RecentMemory();
        for (const [document, generated] of turns) {
          memory.follow({ document }, generated);
          check([...document, ...generated], memory);
        }
      }),
    );
  });

  it('holds what stands after the cursor as well, and tells it from what stands before', () => {
    const kinds = new Uint8Array(6).fill(tokenKinds.text);
    fc.assert(
      fc.property(fc.array(fc.tuple(file, file, file), { maxLength: 6 }), turns => {
        const memory = new RecentMemory();
        for (const [after, document, generated] of turns) {
          memory.follow({ document, after: new TextAfter(after, kinds) }, generated);
          const evidence = new Evidence();
          memory.collect(evidence);
          const before = [...document, ...generated];
          deepStrictEqual(found(evidence), occurrences([before, after], before));
        }
      }),
    );
  });

  it('grows', () => {
    const memory = new RecentMemory();
    memory.follow({ document: Array.from({ length: 5000 }, (_, at) => at % 700) });
    strictEqual(memory.size, 5000);
    const evidence = new Evidence();
    memory.collect(evidence);
    strictEqual(evidence.tokens[0], 5000 % 700);
    strictEqual(evidence.orders[0], deepestContext);
  });
});

describe('memory/textAfter', () => {
  // Tokens by what they spell.
  const spelt = ['a', 'b', 'c', 'd', ' ', '\n', ';\n', '\n\n', 'e'];
  const ids = (...texts: readonly string[]) => texts.map(text => spelt.indexOf(text));
  const kinds = kindsOf(spelt);

  /** `text` goes on at `place`; the cursor's line is followed by `after`. */
  function check(
    after: readonly string[],
    text: readonly string[],
    place: number,
    expected: number,
    length = text.length,
  ): void {
    const known = new TextAfter(ids(...after), kinds);
    strictEqual(known.agreement(Int32Array.from(ids(...text)), place, length), expected);
  }

  it('tells kinds of tokens', () => {
    const { text, blank, lineEnd } = tokenKinds;
    deepStrictEqual(
      [...kindsOf(['x', ' ', '\t ', '\n', ') {\n', '', undefined])],
      [text, blank, blank, lineEnd, lineEnd, text, text],
    );
  });

  it('counts the tokens in which the next lines of code agree', () => {
    check(['\n', 'c', 'd'], ['a', 'b', '\n', 'c', 'd'], 1, 2);
    check(['\n', 'c', 'd'], ['a', 'b', '\n', 'c', 'e'], 1, 1);
    check(['\n', 'c', 'd'], ['a', 'b', '\n', 'e', 'd'], 1, 0);
    check(['\n', 'c', 'd'], ['a', ';\n', 'c', 'd'], 1, 2);
  });

  it('passes over indentation and blank lines on both sides', () => {
    check(['\n\n', ' ', 'c', 'd'], ['a', 'b', '\n', ' ', ' ', 'c', 'd'], 1, 2);
    check(['\n', 'c', 'd'], ['a', 'b', '\n', '\n\n', 'c', 'd'], 1, 2);
  });

  it('stops at the end of what is known, and of the file', () => {
    check(['\n', 'c', 'd'], ['a', 'b', '\n', 'c', 'd'], 1, 1, 4);
    check(['\n', 'c', 'd'], ['a', 'b', 'none', '\n', 'c', 'd'], 1, 0);
    check(['\n', 'c', 'd'], ['a', 'b'], 1, 0);
    check(['\n', ' '], ['a', 'b', '\n', ' '], 1, 0);
    check(['\n', 'c'], ['a', ...Array<string>(60).fill('b'), '\n', 'c'], 1, 0);
    check(['\n', ...Array<string>(20).fill('c')], ['\n', ...Array<string>(20).fill('c')], 0, 8);
  });

  it('prefers, of places that begin alike, the one that goes on alike', () => {
    // "a b" is followed by "c" or by "d", more often by "c"; the next line decides.
    const text = [
      ...ids('a', 'b', 'c', '\n', 'e', '\n'),
      ...ids('a', 'b', 'c', '\n', 'e', '\n'),
      ...ids('a', 'b', 'd', '\n', 'a', '\n'),
    ];
    const memory = new WorkspaceMemory(spelt.length);
    finish(memory.update([{ path: 'f', tokens: text }]));
    const evidence = new Evidence();
    evidence.clear(new TextAfter(ids('\n', 'a', '\n'), kinds));
    memory.collect(ids('a', 'b'), 2, 'open', evidence);
    deepStrictEqual(found(evidence), ['2:2', '2:2', '4:3']);
    evidence.clear();
    memory.collect(ids('a', 'b'), 2, 'open', evidence);
    deepStrictEqual(found(evidence), ['2:2', '2:2', '2:3']);
  });
});

describe('memory/workspaceMemory', () => {
  const change = fc.record({ path: fc.integer({ min: 0, max: 6 }), tokens: fc.option(file) });

  it('after any changes holds the files as they are, however they are split into segments', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), context, (changes, asked) => {
        const memory = new WorkspaceMemory(6);
        const expected = new Map<number, readonly number[]>();
        for (const { path, tokens } of changes) {
          if (tokens === null) {
            strictEqual(memory.remove(`f${path}`), expected.delete(path));
          } else {
            finish(memory.update([{ path: `f${path}`, tokens }]));
            expected.set(path, tokens);
          }
        }
        const evidence = new Evidence();
        memory.collect(asked, asked.length, 'none', evidence);
        deepStrictEqual(found(evidence), occurrences([...expected.values()], asked));
        const size = [...expected.values()].reduce((sum, { length }) => sum + length, 0);
        strictEqual(memory.size, size);
        const paths = memory.files().map(({ path }) => path);
        deepStrictEqual(paths.sort(), [...expected.keys()].map(path => `f${path}`).sort());
        const frequencies = memory.frequencies();
        const ones = [...expected.values()].flat().filter(token => token === 1).length;
        strictEqual(frequencies[1], Math.fround((ones + 0.5) / (size + 3)));
      }),
      { numRuns: 300 },
    );
  });

  it('stays within few segments and twelve bytes a token', () => {
    const memory = new WorkspaceMemory(100);
    for (let at = 0; at < 40; at++) {
      const tokens = Array.from({ length: 500 }, (_, index) => (index * (at + 3)) % 100);
      finish(memory.update([{ path: `f${at}`, tokens }]));
    }
    strictEqual(memory.segmentCount <= 5, true);
    strictEqual(memory.sizeBytes <= 12 * memory.size, true);
    memory.clear();
    strictEqual(memory.size, 0);
    const evidence = new Evidence();
    memory.collect([1, 2], 2, '', evidence);
    strictEqual(evidence.count, 0);
  });
});
