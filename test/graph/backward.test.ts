// The reverse walk: values that are used more than once, what cannot be differentiated, and recomputing.

import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { add, matmul, mul, scalar, sumAll } from '../../src/graph/arithmetic.ts';
import { backward } from '../../src/graph/backward.ts';
import type { Value } from '../../src/graph/graph.ts';
import { apply, applyMany, constant, input, topologicalNodes } from '../../src/graph/graph.ts';
import { simplify } from '../../src/graph/simplify.ts';
import { float32Constant } from '../../src/graph/tensor.ts';
import { runGraph } from '../support/engine.ts';
import { feed, randomTensor, tensorOf } from '../support/engineTensors.ts';

const x = input('x', 'float32', [3]);

describe('graph/backward', () => {
  /** The gradient by x = [1, 2, 3]. */
  async function check(loss: Value, expected: readonly number[], wrt: Value = x): Promise<void> {
    const [gradient] = backward(loss, [wrt]);
    ok(gradient !== undefined);
    // With x as an output too, because a gradient need not depend on it.
    const results = await runGraph(
      { outputs: { gradient, used: x } },
      { x: feed(tensorOf('float32', [3], [1, 2, 3])) },
    );
    deepStrictEqual(Array.from(results['gradient']?.data ?? [], Number), expected);
  }

  it('adds up what comes by several ways', async () => {
    await check(sumAll(add(x, x)), [2, 2, 2]);
    await check(sumAll(mul(x, mul(x, x))), [3, 12, 27]);
    const square = mul(x, x);
    await check(sumAll(add(square, mul(square, square))), [6, 36, 114]);
  });

  it('reaches constants and what is between', async () => {
    const c = constant(float32Constant([3], [4, 5, 6]));
    await check(sumAll(mul(x, c)), [1, 2, 3], c);
    const square = mul(x, x);
    await check(sumAll(mul(square, c)), [4, 5, 6], square);
    await check(sumAll(mul(apply('Neg', [square], {}), c)), [-4, -5, -6], square);
  });

  it('knows an input by its name', async () => {
    await check(sumAll(mul(input('x', 'float32', [3]), x)), [2, 4, 6]);
  });

  it('takes an output that is not used for zeros', async () => {
    const [, tail] = applyMany('Split', [x], { axis: 0, sizes: [1, 2] });
    ok(tail !== undefined);
    await check(sumAll(mul(tail, tail)), [0, 4, 6]);
  });

  it('stops where nothing is asked for', () => {
    // Cast has no gradient, but none is needed.
    const indices = apply('Cast', [input('y', 'float32', [2])], { to: 'int64' });
    const [gradient] = backward(sumAll(apply('Gather', [x, indices], { axis: 0 })), [x]);
    deepStrictEqual(gradient?.shape, [3]);
  });

  it('says what is wrong', () => {
    throws(() => backward(x, [x]), /the loss must have no axes, not \[3\]/);
    throws(() => backward(sumAll(x), [x, input('y', 'float32', [])]), /does not depend on value 1 \(input\)/);
    const rounded = apply('Cast', [apply('Cast', [x], { to: 'int64' })], { to: 'float32' });
    throws(() => backward(sumAll(rounded), [x]), /Cast cannot be differentiated: it rounds/);
  });
});

describe('graph/recompute', () => {
  const layers = 4;
  const start = input('x', 'float32', [5, 3]);
  const weights = Array.from({ length: layers }, (_, at) => input(`w${at}`, 'float32', [3, 3]));
  const feeds = Object.fromEntries([
    ['x', feed(randomTensor([5, 3], 1))],
    ...weights.map((_, at) => [`w${at}`, feed(randomTensor([3, 3], 2 + at))] as const),
  ]);

  /** Layers with a residual; what enters each is a checkpoint. */
  function network(): { loss: Value; checkpoints: Value[] } {
    const checkpoints: Value[] = [];
    let value = mul(start, scalar(2));
    for (const weight of weights) {
      checkpoints.push(value);
      value = add(value, apply('Sigmoid', [matmul(value, weight)], {}));
    }
    return { loss: sumAll(mul(value, value)), checkpoints };
  }

  it('gives the very same gradients', async () => {
    const { loss, checkpoints } = network();
    const wrt = [start, ...weights];
    const name = (values: readonly Value[]) =>
      Object.fromEntries(values.map((value, at) => [`g${at}`, value]));
    const plain = await runGraph({ outputs: name(backward(loss, wrt)) }, feeds);
    const again = await runGraph(simplify({ outputs: name(backward(loss, wrt, checkpoints)) }), feeds);
    deepStrictEqual(again, plain);
  });

  it('computes each layer but the last a second time, from its checkpoint and not before the way back is there', () => {
    const { loss, checkpoints } = network();
    const gradients = backward(loss, weights, checkpoints);
    const outputs = Object.fromEntries([
      ['loss', loss],
      ...gradients.map((value, at) => [`g${at}`, value] as const),
    ]);
    const nodes = topologicalNodes(simplify({ outputs }));
    strictEqual(nodes.filter(({ op }) => op === 'Sigmoid').length, 2 * layers - 1);
    // A barrier a layer: the checkpoint side by side with the gradient of the one after it.
    strictEqual(nodes.filter(({ op }) => op === 'Concat').length, layers - 1);
  });

  it('says when something goes around a checkpoint', () => {
    const inner = mul(start, scalar(3));
    const checkpoint = apply('Sigmoid', [inner], {});
    const after = apply('Sigmoid', [mul(checkpoint, scalar(2))], {});
    const aside = mul(checkpoint, scalar(5));
    const loss = sumAll(add(aside, mul(after, after)));
    throws(
      () => backward(loss, [start], [checkpoint, after]),
      /Mul reaches the loss beside the checkpoint after it/,
    );
  });
});
