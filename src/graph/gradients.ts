// How the gradient of a loss flows back through each op: given the gradients of its outputs, those of its inputs.
// The table is total, so an op without a rule does not compile; every rule is tested against finite differences.
// Rules are written in ops of the same table, so their results are graphs like any other.

import {
  add,
  div,
  matmul,
  mul,
  neg,
  reshape,
  scalar,
  sqrt,
  sub,
  sumAlong,
  sumTo,
  transpose,
  zeros,
} from './arithmetic.ts';
import type { Node, Value } from './graph.ts';
import { apply, applyMany } from './graph.ts';
import type { Op, OpInputs } from './ops.ts';
import { dimensionAt, elementCount, normalizeAxis } from './shape.ts';

/** A node, and the gradient of the loss by each of its outputs. */
interface Application<O extends Op> extends Pick<Node<O>, 'inputs' | 'attributes'> {
  readonly inputs: OpInputs<O, Value>;
  readonly outputs: readonly Value[];
  readonly gradients: readonly Value[];
}

/** The gradient of each input; undefined for indices and the like. */
type Backward<O extends Op> = (
  application: Application<O>,
  /** The gradient of the first output, which most ops have alone. */
  gradient: Value,
) => OpInputs<O, Value | undefined>;

export type GradientRule<O extends Op> = Backward<O> | { readonly notDifferentiable: string };

