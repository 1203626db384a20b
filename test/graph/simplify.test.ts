// Simplified graphs: fewer nodes, the same values.

import { deepStrictEqual, ok } from 'node:assert/strict';
import {
  add,
  matmul,
  mul,
  neg,
  reshape,
  scalar,
  sumAll,
  transpose,
  zeros,
} from '../../src/graph/arithmetic.ts';
import { backward } from '../../src/graph/backward.ts';
import type { Value } from '../../src/graph/graph.ts';
import { apply, applyMany, constant, input, topologicalNodes } from '../../src/graph/graph.ts';
import type { Op } from '../../src/graph/ops.ts';
import { simplify } from '../../src/graph/simplify.ts';
import { float32Constant, int64Constant } from '../../src/graph/tensor.ts';
import type { RuntimeTensor } from '../../src/runtime/session.ts';
import { largestDifference, runGraph } from '../support/engine.ts';
import { feed, randomTensor } from '../support/engineTensors.ts';

const x = input('x', 'float32', [3, 4]);
const y = input('y', 'float32', [3, 4]);
const feeds = { x: feed(randomTensor([3, 4], 1)), y: feed(randomTensor([3, 4], 2)) };

describe('graph/simplify', () => {
  /** With both inputs used, so that both can be fed. */
  async function run(value: Value): Promise<RuntimeTensor> {
    const { result } = await runGraph({ outputs: { result: value, usedX: x, usedY: y } }, feeds);
    ok(result !== undefined);
    return result;
  }

  /** The ops that are left, and the values are the same. */
  async function check(value: Value, expected: readonly Op[]): Promise<void> {
    const graph = { outputs: { value } };
    const simpler = simplify(graph);
    deepStrictEqual(
      topologicalNodes(simpler)
        .map(({ op }) => op)
        .sort(),
      expected.toSorted(),
    );
    const [before, after] = [await run(value), await run(simpler.outputs['value'] ?? value)];
    deepStrictEqual(after.shape, before.shape);
    const difference = largestDifference(Array.from(after.data, Number), Array.from(before.data, Number));
    ok(difference < 1e-6, `off by ${difference}`);
  }

  const square = () => mul(x, x);
  const indices = constant(int64Constant([3, 1], [3, 0, 3]));

  it('computes once what is computed twice', async () => {
    await check(add(square(), square()), ['Mul', 'Add']);
    await check(add(mul(x, scalar(2)), mul(x, scalar(2))), ['Mul', 'Add']);
    await check(add(mul(x, scalar(2)), mul(x, scalar(3))), ['Mul', 'Mul', 'Add']);
    await check(add(matmul(x, y, { transB: true }), matmul(x, y, { transB: true, alpha: 2 })), [
      'FusedMatMul',
      'FusedMatMul',
      'Add',
    ]);
    const [left, right] = [0, 1].map(() => applyMany('Split', [x], { axis: 1, sizes: [2, 2] }));
    ok(left?.[0] !== undefined && right?.[0] !== undefined && right[1] !== undefined);
    await check(add(left[0], right[0]), ['Split', 'Add']);
    await check(add(left[0], right[1]), ['Split', 'Add']);
  });

  it('tells inputs from constants, and constants by what they hold', async () => {
    const c = (values: number[]) => constant(float32Constant([4], values), 'c');
    await check(add(mul(x, c([1, 2, 3, 4])), mul(x, c([1, 2, 3, 4]))), ['Mul', 'Add']);
    await check(add(mul(x, c([1, 2, 3, 4])), mul(x, c([1, 2, 3, 5]))), ['Mul', 'Mul', 'Add']);
    await check(add(neg(x), neg(y)), ['Neg', 'Neg', 'Add']);
  });

  it('leaves out what changes nothing', async () => {
    await check(mul(x, scalar(1)), []);
    await check(mul(scalar(1), square()), ['Mul']);
    await check(add(zeros([3, 4]), square()), ['Mul']);
    await check(neg(neg(x)), []);
    await check(apply('Reshape', [apply('Reshape', [x], { shape: [12] })], { shape: [4, 3] }), ['Reshape']);
    await check(apply('Reshape', [apply('Reshape', [x], { shape: [12] })], { shape: [3, 4] }), []);
    await check(transpose(transpose(x, [1, 0]), [1, 0]), []);
    await check(transpose(transpose(reshape(x, [3, 2, 2]), [1, 2, 0]), [1, 2, 0]), ['Reshape', 'Transpose']);
    await check(apply('Expand', [x], { shape: [3, 4] }), []);
    await check(apply('Concat', [x], { axis: 0 }), []);
    await check(apply('Split', [x], { axis: 0, sizes: [3] }), []);
    await check(apply('ReduceSum', [reshape(x, [12, 1])], { axes: [-1] }), ['Reshape']);
  });

  it('keeps what broadcasts', async () => {
    await check(mul(constant(float32Constant([2, 1, 1], [1, 1])), x), ['Mul']);
    await check(mul(constant(float32Constant([1, 1, 1], [1])), x), ['Mul']);
    await check(add(x, zeros([2, 3, 4])), ['Expand', 'Add']);
    await check(apply('Expand', [x], { shape: [2, 3, 4] }), ['Expand']);
  });

  it('adds what few elements have to the rest, and sums only those', async () => {
    const few = apply('ScatterElements', [zeros([3, 4]), indices, reshape(sumRows(y), [3, 1])], { axis: 1 });
    await check(add(few, square()), ['Mul', 'ReduceSum', 'ScatterElements']);
    await check(add(square(), few), ['Mul', 'ReduceSum', 'ScatterElements']);
    await check(apply('ReduceSum', [few], { axes: [1] }), ['ReduceSum']);
    await check(apply('ReduceSum', [few], { axes: [0] }), [
      'ReduceSum',
      'Expand',
      'ScatterElements',
      'ReduceSum',
    ]);
  });

  it('takes the logarithms of few probabilities rather than of all', async () => {
    const logarithms = apply('LogSoftmax', [x], { axis: -1 });
    const picked = apply('GatherElements', [logarithms, indices], { axis: -1 });
    await check(picked, ['Softmax', 'GatherElements', 'Max', 'Log']);
    await check(apply('Exp', [logarithms], {}), ['Softmax']);
    await check(logarithms, ['LogSoftmax']);
  });

  it('makes the gradient of a cross-entropy out of the softmax and one more op a row', async () => {
    const likelihoods = apply('GatherElements', [apply('LogSoftmax', [x], { axis: -1 }), indices], {
      axis: -1,
    });
    const [gradient] = backward(neg(sumAll(likelihoods)), [x]);
    ok(gradient !== undefined);
    await check(gradient, ['Softmax', 'Neg', 'Reshape', 'Expand', 'Expand', 'ScatterElements', 'Neg', 'Mul']);
  });

  it('computes the sigmoid of a SiLU once for both ways', async () => {
    const [gradient] = backward(sumAll(apply('QuickGelu', [x], { alpha: 1 })), [x]);
    ok(gradient !== undefined);
    await check(gradient, ['Expand', 'Reshape', 'Sigmoid', 'Mul', 'Sub', 'Add', 'Mul', 'Mul']);
    await check(apply('QuickGelu', [x], { alpha: 2 }), ['Mul', 'Sigmoid', 'Mul']);
  });

  it('scales rows of the smaller factor or product', async () => {
    const scaled = mul(x, sumRows(y));
    await check(matmul(scaled, transpose(y, [1, 0])), ['Transpose', 'FusedMatMul', 'ReduceSum', 'Mul']);
    await check(matmul(scaled, y, { transA: true, alpha: 3 }), ['ReduceSum', 'Mul', 'FusedMatMul']);
    await check(matmul(mul(x, constant(float32Constant([4], [1, 2, 3, 4]))), transpose(y, [1, 0])), [
      'Mul',
      'Transpose',
      'FusedMatMul',
    ]);
  });
});

function sumRows(value: Value): Value {
  return apply('ReduceSum', [value], { axes: [1] });
}
