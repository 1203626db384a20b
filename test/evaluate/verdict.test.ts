// By which figures a trained model takes the place of the one before.

import { strictEqual } from 'node:assert/strict';
import type { JudgedFigures, Verdict } from '../../src/evaluate/verdict.ts';
import { verdictOf } from '../../src/evaluate/verdict.ts';

const before: JudgedFigures = {
  bitsPerByte: 0.5,
  tokenAccuracy: 0.7,
  lineExact: 0.3,
  lineSimilarity: 0.6,
  networkBitsPerByte: 1,
};

function check(after: Partial<JudgedFigures>, expected: Verdict): void {
  strictEqual(verdictOf({ ...before, ...after }, before), expected);
}

describe('evaluate/verdict', () => {
  it('is decided by bits, if there are enough of them', () => {
    check({ bitsPerByte: 0.49 }, 'better');
    check({ bitsPerByte: 0.4995 }, 'too-little-gain');
    check({ bitsPerByte: 0.51, lineExact: 0.4, lineSimilarity: 0.7 }, 'too-little-gain');
    check({ bitsPerByte: NaN }, 'too-little-gain');
  });

  it('is not better when lines are clearly completed worse', () => {
    check({ bitsPerByte: 0.4, lineExact: 0.28, lineSimilarity: 0.58 }, 'worse-lines');
    check({ bitsPerByte: 0.4, lineSimilarity: 0.57 }, 'worse-lines');
    check({ bitsPerByte: 0.4, lineExact: 0.295, lineSimilarity: 0.595 }, 'better');
  });

  it('weighs exact lines against similar ones', () => {
    check({ bitsPerByte: 0.4, lineExact: 0.34, lineSimilarity: 0.585 }, 'better');
    check({ bitsPerByte: 0.4, lineExact: 0.25, lineSimilarity: 0.61 }, 'worse-lines');
  });
});
