// Reverse-mode differentiation (Linnainmaa 1970): walks a graph from a loss to what it depends on and makes the
// graph of the gradients.

import { add, scalar, zeros } from './arithmetic.ts';
import type { Node, Value } from './graph.ts';
import { outputsOf, topologicalNodes } from './graph.ts';
import { gradientRules } from './gradients.ts';
import type { Op, OpInputs } from './ops.ts';
import { Recomputation } from './recompute.ts';
import { formatShape } from './shape.ts';
import { ValueMap } from './valueMap.ts';

/**
 * The gradient of `loss`, which has no axes, by each of `wrt`, in their order and shapes. Activations are kept for
 * the way back, or, where `checkpoints` are given, computed anew from those (see recompute.ts).
 *
 * Throws an error when the loss does not depend on one of `wrt`, or only through an op that has no gradient.
 */
export function backward(
  loss: Value,
  wrt: readonly Value[],
  checkpoints: readonly Value[] = [],
): readonly Value[] {
  if (loss.shape.length > 0) throw new Error(`the loss must have no axes, not ${formatShape(loss.shape)}`);
  const nodes = topologicalNodes({ outputs: { loss } });
  const reaching = dependents(nodes, wrt);
  const recomputation = new Recomputation(nodes, checkpoints);
  const gradients = new ValueMap<Value>();
  gradients.set(loss, scalar(1));
  for (const node of nodes.toReversed()) {
    const outputs = outputsOf(node);
    if (!outputs.some(output => reaching.get(output) && gradients.get(output) !== undefined)) continue;
    recomputation.enter(node, gradients);
    const arrived = outputs.map(output => gradients.get(output) ?? zeros(output.shape));
    const contributions = differentiate(recomputation.again(node), arrived);
    for (const [at, operand] of node.inputs.entries()) {
      const contribution = contributions[at];
      if (contribution === undefined || !reaching.get(operand)) continue;
      const before = gradients.get(operand);
      gradients.set(operand, before === undefined ? contribution : add(before, contribution));
    }
  }
  return wrt.map((value, at) => {
    const gradient = gradients.get(value);
    if (gradient !== undefined) return gradient;
    const name = value.source.kind === 'node' ? value.source.node.op : value.source.kind;
    throw new Error(`the loss does not depend on value ${at} (${name}) of those to differentiate by`);
  });
}

/** Which values depend on any of `roots`, these included. */
function dependents(nodes: readonly Node[], roots: readonly Value[]): ValueMap<boolean> {
  const depends = new ValueMap<boolean>();
  for (const root of roots) depends.set(root, true);
  for (const node of nodes) {
    if (!node.inputs.some(value => depends.get(value))) continue;
    for (const output of outputsOf(node)) depends.set(output, true);
  }
  return depends;
}

/** The gradient of each input of a node, given those of its outputs. */
function differentiate<O extends Op>(
  node: Node<O>,
  gradients: readonly Value[],
): readonly (Value | undefined)[] {
  const rule = gradientRules[node.op];
  if (typeof rule !== 'function') {
    throw new Error(`${node.op} cannot be differentiated: it ${rule.notDifferentiable}`);
  }
  const [first] = gradients;
  if (first === undefined) throw new Error(`${node.op} has no outputs`);
  // The tuple's length was checked when the op was applied.
  const inputs = node.inputs as unknown as OpInputs<O, Value>;
  return rule({ inputs, attributes: node.attributes, outputs: outputsOf(node), gradients }, first);
}
