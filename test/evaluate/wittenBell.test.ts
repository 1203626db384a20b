// Witten-Bell blending: a distribution, and by hand where that is easy.

import { ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { wittenBellProbability } from '../../src/evaluate/wittenBell.ts';
import { Evidence } from '../../src/memory/evidence.ts';

const even = new Float32Array(4).fill(0.25);

function evidenceOf(entries: readonly (readonly [token: number, order: number])[]): Evidence {
  const evidence = new Evidence();
  for (const [token, order] of entries) evidence.add(token, order, 1, false);
  return evidence;
}

describe('evaluate/wittenBell', () => {
  function check(entries: Parameters<typeof evidenceOf>[0], token: number, expected: number): void {
    strictEqual(wittenBellProbability(even, evidenceOf(entries), token), expected);
  }

  it('is by hand', () => {
    check([], 0, 0.25);
    check([[0, 1]], 0, (1 + 0.25) / 2);
    check([[0, 1]], 1, 0.25 / 2);
    // Order 1 finds both places, order 3 only the second; order 2 finds nothing beyond order 3.
    check(
      [
        [0, 1],
        [1, 3],
      ],
      1,
      (1 + (1 + 2 * 0.25) / 4) / 2,
    );
  });

  it('sums to one', () => {
    const entries = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 32 })), { maxLength: 20 });
    fc.assert(
      fc.property(entries, found => {
        const evidence = evidenceOf(found);
        const total = [0, 1, 2, 3].reduce(
          (sum, token) => sum + wittenBellProbability(even, evidence, token),
          0,
        );
        ok(Math.abs(total - 1) < 1e-9, `sums to ${total}`);
      }),
    );
  });
});
