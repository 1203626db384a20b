// Rewrites a graph into a smaller one with the same outputs: what is computed twice is computed once, and a few
// identities that differentiation leaves behind are applied. What no output depends on falls away by itself.

import { mul, reshape, scalar, transpose } from './arithmetic.ts';
import type { Graph, Node, Value } from './graph.ts';
import { apply, outputsOf, topologicalNodes } from './graph.ts';
import type { Op, OpAttributes, OpInputs } from './ops.ts';
import { dimensionAt, elementCount, normalizeAxis, sameShape } from './shape.ts';
import { reapply } from './substitute.ts';
import type { ConstantTensor } from './tensor.ts';
import { ValueMap } from './valueMap.ts';

/** Two values of the result that are computed alike are the same value, constants of up to this size too. */
const comparedConstantBytes = 4096;

/** The smallest that is not denormal. */
const smallestFloat32 = 2 ** -126;

export function simplify(graph: Graph): Graph {
  const rewritten = new ValueMap<Value>();
  const interned = new Interning();
  const current = (value: Value): Value => rewritten.get(value) ?? interned.constant(value);
  for (const node of topologicalNodes(graph)) {
    const inputs = node.inputs.map(current);
    const results = interned.apply(node, inputs);
    for (const [at, output] of outputsOf(node).entries()) {
      const result = results[at];
      if (result !== undefined) rewritten.set(output, result);
    }
  }
  const outputs = Object.entries(graph.outputs).map(([name, value]) => [name, current(value)] as const);
  return { outputs: Object.fromEntries(outputs) };
}

/** Gives each value one representative: nodes by op, attributes and inputs, constants by content. */
class Interning {
  private readonly nodes = new Map<string, readonly Value[]>();
  private readonly made = new Set<Node>();
  private readonly constants = new Map<string, Value>();
  private readonly ids = new Map<unknown, number>();

  /** The outputs of the node's op on inputs that are representatives, or what equals them. */
  apply(node: Node, inputs: readonly Value[]): readonly Value[] {
    const simpler = identityOf(node, inputs);
    if (simpler !== undefined) return [this.representative(simpler)];
    const key = `${node.op} ${JSON.stringify(node.attributes)} ${inputs.map(value => this.idOf(value)).join(' ')}`;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const outputs = reapply(node, inputs);
    this.nodes.set(key, outputs);
    for (const { source } of outputs) if (source.kind === 'node') this.made.add(source.node);
    return outputs;
  }

  /** Of what an identity made out of representatives. */
  private representative(value: Value): Value {
    const { source } = value;
    if (source.kind !== 'node') return this.constant(value);
    if (this.made.has(source.node)) return value;
    const inputs = source.node.inputs.map(operand => this.representative(operand));
    return this.apply(source.node, inputs)[source.output] ?? value;
  }

  constant(value: Value): Value {
    if (value.source.kind !== 'constant') return value;
    const key = contentOf(value.source.tensor);
    if (key === undefined) return value;
    const known = this.constants.get(key) ?? value;
    this.constants.set(key, known);
    return known;
  }

  private idOf({ source }: Value): string {
    if (source.kind === 'input') return `input ${source.name}`;
    const key = source.kind === 'node' ? source.node : source.tensor;
    const id = this.ids.get(key) ?? this.ids.size;
    this.ids.set(key, id);
    return source.kind === 'node' ? `${id}.${source.output}` : `${id}`;
  }
}

function contentOf({ type, shape, bytes }: ConstantTensor): string | undefined {
  return bytes.length > comparedConstantBytes ? undefined : `${type} ${shape.join()} ${bytes.join()}`;
}

type Identities = {
  readonly [O in Op]?: (inputs: OpInputs<O, Value>, attributes: OpAttributes[O]) => Value | undefined;
};

