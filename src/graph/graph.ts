// Immutable computation graphs. A Value is one output of a Node, an input of the graph, or a constant; nodes
// are made only by `apply`, which infers their shapes, so an ill-formed graph cannot be built.

import type { Op, OpAttributes, OpInputs } from './ops.ts';
import { opDefinitions } from './opDefinitions.ts';
import type { Shape } from './shape.ts';
import { formatShape } from './shape.ts';
import type { ConstantTensor, ElementType, TensorType } from './tensor.ts';

export interface Value extends TensorType {
  readonly source:
    | { readonly kind: 'input'; readonly name: string }
    | { readonly kind: 'constant'; readonly tensor: ConstantTensor; readonly name: string }
    | { readonly kind: 'node'; readonly node: Node; readonly output: number };
}

export interface Node<O extends Op = Op> {
  readonly op: O;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[O];
  readonly outputTypes: readonly TensorType[];
}

/** A graph is what its named outputs depend on. */
export interface Graph {
  readonly outputs: Readonly<Record<string, Value>>;
}

export function input(name: string, type: ElementType, shape: Shape): Value {
  return { type, shape, source: { kind: 'input', name } };
}

/** A constant; `name` is a hint that makes the ONNX file readable and need not be unique. */
export function constant(tensor: ConstantTensor, name = 'constant'): Value {
  return { type: tensor.type, shape: tensor.shape, source: { kind: 'constant', tensor, name } };
}

/** Applies an op with one output. Throws an error that names the op and the shapes when they do not fit. */
export function apply<O extends Op>(op: O, inputs: OpInputs<O, Value>, attributes: OpAttributes[O]): Value {
  const [value, ...others] = applyMany(op, inputs, attributes);
  if (value === undefined || others.length > 0)
    throw new Error(`${op} has ${others.length + 1} outputs, not one`);
  return value;
}

/** Applies an op with any number of outputs. */
export function applyMany<O extends Op>(
  op: O,
  inputs: OpInputs<O, Value>,
  attributes: OpAttributes[O],
): readonly Value[] {
  let outputTypes: readonly TensorType[];
  try {
    outputTypes = opDefinitions[op].infer(inputs, attributes);
  } catch (error) {
    const shapes = inputs.map(({ type, shape }) => `${type}${formatShape(shape)}`).join(', ');
    throw new Error(`${op}(${shapes}) ${JSON.stringify(attributes)} is ill-formed`, { cause: error });
  }
  return outputsOf({ op, inputs, attributes, outputTypes });
}

export function outputsOf(node: Node): readonly Value[] {
  return node.outputTypes.map((type, output) => ({ ...type, source: { kind: 'node', node, output } }));
}

/**
 * The nodes that the graph's outputs depend on, each after those it depends on. Iterative, so that a deep
 * graph cannot overflow the stack.
 */
export function topologicalNodes(graph: Graph): readonly Node[] {
  const ordered: Node[] = [];
  const done = new Set<Node>();
  for (const root of nodesOf(Object.values(graph.outputs))) {
    const stack: { node: Node; pending: Node[] }[] = [{ node: root, pending: nodesOf(root.inputs) }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = done.has(top.node) ? undefined : top.pending.pop();
      if (next !== undefined) {
        if (!done.has(next)) stack.push({ node: next, pending: nodesOf(next.inputs) });
        continue;
      }
      if (!done.has(top.node)) {
        done.add(top.node);
        ordered.push(top.node);
      }
      stack.pop();
    }
  }
  return ordered;
}

function nodesOf(values: readonly Value[]): Node[] {
  return values.flatMap(({ source }) => (source.kind === 'node' ? [source.node] : []));
}
