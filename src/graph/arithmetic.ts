// Short names for the ops that formulas are made of, so that gradient rules and optimizers read like the formulas.

import type { Value } from './graph.ts';
import { apply, constant } from './graph.ts';
import type { Shape } from './shape.ts';
import { normalizeAxis, sameShape } from './shape.ts';
import { float32Constant } from './tensor.ts';

export const add = (a: Value, b: Value): Value => apply('Add', [a, b], {});
export const sub = (a: Value, b: Value): Value => apply('Sub', [a, b], {});
export const mul = (a: Value, b: Value): Value => apply('Mul', [a, b], {});
export const div = (a: Value, b: Value): Value => apply('Div', [a, b], {});
export const neg = (a: Value): Value => apply('Neg', [a], {});
export const sqrt = (a: Value): Value => apply('Sqrt', [a], {});
export const scalar = (value: number): Value => constant(float32Constant([], [value]), 'scalar');

/** `alpha · a · b`, with the last two axes of either swapped on request. */
export function matmul(
  a: Value,
  b: Value,
  { transA = false, transB = false, alpha = 1 }: { transA?: boolean; transB?: boolean; alpha?: number } = {},
): Value {
  return apply('FusedMatMul', [a, b], { transA, transB, alpha });
}

export function zeros(shape: Shape): Value {
  return apply('Expand', [scalar(0)], { shape });
}

/** The value itself where it has the shape already. */
export function reshape(value: Value, shape: Shape): Value {
  return sameShape(value.shape, shape) ? value : apply('Reshape', [value], { shape });
}

export function transpose(value: Value, permutation: readonly number[]): Value {
  return apply('Transpose', [value], { permutation });
}

/** Sums along one axis, which stays with size 1. */
export function sumAlong(value: Value, axis: number): Value {
  return apply('ReduceSum', [value], { axes: [normalizeAxis(axis, value.shape.length)] });
}

/** Sums over the axes along which `shape` was broadcast to the value's shape: broadcasting backwards. */
export function sumTo(value: Value, shape: Shape): Value {
  const added = value.shape.length - shape.length;
  const axes = value.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? value : apply('ReduceSum', [value], { axes });
  return reshape(summed, shape);
}

/** The sum of all elements, without axes. */
export function sumAll(value: Value): Value {
  return sumTo(value, []);
}
