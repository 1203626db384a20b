// Rows must give each token of each file once, in any order, and count nothing else.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LearntFile } from '../../src/train/rows.ts';
import { rowsOfEpoch } from '../../src/train/rows.ts';

const file = (head: readonly number[], body: readonly number[]): LearntFile => ({ head, body });

/** The tokens that count, each with the token before it. */
function learnt(files: readonly LearntFile[], rowTokens: number, seed = 0, epoch = 0): string[] {
  return rowsOfEpoch(files, rowTokens, seed, epoch).flatMap(({ tokens, targets, mask }) =>
    [...targets].flatMap((target, at) => (mask[at] === 1 ? [`${tokens[at] ?? -1}>${target}`] : [])),
  );
}

describe('rows to learn from', () => {
  it('learns each token of a file once an epoch, each stretch behind the head', () => {
    const body = Array.from({ length: 100 }, (_, at) => 1000 + at);
    const rows = rowsOfEpoch([file([1, 2], body)], 64, 0, 0);
    assert.equal(rows.length, 2);
    const tokens = rows.map(row => [...row.tokens.slice(0, 3)]).sort((a, b) => (a[2] ?? 0) - (b[2] ?? 0));
    assert.deepEqual(tokens, [
      [1, 2, 1000],
      [1, 2, 1063],
    ]);
    const targets = rows.flatMap(row => [...row.targets].filter((_, at) => row.mask[at] === 1));
    assert.deepEqual([...targets].sort(), body);
  });

  it('counts neither heads nor what fills the last row', () => {
    const [row] = rowsOfEpoch([file([1, 2, 3], [4, 5])], 64, 0, 0);
    assert.equal(row?.tokens.length, 64);
    assert.deepEqual([...row.mask.slice(0, 6)], [0, 0, 1, 1, 0, 0]);
    assert.equal(
      row.mask.reduce((a, b) => a + b),
      2,
    );
  });

  it('gives any files completely, whatever their lengths', () => {
    const heads = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 16 });
    const bodies = fc.array(fc.integer({ min: 10, max: 99 }), { maxLength: 300 });
    fc.assert(
      fc.property(fc.array(fc.tuple(heads, bodies), { maxLength: 8 }), files => {
        const targets = learnt(
          files.map(([head, body]) => file(head, body)),
          64,
        ).map(pair => Number(pair.split('>')[1]));
        // The first token of a row has nothing before it; without a head it is a file's own.
        const most = files.flatMap(([, body]) => body).sort();
        const headless = files.every(([head]) => head.length > 0);
        if (headless) assert.deepEqual(targets.sort(), most);
        else assert.ok(targets.length <= most.length);
      }),
    );
  });

  it('shows a model that knows infilling what follows about every other stretch', () => {
    // 9 stands for a line end; 90, 91 and 92 announce.
    const body = Array.from({ length: 3000 }, (_, at) => (at % 7 === 6 ? 9 : 10 + (at % 7)));
    const infill = {
      prefix: 90,
      suffix: 91,
      middle: 92,
      longestSuffix: 8,
      startsLine: (token: number) => token === 9,
    };
    const rows = rowsOfEpoch([{ head: [1], body, infill }], 128, 0, 0);
    let stretches = 0;
    let infilled = 0;
    const targets: number[] = [];
    for (const { tokens, targets: next, mask } of rows) {
      targets.push(...[...next].filter((_, at) => mask[at] === 1));
      const row = [...tokens];
      for (const [at, token] of row.entries()) {
        if (token === 1) stretches++;
        if (token !== 90) continue;
        infilled++;
        assert.deepEqual([row[at - 1], row[at + 1], row[at + 2]], [1, 91, 9]);
        const middle = row.indexOf(92, at);
        assert.ok(middle <= at + 10);
        // The stretch goes on to where the text after it begins.
        const end = row.indexOf(1, middle);
        if (end !== -1) assert.equal(row[end - 1], 15, 'the last token of a line');
      }
    }
    assert.deepEqual(targets.sort(), body.toSorted());
    assert.ok(infilled > 0.3 * stretches && infilled < 0.7 * stretches, `${infilled} of ${stretches}`);
  });

  it('orders each epoch anew, and the same epoch always alike', () => {
    const files = Array.from({ length: 20 }, (_, at) => file([1], [10 + at, 20 + at, 30 + at]));
    assert.deepEqual(learnt(files, 64, 3, 1), learnt(files, 64, 3, 1));
    assert.notDeepEqual(learnt(files, 64, 3, 1), learnt(files, 64, 3, 2));
    assert.notDeepEqual(learnt(files, 64, 3, 1), learnt(files, 64, 4, 1));
  });
});
