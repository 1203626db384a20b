// The order of a graph's nodes, and the ONNX bytes that the runtime loads.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import onnxProto from 'onnx-proto';
import type { Graph, Node, Value } from '../../src/graph/graph.ts';
import { apply, applyMany, constant, input, topologicalNodes } from '../../src/graph/graph.ts';
import { encodeOnnx } from '../../src/graph/onnx.ts';
import { float32Constant } from '../../src/graph/tensor.ts';
import { runGraph } from '../support/engine.ts';
import { feed, tensorOf } from '../support/engineTensors.ts';

const x = input('x', 'float32', ['T']);
const add = (left: Value, right: Value) => apply('Add', [left, right], {});

describe('graph/graph: topologicalNodes', () => {
  /** Each node once, after those it depends on, and no node too many. */
  function check(graph: Graph, expectedCount: number): void {
    const nodes = topologicalNodes(graph);
    strictEqual(nodes.length, expectedCount);
    strictEqual(new Set(nodes).size, expectedCount);
    const done = new Set<Node>();
    for (const node of nodes) {
      for (const { source } of node.inputs) if (source.kind === 'node') ok(done.has(source.node));
      done.add(node);
    }
    for (const { source } of Object.values(graph.outputs))
      if (source.kind === 'node') ok(done.has(source.node));
  }

  it('gives none for inputs and constants', () => {
    check({ outputs: {} }, 0);
    check({ outputs: { x, c: constant(float32Constant([1], [2])) } }, 0);
  });

  it('shares nodes between outputs and within them', () => {
    const twice = add(x, x);
    check({ outputs: { a: add(twice, twice), b: twice } }, 2);
    const [left, right] = applyMany('Split', [input('s', 'float32', [2])], { axis: 0, sizes: [1, 1] });
    ok(left !== undefined && right !== undefined);
    check({ outputs: { left, right, sum: add(left, right) } }, 2);
  });

  it('does not overflow the stack on a chain of 50,000 nodes', () => {
    let value: Value = x;
    for (let count = 0; count < 50_000; count++) value = add(value, x);
    check({ outputs: { value } }, 50_000);
  });

  it('takes linear time where paths are many', () => {
    let value: Value = x;
    for (let count = 0; count < 200; count++) value = add(value, value);
    check({ outputs: { value } }, 200);
  });

  it('orders random graphs', () => {
    const edges = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(edges, pairs => {
        const values: Value[] = [x];
        const pick = (at: number) => values[at % values.length] ?? x;
        for (const [left, right] of pairs) values.push(add(pick(left), pick(right)));
        check({ outputs: Object.fromEntries(values.map((value, at) => [`y${at}`, value])) }, pairs.length);
      }),
      { seed: 1 },
    );
  });
});

describe('graph/onnx', () => {
  const two = float32Constant([1], [2]);
  const three = { T: 3 };
  const feeds = { x: feed(tensorOf('float32', [three.T], [1, 2, 3])) };

  async function check(
    outputs: Graph['outputs'],
    expected: Record<string, readonly number[]>,
  ): Promise<void> {
    const results = await runGraph({ outputs }, feeds);
    const found = Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]);
    deepStrictEqual(Object.fromEntries(found), expected);
  }

  it('runs inputs, constants and nodes as outputs, one value under two names', async () => {
    const doubled = apply('Mul', [x, constant(two, 'two')], {});
    await check({ doubled, again: doubled }, { doubled: [2, 4, 6], again: [2, 4, 6] });
    await check({ same: x, two: apply('Mul', [x, x], {}) }, { same: [1, 2, 3], two: [1, 4, 9] });
    await check({ c: constant(two), x2: add(x, x) }, { c: [2], x2: [2, 4, 6] });
  });

  it('keeps apart constants whose names are alike', async () => {
    const named = (value: number) => constant(float32Constant([1], [value]), 'same');
    await check({ sum: add(add(x, named(10)), named(100)) }, { sum: [111, 112, 113] });
  });

  it('writes a constant once however often it is used', () => {
    const large = float32Constant([1000], new Float32Array(1000));
    const wide = input('x', 'float32', [1000]);
    const outputs = {
      y: add(add(wide, constant(large, 'a')), add(constant(large, 'b'), constant(large, 'c'))),
    };
    const bytes = encodeOnnx({ outputs });
    ok(bytes.length > 4000 && bytes.length < 5000, `${bytes.length} bytes`);
    const { graph } = onnxProto.onnx.ModelProto.decode(bytes);
    strictEqual(graph?.initializer?.length, 1);
  });

  it('declares names of dimensions, so that the runtime checks them', () => {
    const { graph } = onnxProto.onnx.ModelProto.decode(
      encodeOnnx({ outputs: { y: add(x, input('z', 'float32', [2, 1])) } }),
    );
    const shapes = [...(graph?.input ?? []), ...(graph?.output ?? [])].map(({ name, type }) => {
      const dims = type?.tensorType?.shape?.dim ?? [];
      return `${name ?? ''}[${dims.map(({ dimParam, dimValue }) => ((dimParam ?? '') === '' ? Number(dimValue) : dimParam)).join()}]`;
    });
    deepStrictEqual(shapes, ['x[T]', 'z[2,1]', 'y[2,T]']);
  });

  it('lets a wrong feed be refused', async () => {
    const graph = { outputs: { y: add(x, x) } };
    await rejects(runGraph(graph, {}), /x/);
    await rejects(runGraph(graph, { x: feed(tensorOf('int64', [1], [1])) }), /x|type/i);
  });
});
