// Makes a graph fit a device whose nodes can have so many outputs only, as each is a buffer of a shader: a Split of
// many parts becomes a tree of Splits. What is computed stays the same.

import type { Graph, Node, Value } from './graph.ts';
import { applyMany, outputsOf, topologicalNodes } from './graph.ts';
import { reapply } from './substitute.ts';
import { ValueMap } from './valueMap.ts';

/** The graph with no more than `most` outputs a Split; the graph itself where that is so already. */
export function splitInSteps(graph: Graph, most: number): Graph {
  if (most < 2) throw new RangeError(`a Split of at most ${most} parts splits nothing`);
  const rewritten = new ValueMap<Value>();
  const current = (value: Value): Value => rewritten.get(value) ?? value;
  let isChanged = false;
  for (const node of topologicalNodes(graph)) {
    const inputs = node.inputs.map(current);
    const isWide = isSplit(node) && node.attributes.sizes.length > most;
    if (!isWide && inputs.every((value, at) => value === node.inputs[at])) continue;
    isChanged = true;
    const [x] = inputs;
    const results =
      isWide && x !== undefined
        ? parts(x, node.attributes.axis, node.attributes.sizes, most)
        : reapply(node, inputs);
    for (const [at, output] of outputsOf(node).entries()) {
      const result = results[at];
      if (result !== undefined) rewritten.set(output, result);
    }
  }
  if (!isChanged) return graph;
  const outputs = Object.entries(graph.outputs).map(([name, value]) => [name, current(value)] as const);
  return { outputs: Object.fromEntries(outputs) };
}

function isSplit(node: Node): node is Node<'Split'> {
  return node.op === 'Split';
}

function parts(x: Value, axis: number, sizes: readonly number[], most: number): readonly Value[] {
  if (sizes.length <= most) return sizes.length === 1 ? [x] : applyMany('Split', [x], { axis, sizes });
  const groupLength = Math.ceil(sizes.length / most);
  const groups: (readonly number[])[] = [];
  for (let at = 0; at < sizes.length; at += groupLength) groups.push(sizes.slice(at, at + groupLength));
  const totals = groups.map(group => group.reduce((total, size) => total + size, 0));
  return applyMany('Split', [x], { axis, sizes: totals }).flatMap((part, at) =>
    parts(part, axis, groups[at] ?? [], most),
  );
}
