// The definition of each op: shape inference, which refuses operands that do not fit, and its ONNX spelling.

import {
  inferConcat,
  inferElementwise,
  inferGatherElements,
  inferMatMul,
  inferReduction,
  inferReshape,
  inferScatterElements,
  inferScatterND,
  inferSoftmax,
  inferSplit,
  reshapeOperand,
  swapLast,
} from './inference.ts';
import type { Op, OpAttributes, OpInputs } from './ops.ts';
import { broadcastShapes, dimensionAt, elementCount, normalizeAxis, sameShape } from './shape.ts';
import type { TensorType } from './tensor.ts';

/** What an op is written as in an ONNX file. Inputs beyond the graph's own are int64 constants. */
export interface OnnxSpelling {
  /** The op's ONNX name where it differs from ours. */
  readonly type?: string;
  readonly domain?: 'com.microsoft';
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly extraInput?: readonly number[];
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string };

interface OpDefinition<O extends Op> {
  infer(inputs: OpInputs<O>, attributes: OpAttributes[O]): readonly TensorType[];
  onnx(attributes: OpAttributes[O], inputs: OpInputs<O>): OnnxSpelling;
}

const microsoft = { domain: 'com.microsoft' } as const;
const onnxCastTargets = { float32: 1, int32: 6, int64: 7 } as const;

export const opDefinitions: { readonly [O in Op]: OpDefinition<O> } = {
  Add: { infer: inferElementwise, onnx: () => ({}) },
  Sub: { infer: inferElementwise, onnx: () => ({}) },
  Mul: { infer: inferElementwise, onnx: () => ({}) },
  Div: { infer: inferElementwise, onnx: () => ({}) },
  Max: { infer: inferElementwise, onnx: () => ({}) },
  Neg: { infer: ([x]) => [x], onnx: () => ({}) },
  Sqrt: { infer: ([x]) => [x], onnx: () => ({}) },
  Exp: { infer: ([x]) => [x], onnx: () => ({}) },
  Log: { infer: ([x]) => [x], onnx: () => ({}) },
  Sigmoid: { infer: ([x]) => [x], onnx: () => ({}) },
  ReduceSum: {
    infer: ([x], { axes }) => inferReduction(x, axes),
    onnx: ({ axes }) => ({ extraInput: axes }),
  },
  ReduceSumSquare: {
    infer: ([x], { axes }) => inferReduction(x, axes),
    onnx: ({ axes }) => ({ attributes: { axes: { ints: axes } } }),
  },
  Expand: {
    infer: ([x], { shape }) => [{ type: x.type, shape: broadcastShapes(x.shape, shape) }],
    onnx: ({ shape }) => ({ extraInput: shape.map(size => elementCount([size])) }),
  },
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
  MatMulNBits: {
    infer: ([a, blocks, scales], { rows, columns, blockSize }) => {
      const count = Math.ceil(columns / blockSize);
      if (blocks.type !== 'uint8' || !sameShape(blocks.shape, [rows, count, blockSize / 2]))
        throw new Error(`the blocks must be uint8 [${rows}, ${count}, ${blockSize / 2}]`);
      if (!sameShape(scales.shape, [rows, count])) throw new Error('one scale a block is needed');
      return inferMatMul(a, [columns, rows]);
    },
    onnx: ({ rows, columns, blockSize }) => ({
      ...microsoft,
      attributes: {
        K: { int: columns },
        N: { int: rows },
        bits: { int: 4 },
        block_size: { int: blockSize },
      },
    }),
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
  GatherElements: {
    infer: ([data, indices], { axis }) => inferGatherElements(data, indices, axis),
    onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  },
  ScatterElements: {
    infer: (inputs, { axis }) => inferScatterElements(inputs, axis),
    onnx: ({ axis }) => ({ attributes: { axis: { int: axis }, reduction: { string: 'add' } } }),
  },
  ScatterND: { infer: inferScatterND, onnx: () => ({ attributes: { reduction: { string: 'add' } } }) },
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
    infer: ([x], { axis }) => inferSoftmax(x, axis),
    onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
  },
  LogSoftmax: {
    infer: ([x], { axis }) => inferSoftmax(x, axis),
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
