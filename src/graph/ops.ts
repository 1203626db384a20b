// The closed set of ops: for each, its attributes, its number of inputs, shape inference, and its ONNX
// spelling. `com.microsoft` ops are onnxruntime's own; see its docs/ContribOperators.md for their contracts.

import type { Dimension, Shape } from './shape.ts';
import type { TensorType } from './tensor.ts';
import {
  addDimensions,
  broadcastShapes,
  dimensionAt,
  formatShape,
  normalizeAxis,
  sameShape,
} from './shape.ts';

type None = Readonly<Record<string, never>>;

/** The attributes of each op. */
export interface OpAttributes {
  Add: None;
  Mul: None;
  MatMul: None;
  /** com.microsoft: `alpha · a · b`, with the last two axes of either swapped on request. */
  FusedMatMul: { readonly transA: boolean; readonly transB: boolean; readonly alpha: number };
  /** com.microsoft: quantizes `a` to uint8 on the fly, multiplies by int8 `b`, rescales to float32. Inputs: a, b, scale. */
  DynamicQuantizeMatMul: None;
  /** Picks slices of input 0 along an axis by the indices of input 1. */
  Gather: { readonly axis: number };
  Cast: { readonly to: 'float32' | 'int32' | 'int64' };
  Concat: { readonly axis: number };
  Split: { readonly axis: number; readonly sizes: readonly number[] };
  /** Split whose sizes are named dimensions; input 1 gives their values, int64 [sizes.length]. */
  SplitDynamic: { readonly axis: number; readonly sizes: readonly Dimension[] };
  /** Dimensions are numbers, names of the input's dimensions, or at most one -1, which is inferred. */
  Reshape: { readonly shape: Shape };
  Transpose: { readonly permutation: readonly number[] };
  Softmax: { readonly axis: number };
  /** RMSNorm over the last axis: `x / sqrt(mean(x²) + epsilon) · weight`. */
  SimplifiedLayerNormalization: { readonly epsilon: number };
  /** com.microsoft: `x · sigmoid(alpha · x)`; with alpha 1 it is SiLU. */
  QuickGelu: { readonly alpha: number };
  /** com.microsoft: rotate-half rotary embedding of [B, H, T, D] by position ids [B, T] and tables [max, D/2]. */
  RotaryEmbedding: None;
}

export type Op = keyof OpAttributes;

interface InputCounts {
  Add: 2;
  Mul: 2;
  MatMul: 2;
  FusedMatMul: 2;
  DynamicQuantizeMatMul: 3;
  Gather: 2;
  Cast: 1;
  Concat: 'any';
  Split: 1;
  SplitDynamic: 2;
  Reshape: 1;
  Transpose: 1;
  Softmax: 1;
  SimplifiedLayerNormalization: 2;
  QuickGelu: 1;
  RotaryEmbedding: 4;
}

interface Tuples<T> {
  1: readonly [T];
  2: readonly [T, T];
  3: readonly [T, T, T];
  4: readonly [T, T, T, T];
  any: readonly T[];
}

/** The inputs of an op, as a tuple of the right length: of types for inference, of values in a graph. */
export type OpInputs<O extends Op, T = TensorType> = Tuples<T>[InputCounts[O]];

/** What an op is written as in an ONNX file. Inputs beyond the graph's own are int64 constants. */
export interface OnnxSpelling {
  /** The op's ONNX name where it differs from ours. */
  readonly type?: string;
  readonly domain?: 'com.microsoft';
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly extraInput?: readonly number[];
}

export type OnnxAttribute =
  { readonly int: number } | { readonly float: number } | { readonly ints: readonly number[] };

interface OpDefinition<O extends Op> {
  infer(inputs: OpInputs<O>, attributes: OpAttributes[O]): readonly TensorType[];
  onnx(attributes: OpAttributes[O], inputs: OpInputs<O>): OnnxSpelling;
}

const microsoft = { domain: 'com.microsoft' } as const;
const onnxCastTargets = { float32: 1, int32: 6, int64: 7 } as const;

