// The closed set of ops: the attributes and the number of inputs of each. Opset 17 of ONNX, and `com.microsoft`,
// which is onnxruntime's own; see its docs/ContribOperators.md. opDefinitions.ts says what they do.

import type { Dimension, Shape } from './shape.ts';
import type { TensorType } from './tensor.ts';

type None = Readonly<Record<string, never>>;

/** The attributes of each op. */
export interface OpAttributes {
  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  /** The larger of two, element by element. */
  Max: None;
  Neg: None;
  Sqrt: None;
  Exp: None;
  Log: None;
  Sigmoid: None;
  /** Sums along axes, which stay with size 1. */
  ReduceSum: { readonly axes: readonly number[] };
  /** Sums of squares along axes, which stay with size 1. */
  ReduceSumSquare: { readonly axes: readonly number[] };
  /** Stretches axes of size 1, and adds leading ones, as broadcasting does. */
  Expand: { readonly shape: Shape };
  MatMul: None;
  /** com.microsoft: `alpha · a · b`, with the last two axes of either swapped on request. */
  FusedMatMul: { readonly transA: boolean; readonly transB: boolean; readonly alpha: number };
  /** com.microsoft: quantizes `a` to uint8 on the fly, multiplies by int8 `b`, rescales to float32. Inputs: a, b, scale. */
  DynamicQuantizeMatMul: None;
  /**
   * com.microsoft: float32 `a · Bᵀ` for B [rows, columns] of 4 bits an element, in blocks of `blockSize` elements of a
   * row with one scale each. Inputs: a, the blocks uint8 [rows, blocks, blockSize / 2], two elements a byte, the first
   * in the low bits, 8 standing for 0, and the scales [rows, blocks].
   */
  MatMulNBits: { readonly rows: number; readonly columns: number; readonly blockSize: number };
  /** Picks slices of input 0 along an axis by the indices of input 1. */
  Gather: { readonly axis: number };
  /** Picks one element along an axis for each index: `y[i][j] = x[i][index[i][j]]`, say. */
  GatherElements: { readonly axis: number };
  /** Adds updates to a copy of input 0: GatherElements backwards. Inputs: data, indices, updates. */
  ScatterElements: { readonly axis: number };
  /** Adds slices to a copy of input 0 at indices [..., 1] along its first axis: Gather backwards. */
  ScatterND: None;
  Cast: { readonly to: 'float32' | 'int32' | 'int64' };
  Concat: { readonly axis: number };
  Split: { readonly axis: number; readonly sizes: readonly number[] };
  /** Split whose sizes are named dimensions; input 1 gives their values, int64 [sizes.length]. */
  SplitDynamic: { readonly axis: number; readonly sizes: readonly Dimension[] };
  /** Dimensions are numbers, names of the input's dimensions, or at most one -1, which is inferred. */
  Reshape: { readonly shape: Shape };
  Transpose: { readonly permutation: readonly number[] };
  Softmax: { readonly axis: number };
  LogSoftmax: { readonly axis: number };
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
  Sub: 2;
  Mul: 2;
  Div: 2;
  Max: 2;
  Neg: 1;
  Sqrt: 1;
  Exp: 1;
  Log: 1;
  Sigmoid: 1;
  ReduceSum: 1;
  ReduceSumSquare: 1;
  Expand: 1;
  MatMul: 2;
  FusedMatMul: 2;
  DynamicQuantizeMatMul: 3;
  MatMulNBits: 3;
  Gather: 2;
  GatherElements: 2;
  ScatterElements: 3;
  ScatterND: 3;
  Cast: 1;
  Concat: 'any';
  Split: 1;
  SplitDynamic: 2;
  Reshape: 1;
  Transpose: 1;
  Softmax: 1;
  LogSoftmax: 1;
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
