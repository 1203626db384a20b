// Splits in steps: no node has more outputs than asked, and the parts are the same.

import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { add, mul } from '../../src/graph/arithmetic.ts';
import { applyMany, input, topologicalNodes } from '../../src/graph/graph.ts';
import { splitInSteps } from '../../src/graph/splitInSteps.ts';
import { runGraph } from '../support/engine.ts';
import { feed, randomTensor } from '../support/engineTensors.ts';

describe('graph/splitInSteps', () => {
  /** Splits [2, sum] into parts of these sizes, and uses each. */
  function graphOf(sizes: readonly number[]) {
    const x = input('x', 'float32', [2, sizes.reduce((total, size) => total + size, 0)]);
    const parts = applyMany('Split', [add(x, x)], { axis: 1, sizes });
    return { outputs: Object.fromEntries(parts.map((part, at) => [`part${at}`, mul(part, part)])) };
  }

  async function check(sizes: readonly number[], most: number, splits: number): Promise<void> {
    const graph = graphOf(sizes);
    const stepped = splitInSteps(graph, most);
    const counts = topologicalNodes(stepped).flatMap(({ op, outputTypes }) =>
      op === 'Split' ? [outputTypes.length] : [],
    );
    strictEqual(counts.length, splits);
    ok(Math.max(...counts) <= most, `a Split has ${Math.max(...counts)} outputs`);
    const feeds = { x: feed(randomTensor([2, sizes.reduce((total, size) => total + size, 0)])) };
    deepStrictEqual(await runGraph(stepped, feeds), await runGraph(graph, feeds));
  }

  it('makes a tree of what has too many parts', async () => {
    await check([1, 2, 3, 4], 2, 3);
    await check([1, 2, 3, 4, 5], 3, 3);
    await check([5, 4, 3, 2, 1, 1, 1, 1, 1, 1], 3, 8);
  });

  it('leaves a graph that fits as it is', () => {
    const graph = graphOf([1, 2, 3]);
    strictEqual(splitInSteps(graph, 3), graph);
    strictEqual(splitInSteps(graph, Infinity), graph);
  });

  it('refuses what cannot be', () => {
    throws(() => splitInSteps(graphOf([1, 2]), 1), RangeError);
  });
});