export const opDefinitions: { readonly [O in Op]: OpDefinition<O> } = {
  Add: { infer: inferElementwise, onnx: () => ({}) },
  Mul: { infer: inferElementwise, onnx: () => ({}) },
  MatMul: { infer: ([a, b]) => inferMatMul(a, b.shape), onnx: () => ({}) },
  FusedMatMul: {
    infer: ([a, b], { transA, transB }) =>
      inferMatMul(
        { type: a.type, shape: transA ? swapLast(a.shape) : a.shape },
        transB ? swapLast(b.shape) : b.shape,
      ),
    onnx: ({ transA, transB, alpha }) => ({
      ...microsoft,
      attributes: {
        transA: { int: Number(transA) },
        transB: { int: Number(transB) },
        alpha: { float: alpha },
      },
    }),
  },
  DynamicQuantizeMatMul: {
    infer: ([a, b, scale]) => {
      if (b.type !== 'int8' || b.shape.length !== 2) throw new Error('b must be an int8 matrix');
      if (!sameShape(scale.shape, [dimensionAt(b.shape, 1)]))
        throw new Error('one scale a column of b is needed');
      return inferMatMul(a, b.shape);
    },
    onnx: () => microsoft,
  },
  Gather: {
    infer: ([data, indices], { axis }) => {
      const at = normalizeAxis(axis, data.shape.length);
      return [
        {
          type: data.type,
          shape: [...data.shape.slice(0, at), ...indices.shape, ...data.shape.slice(at + 1)],
        },
      ];
    },
    onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  },
  Cast: {
    infer: ([x], { to }) => [{ type: to, shape: x.shape }],
    onnx: ({ to }) => ({ attributes: { to: { int: onnxCastTargets[to] } } }),
  },
  Concat: { infer: inferConcat, onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }) },
  Split: {
    infer: ([x], attributes) => inferSplit(x, attributes),
    onnx: ({ axis, sizes }) => ({ attributes: { axis: { int: axis } }, extraInput: sizes }),
  },
  SplitDynamic: {
    infer: ([x, sizes], attributes) => {
      if (!sameShape(sizes.shape, [attributes.sizes.length])) throw new Error('one size a part is needed');
      return inferSplit(x, attributes);
    },
    onnx: ({ axis }) => ({ type: 'Split', attributes: { axis: { int: axis } } }),
  },
  Reshape: {
    infer: ([x], { shape }) => [{ type: x.type, shape: inferReshape(x.shape, shape) }],
    onnx: ({ shape }, [x]) => ({ extraInput: reshapeOperand(x.shape, shape) }),
  },
  Transpose: {
    infer: ([x], { permutation }) => {
      const sorted = [...permutation].sort((a, b) => a - b);
      if (sorted.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
        throw new Error(`[${permutation.join(', ')}] is no permutation of the axes`);
      }
      return [{ type: x.type, shape: permutation.map(axis => dimensionAt(x.shape, axis)) }];
    },
    onnx: ({ permutation }) => ({ attributes: { perm: { ints: permutation } } }),
  },
  Softmax: {
    infer: ([x], { axis }) => {
      normalizeAxis(axis, x.shape.length);
      return [{ type: x.type, shape: x.shape }];
    },
    onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  },
  SimplifiedLayerNormalization: {
    infer: ([x, weight]) => {
      if (!sameShape(weight.shape, x.shape.slice(-1))) throw new Error('one weight a feature is needed');
      return [{ type: x.type, shape: x.shape }];
    },
    onnx: ({ epsilon }) => ({ attributes: { axis: { int: -1 }, epsilon: { float: epsilon } } }),
  },
  QuickGelu: {
    infer: ([x]) => [{ type: x.type, shape: x.shape }],
    onnx: ({ alpha }) => ({ ...microsoft, attributes: { alpha: { float: alpha } } }),
  },
  RotaryEmbedding: {
    infer: ([x, positions, cos, sin]) => {
      if (x.shape.length !== 4) throw new Error('x must be [B, H, T, D]');
      if (positions.type !== 'int64') throw new Error('positions must be int64');
      if (!sameShape(cos.shape, sin.shape)) throw new Error('the tables differ in shape');
      return [{ type: x.type, shape: x.shape }];
    },
    onnx: () => microsoft,
  },
};

