// Edit similarity against distances counted by hand, and against its own laws.

import { ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { editSimilarity } from '../../src/evaluate/similarity.ts';

function check(a: string, b: string, distance: number): void {
  strictEqual(editSimilarity(a, b), 1 - distance / Math.max(a.length, b.length));
  strictEqual(editSimilarity(b, a), editSimilarity(a, b));
}

describe('evaluate/similarity', () => {
  it('counts insertions, deletions and replacements', () => {
    check('kitten', 'sitting', 3);
    check('saturday', 'sunday', 3);
    check('flaw', 'lawn', 2);
    check('', 'abc', 3);
    check('abc', 'abc', 0);
    check('foo(a, b)', 'foo(b, a)', 2);
    strictEqual(editSimilarity('', ''), 1);
  });

  it('obeys the triangle inequality', () => {
    const text = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
    const distance = (a: string, b: string) => (1 - editSimilarity(a, b)) * Math.max(a.length, b.length);
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        ok(distance(a, c) <= distance(a, b) + distance(b, c) + 1e-9);
        ok(distance(a, b) >= Math.abs(a.length - b.length) - 1e-9);
      }),
    );
  });
});
