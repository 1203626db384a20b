// Positions sorted by context, against a plain sort, and the sliced work that does it.

import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { boundary, deepestContext, sortByContext } from '../../src/memory/contextSort.ts';
import { finish } from '../../src/memory/workspaceMemory.ts';

/** What `sortByContext` promises, done the slow way. */
function sortedPlainly(tokens: Int32Array): number[] {
  const context = (position: number, back: number) => tokens[position - back] ?? boundary;
  const positions = [...tokens.keys()].filter(at => tokens[at] !== boundary);
  return positions.sort((a, b) => {
    for (let back = 1; back <= deepestContext; back++) {
      const difference = context(a, back) - context(b, back);
      if (difference !== 0) return difference;
      if (context(a, back) === boundary) break;
    }
    return a - b;
  });
}

describe('memory/contextSort', () => {
  function check(files: readonly (readonly number[])[], vocabularySize: number): void {
    const tokens = Int32Array.from(files.flatMap(file => [boundary, ...file]));
    deepStrictEqual([...finish(sortByContext(tokens, vocabularySize))], sortedPlainly(tokens));
  }

  it('sorts as a plain sort does', () => {
    const file = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 5 }), files => {
        check(files, 4);
      }),
    );
  });

  it('sorts runs that are longer than the deepest context', () => {
    check([new Array<number>(200).fill(1), new Array<number>(100).fill(1)], 2);
    check([[...new Array<number>(80).fill(0), 1, ...new Array<number>(80).fill(0)]], 2);
  });

  it('sorts nothing, and one token', () => {
    check([[]], 1);
    check([[0]], 1);
  });

  it('lets something else run in between', () => {
    const tokens = Int32Array.from([boundary, ...Array.from({ length: 200_000 }, (_, at) => (at * at) % 50)]);
    const work = sortByContext(tokens, 50);
    let slices = 0;
    while (work.next().done !== true) slices++;
    ok(slices > 10, `${slices} slices`);
  });
});
