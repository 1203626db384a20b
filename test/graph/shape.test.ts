// Arithmetic of shapes whose dimensions are numbers or names.

import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import type { Dimension, Shape } from '../../src/graph/shape.ts';
import {
  addDimensions,
  broadcastShapes,
  dimensionAt,
  elementCount,
  formatShape,
  normalizeAxis,
  sameShape,
} from '../../src/graph/shape.ts';
import { constantTensor, float32Constant, int64Constant } from '../../src/graph/tensor.ts';

/** `'2,T'` is the shape [2, T]. */
function shapeOf(text: string): Shape {
  return text === ''
    ? []
    : text.split(',').map((part): Dimension => (/^\d+$/.test(part) ? Number(part) : part));
}

describe('graph/shape: broadcastShapes', () => {
  /** Either way round. `expected` is a shape, or what the error says. */
  function check(left: string, right: string, expected: string | RegExp): void {
    for (const [a, b] of [
      [left, right],
      [right, left],
    ] as const) {
      if (typeof expected === 'string') {
        deepStrictEqual(broadcastShapes(shapeOf(a), shapeOf(b)), shapeOf(expected));
      } else throws(() => broadcastShapes(shapeOf(a), shapeOf(b)), expected);
    }
  }

  it('stretches axes of one and adds leading ones', () => {
    check('', '', '');
    check('', '2,3', '2,3');
    check('2,3', '3', '2,3');
    check('T,1', '4', 'T,4');
    check('T,1', '1,P', 'T,P');
    check('1', 'T', 'T');
    check('0', '1', '0');
  });

  it('names both shapes and the axis that do not agree', () => {
    check('2,3', '2,4', /shapes \[2, \d\] and \[2, \d\] do not broadcast at axis 1/);
    check('T', 'P', /do not broadcast at axis 0/);
    check('T', '2', /do not broadcast at axis 0/);
    check('P+T', 'T+P', /do not broadcast/);
  });

  it('agrees with the definition on random shapes', () => {
    const size = fc.constantFrom<Dimension>(1, 1, 2, 'T');
    const shape = fc.array(size, { maxLength: 4 });
    fc.assert(
      fc.property(shape, shape, (left, right) => {
        const rank = Math.max(left.length, right.length);
        const pad = (one: Shape): Shape => [...Array<number>(rank - one.length).fill(1), ...one];
        const [a, b] = [pad(left), pad(right)];
        const fits = a.every((one, axis) => one === b[axis] || one === 1 || b[axis] === 1);
        if (!fits) throws(() => broadcastShapes(left, right));
        else
          deepStrictEqual(
            broadcastShapes(left, right),
            a.map((one, axis) => (one === 1 ? b[axis] : one)),
          );
      }),
      { seed: 1 },
    );
  });
});

describe('graph/shape: dimensions', () => {
  function check(dimensions: string, expected: Dimension): void {
    strictEqual(addDimensions(shapeOf(dimensions)), expected);
  }

  it('adds numbers and names', () => {
    check('', 0);
    check('2,3', 5);
    check('P,T', 'P+T');
    check('T,P', 'T+P');
    check('1,P,2,T', 'P+T+3');
    check('T,0', 'T');
  });

  it('counts axes from either end', () => {
    strictEqual(normalizeAxis(-1, 3), 2);
    strictEqual(normalizeAxis(0, 1), 0);
    strictEqual(dimensionAt(shapeOf('2,T'), -1), 'T');
    for (const axis of [2, -3, 0.5, NaN]) throws(() => normalizeAxis(axis, 2), RangeError);
    throws(() => dimensionAt([], 0), /axis 0 is outside a shape of rank 0/);
  });

  it('counts elements only where all sizes are known', () => {
    strictEqual(elementCount([]), 1);
    strictEqual(elementCount([2, 3, 4]), 24);
    strictEqual(elementCount([2, 0]), 0);
    throws(() => elementCount(['T', 2]), /\[T, 2\] has no size before it runs/);
  });

  it('compares and writes shapes', () => {
    ok(sameShape(shapeOf('2,T'), shapeOf('2,T')));
    for (const other of ['2', '2,P', '2,3', '2,T,1']) ok(!sameShape(shapeOf('2,T'), shapeOf(other)));
    strictEqual(formatShape(shapeOf('2,T')), '[2, T]');
  });
});

describe('graph/tensor', () => {
  function check(make: () => unknown, expected: RegExp): void {
    throws(make, (error: unknown) => {
      match(String(error), expected);
      return true;
    });
  }

  it('refuses data that does not fit the shape', () => {
    const six = new Float32Array(6);
    deepStrictEqual(constantTensor('float32', [2, 3], six).shape, [2, 3]);
    check(
      () => constantTensor('float32', [2, 2], six),
      /float32 constant of shape \[2, 2\] takes 16 bytes, got 24/,
    );
    check(() => constantTensor('int64', [6], six), /takes 48 bytes/);
    check(() => float32Constant([1], []), /takes 4 bytes, got 0/);
    check(() => int64Constant([2], [1]), /takes 16 bytes, got 8/);
  });

  it('takes a view by its own extent', () => {
    const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { bytes } = constantTensor('float32', [2], view);
    deepStrictEqual([...new Float32Array(Uint8Array.from(bytes).buffer)], [2, 3]);
  });
});