export const gradientRules: { readonly [O in Op]: GradientRule<O> } = {
  Add: ({ inputs: [a, b] }, g) => [sumTo(g, a.shape), sumTo(g, b.shape)],
  Sub: ({ inputs: [a, b] }, g) => [sumTo(g, a.shape), sumTo(neg(g), b.shape)],
  Mul: ({ inputs: [a, b] }, g) => [sumTo(mul(g, b), a.shape), sumTo(mul(g, a), b.shape)],
  // (a/b)' = (a' - (a/b) b') / b
  Div({ inputs: [a, b], outputs }, g) {
    const byA = div(g, b);
    return [sumTo(byA, a.shape), sumTo(neg(mul(byA, only(outputs))), b.shape)];
  },
  Max: { notDifferentiable: 'has no gradient where its operands are equal' },
  Neg: (_, g) => [neg(g)],
  Sqrt: ({ outputs }, g) => [mul(scalar(0.5), div(g, only(outputs)))],
  Log: ({ inputs: [x] }, g) => [div(g, x)],
  Exp: ({ outputs }, g) => [mul(g, only(outputs))],
  // s' = s (1 - s)
  Sigmoid({ outputs }, g) {
    const s = only(outputs);
    return [mul(g, mul(s, sub(scalar(1), s)))];
  },
  ReduceSum: ({ inputs: [x] }, g) => [apply('Expand', [g], { shape: x.shape })],
  ReduceSumSquare: ({ inputs: [x] }, g) => [mul(mul(scalar(2), g), x)],
  Expand: ({ inputs: [x] }, g) => [sumTo(g, x.shape)],
  MatMul: ({ inputs: [a, b] }, g) => [
    sumTo(matmul(g, b, { transB: true }), a.shape),
    sumTo(matmul(a, g, { transA: true }), b.shape),
  ],
  // For C = alpha A B: dA = alpha G Bᵀ and dB = alpha Aᵀ G; a transposed operand takes the transpose of its own.
  FusedMatMul({ inputs: [a, b], attributes: { transA, transB, alpha } }, g) {
    const byA = transA
      ? matmul(b, g, { transA: transB, transB: true, alpha })
      : matmul(g, b, { transB: !transB, alpha });
    const byB = transB
      ? matmul(g, a, { transA: true, transB: transA, alpha })
      : matmul(a, g, { transA: !transA, alpha });
    return [sumTo(byA, a.shape), sumTo(byB, b.shape)];
  },
  DynamicQuantizeMatMul: { notDifferentiable: 'rounds, so its gradient is zero nearly everywhere' },
  MatMulNBits: { notDifferentiable: 'its weights are rounded; train those that they were made of' },
  Gather({ inputs: [data, indices], attributes: { axis } }, g) {
    // With the axis in front, slices are added where they were taken.
    const at = normalizeAxis(axis, data.shape.length);
    const front = toFront(data.shape.length, at, 1);
    const moved = zeros(front.map(from => dimensionAt(data.shape, from)));
    const slices = transposeTo(g, toFront(g.shape.length, at, indices.shape.length));
    const where = reshape(indices, [...indices.shape, 1]);
    return [transposeTo(apply('ScatterND', [moved, where, slices], {}), inverse(front)), undefined];
  },
  GatherElements: ({ inputs: [data, indices], attributes }, g) => [
    apply('ScatterElements', [zeros(data.shape), indices, g], attributes),
    undefined,
  ],
  ScatterElements: ({ inputs: [, indices], attributes }, g) => [
    g,
    undefined,
    apply('GatherElements', [g, indices], attributes),
  ],
  ScatterND: ({ inputs: [, indices] }, g) => [
    g,
    undefined,
    apply('Gather', [g, reshape(indices, indices.shape.slice(0, -1))], { axis: 0 }),
  ],
  Cast: { notDifferentiable: 'rounds to integers, or comes from them' },
  Concat({ inputs, attributes: { axis } }, g) {
    const sizes = inputs.map(({ shape }) => elementCount([dimensionAt(shape, axis)]));
    return applyMany('Split', [g], { axis, sizes });
  },
  Split: ({ gradients, attributes: { axis } }) => [apply('Concat', gradients, { axis })],
  SplitDynamic: ({ gradients, attributes: { axis } }) => [apply('Concat', gradients, { axis }), undefined],
  Reshape: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
  Transpose: ({ attributes: { permutation } }, g) => [transpose(g, inverse(permutation))],
  // y' = y (x' - Σ y x'), and the transpose of that is the same.
  Softmax({ outputs, attributes: { axis } }, g) {
    const y = only(outputs);
    return [mul(y, sub(g, sumAlong(mul(y, g), axis)))];
  },
  // y' = x' - Σ exp(y) x'
  LogSoftmax({ outputs, attributes: { axis } }, g) {
    const probabilities = apply('Exp', [only(outputs)], {});
    return [add(g, mul(probabilities, neg(sumAlong(g, axis))))];
  },
  // With r = 1 / sqrt(mean(x²) + ε): dx = r (g w) - x r³ (x · (g w)) / C and dw = Σ r x g over the rows.
  SimplifiedLayerNormalization({ inputs: [x, weight], attributes: { epsilon } }, g) {
    const size = elementCount([dimensionAt(x.shape, -1)]);
    const meanSquare = mul(apply('ReduceSumSquare', [x], { axes: [x.shape.length - 1] }), scalar(1 / size));
    const r = div(scalar(1), sqrt(add(meanSquare, scalar(epsilon)))); // [..., 1]
    const xg = mul(x, g); // [..., C]
    const along = matmul(xg, reshape(weight, [size, 1]), { alpha: 1 / size }); // [..., 1]
    const byWeight = matmul(reshape(r, [-1, 1]), reshape(xg, [-1, size]), { transA: true }); // [1, C]
    const byX = sub(mul(r, mul(g, weight)), mul(x, mul(along, mul(r, mul(r, r)))));
    return [byX, reshape(byWeight, weight.shape)];
  },
  // y = x s with s = sigmoid(αx): y' = s (1 + α (x - y))
  QuickGelu({ inputs: [x], outputs, attributes: { alpha } }, g) {
    const s = apply('Sigmoid', [scaled(x, alpha)], {});
    return [mul(g, mul(s, add(scalar(1), scaled(sub(x, only(outputs)), alpha))))];
  },
  // A rotation's transpose turns back.
  RotaryEmbedding: ({ inputs: [, positions, cos, sin] }, g) => [
    apply('RotaryEmbedding', [g, positions, cos, neg(sin)], {}),
    undefined,
    undefined,
    undefined,
  ],
};

function only(outputs: readonly Value[]): Value {
  const [output] = outputs;
  if (output === undefined) throw new Error('an op has at least one output');
  return output;
}

function scaled(value: Value, factor: number): Value {
  return factor === 1 ? value : mul(value, scalar(factor));
}

/** The order of axes that brings `count` axes from `at` on to the front. */
function toFront(rank: number, at: number, count: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const moved = axes.splice(at, count);
  return [...moved, ...axes];
}

function inverse(permutation: readonly number[]): readonly number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

function transposeTo(value: Value, permutation: readonly number[]): Value {
  return permutation.every((from, to) => from === to) ? value : transpose(value, permutation);
}