/** A simpler value that equals the application of an op to these inputs, where there is one. */
const identities: Identities = {
  Add: ([a, b]) => sumWith(a, b) ?? sumWith(b, a),
  // 1 x = x
  Mul([a, b]) {
    if (isScalar(a, 1) && a.shape.length <= b.shape.length) return b;
    return isScalar(b, 1) && b.shape.length <= a.shape.length ? a : undefined;
  },
  // -(-x) = x
  Neg: ([x]) => producer(x, 'Neg')?.inputs[0],
  Exp([x]) {
    const logarithm = producer(x, 'LogSoftmax');
    const [logits] = logarithm?.inputs ?? [];
    return logarithm === undefined || logits === undefined
      ? undefined
      : apply('Softmax', [logits], logarithm.attributes);
  },
  // The logarithms of a few rather than of all. A probability too small for a float32 counts as the smallest.
  GatherElements([x, indices], attributes) {
    const logarithm = producer(x, 'LogSoftmax');
    const [logits] = logarithm?.inputs ?? [];
    if (logarithm === undefined || logits === undefined) return undefined;
    const all = apply('Softmax', [logits], logarithm.attributes);
    const few = apply('GatherElements', [all, indices], attributes);
    return apply('Log', [apply('Max', [few, scalar(smallestFloat32)], {})], {});
  },
  // The way back needs the sigmoid too, so it is computed once for both.
  QuickGelu: ([x], { alpha }) => mul(x, apply('Sigmoid', [alpha === 1 ? x : mul(x, scalar(alpha))], {})),
  ScatterElements: ([data, indices, updates], attributes) =>
    scatterBeforeScaling(data, indices, updates, attributes),
  FusedMatMul: ([a, b], attributes) => multiplyBeforeScaling(a, b, attributes),
  // One element is its own sum; and what was added to zeros is all there is to sum.
  ReduceSum([x], { axes }) {
    if (axes.every(axis => dimensionAt(x.shape, axis) === 1)) return x;
    const scatter = producer(x, 'ScatterElements');
    const [data, , updates] = scatter?.inputs ?? [];
    if (scatter === undefined || data === undefined || updates === undefined || !isZeros(data))
      return undefined;
    const rank = x.shape.length;
    const [axis, ...others] = axes.map(one => normalizeAxis(one, rank));
    const along = normalizeAxis(scatter.attributes.axis, rank);
    if (axis !== along || others.length > 0) return undefined;
    return dimensionAt(updates.shape, axis) === 1 ? updates : apply('ReduceSum', [updates], { axes });
  },
  // Of one part.
  Concat: ([x, ...others]) => (others.length === 0 ? x : undefined),
  Split: ([x], { sizes }) => (sizes.length === 1 ? x : undefined),
  Expand: ([x], { shape }) => (sameShape(x.shape, shape) ? x : undefined),
  Reshape([x], { shape }) {
    if (sameShape(x.shape, shape)) return x;
    const before = producer(x, 'Reshape')?.inputs[0];
    return before !== undefined && isSized(before) && isSized({ shape }) ? reshape(before, shape) : undefined;
  },
  Transpose([x], { permutation }) {
    if (permutation.every((from, to) => from === to)) return x;
    const inner = producer(x, 'Transpose');
    const [before] = inner?.inputs ?? [];
    if (inner === undefined || before === undefined) return undefined;
    const both = permutation.map(axis => inner.attributes.permutation[axis] ?? axis);
    return both.every((from, to) => from === to) ? before : transpose(before, both);
  },
};

function identityOf<O extends Op>(node: Node<O>, inputs: readonly Value[]): Value | undefined {
  const identity: Identities[O] = identities[node.op];
  return identity?.(inputs as unknown as OpInputs<O, Value>, node.attributes);
}

/** 0 + b = b, and what is added to zeros may as well be added to b. Of a gradient few of whose elements are not 0. */
function sumWith(a: Value, b: Value): Value | undefined {
  if (!sameShape(a.shape, b.shape)) return undefined;
  if (isZeros(a)) return b;
  for (const op of ['ScatterElements', 'ScatterND'] as const) {
    const scatter = producer(a, op);
    const [data, indices, updates] = scatter?.inputs ?? [];
    if (scatter === undefined || data === undefined || indices === undefined || updates === undefined)
      continue;
    if (isZeros(data)) return apply(op, [b, indices, updates], scatter.attributes);
  }
  return undefined;
}

/** p c with u added where `indices` say is (p with -1 added there) c when c = -u: a factor of whole rows. */
function scatterBeforeScaling(
  data: Value,
  indices: Value,
  updates: Value,
  attributes: OpAttributes['ScatterElements'],
): Value | undefined {
  const [p, c] = producer(data, 'Mul')?.inputs ?? [];
  if (p === undefined || c === undefined || producer(c, 'Neg')?.inputs[0] !== updates) return undefined;
  const ones = apply('Expand', [scalar(-1)], { shape: updates.shape });
  return mul(apply('ScatterElements', [p, indices, ones], attributes), c);
}

/** (p c) b = (p b) c and (p c)ᵀ b = pᵀ (b c), where c has one factor for each row of p: the products are smaller. */
function multiplyBeforeScaling(
  a: Value,
  b: Value,
  attributes: OpAttributes['FusedMatMul'],
): Value | undefined {
  const [p, c] = producer(a, 'Mul')?.inputs ?? [];
  if (p === undefined || c === undefined) return undefined;
  if (a.shape.length !== 2 || b.shape.length !== 2 || !sameShape(p.shape, a.shape)) return undefined;
  if (!sameShape(c.shape, [dimensionAt(a.shape, 0), 1]) || attributes.transB) return undefined;
  return attributes.transA
    ? apply('FusedMatMul', [p, mul(b, c)], attributes)
    : mul(apply('FusedMatMul', [p, b], attributes), c);
}

function producer<O extends Op>({ source }: Value, op: O): Node<O> | undefined {
  return source.kind === 'node' && source.node.op === op ? (source.node as Node<O>) : undefined;
}

function isZeros(value: Value): boolean {
  const stretched = producer(value, 'Expand')?.inputs[0] ?? value;
  return isScalar(stretched, 0);
}

function isScalar({ source, type, shape }: Value, expected: number): boolean {
  if (source.kind !== 'constant' || type !== 'float32' || !isSized({ shape }) || elementCount(shape) !== 1)
    return false;
  const { buffer, byteOffset } = source.tensor.bytes;
  return new DataView(buffer, byteOffset).getFloat32(0, true) === expected;
}

function isSized({ shape }: Pick<Value, 'shape'>): boolean {
  return shape.every(size => typeof size === 'number');
}
