// Puts other values in the place of some inputs of a graph.

import type { Node, Value } from './graph.ts';
import { applyMany, outputsOf, topologicalNodes } from './graph.ts';
import type { Op, OpInputs } from './ops.ts';
import { ValueMap } from './valueMap.ts';

/** The values as they are when each of `replacements` stands for what is mapped to it, of the same type and shape. */
export function substitute(values: readonly Value[], replacements: ValueMap<Value>): readonly Value[] {
  const current = (value: Value): Value => replaced.get(value) ?? replacements.get(value) ?? value;
  const replaced = new ValueMap<Value>();
  for (const node of topologicalNodes({ outputs: Object.fromEntries(values.entries()) })) {
    const inputs = node.inputs.map(current);
    if (inputs.every((value, at) => value === node.inputs[at])) continue;
    const results = reapply(node, inputs);
    for (const [at, output] of outputsOf(node).entries()) {
      const result = results[at];
      if (result !== undefined) replaced.set(output, result);
    }
  }
  return values.map(current);
}

/** The node's op on other inputs. */
export function reapply<O extends Op>(node: Node<O>, inputs: readonly Value[]): readonly Value[] {
  // The inputs are as many as the node had.
  return applyMany(node.op, inputs as unknown as OpInputs<O, Value>, node.attributes);
}