function inferElementwise([left, right]: readonly [TensorType, TensorType]): readonly TensorType[] {
  if (left.type !== right.type) throw new Error(`element types ${left.type} and ${right.type} differ`);
  return [{ type: left.type, shape: broadcastShapes(left.shape, right.shape) }];
}

function inferMatMul(a: TensorType, b: Shape): readonly TensorType[] {
  if (a.shape.length < 2 || b.length < 2) throw new Error('both operands need at least two axes');
  if (dimensionAt(a.shape, -1) !== dimensionAt(b, -2)) throw new Error('the inner dimensions differ');
  const batch = broadcastShapes(a.shape.slice(0, -2), b.slice(0, -2));
  return [{ type: a.type, shape: [...batch, dimensionAt(a.shape, -2), dimensionAt(b, -1)] }];
}

function swapLast(shape: Shape): Shape {
  return [...shape.slice(0, -2), dimensionAt(shape, -1), dimensionAt(shape, -2)];
}

function inferConcat(
  inputs: readonly TensorType[],
  { axis }: { readonly axis: number },
): readonly TensorType[] {
  const [first] = inputs;
  if (first === undefined) throw new Error('nothing to concatenate');
  const at = normalizeAxis(axis, first.shape.length);
  const total = addDimensions(inputs.map(({ shape }) => dimensionAt(shape, at)));
  for (const { type, shape } of inputs) {
    if (type !== first.type || !sameShape(shape.with(at, 0), first.shape.with(at, 0))) {
      throw new Error('inputs differ beside the axis');
    }
  }
  return [{ type: first.type, shape: first.shape.with(at, total) }];
}

function inferSplit(x: TensorType, { axis, sizes }: OpAttributes['SplitDynamic']): readonly TensorType[] {
  const at = normalizeAxis(axis, x.shape.length);
  const total = addDimensions(sizes);
  if (dimensionAt(x.shape, at) !== total) throw new Error(`parts of ${total} do not fill axis ${axis}`);
  return sizes.map(size => ({ type: x.type, shape: x.shape.with(at, size) }));
}

/** Element counts must agree as products of numbers and a bag of names. */
function inferReshape(from: Shape, to: Shape): Shape {
  const inferred = to.indexOf(-1);
  const known = inferred === -1 ? to : to.toSpliced(inferred, 1);
  const available = factorize(from);
  const wanted = factorize(known);
  for (const name of wanted.names) {
    const at = available.names.indexOf(name);
    if (at === -1) throw new Error(`${formatShape(from)} has no dimension ${name} for ${formatShape(to)}`);
    available.names.splice(at, 1);
  }
  const ratio = available.product / wanted.product;
  if (inferred === -1) {
    if (ratio !== 1 || available.names.length > 0) throw new Error(`cannot become ${formatShape(to)}`);
    return to;
  }
  if (!Number.isInteger(ratio)) throw new Error(`cannot become ${formatShape(to)}`);
  if (available.names.length === 0) return to.with(inferred, ratio);
  if (available.names.length > 1 || ratio !== 1)
    throw new Error('the inferred dimension must be one number or one name');
  return to.with(inferred, available.names[0] ?? ratio);
}

function factorize(shape: Shape): { product: number; names: string[] } {
  const product = shape.reduce<number>((total, d) => total * (typeof d === 'number' ? d : 1), 1);
  return { product, names: shape.filter(dimension => typeof dimension === 'string') };
}

/** ONNX's shape operand: 0 copies the same axis of the input, -1 is inferred; other names cannot be spelled. */
function reshapeOperand(from: Shape, to: Shape): readonly number[] {
  let inferred = to.includes(-1);
  return to.map((dimension, axis) => {
    if (typeof dimension === 'number') return dimension;
    if (from[axis] === dimension) return 0;
    if (inferred) throw new Error(`Reshape to ${formatShape(to)} has two dimensions to infer`);
    inferred = true;
    return -1;
  });
}
