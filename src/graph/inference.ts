// What each op makes of the shapes of its operands, where that takes more than a line.

import type { OpAttributes } from './ops.ts';
import type { Shape } from './shape.ts';
import {
  addDimensions,
  broadcastShapes,
  dimensionAt,
  formatShape,
  normalizeAxis,
  sameShape,
} from './shape.ts';
import type { TensorType } from './tensor.ts';

export function inferElementwise([left, right]: readonly [TensorType, TensorType]): readonly TensorType[] {
  if (left.type !== right.type) throw new Error(`element types ${left.type} and ${right.type} differ`);
  return [{ type: left.type, shape: broadcastShapes(left.shape, right.shape) }];
}

export function inferMatMul(a: TensorType, b: Shape): readonly TensorType[] {
  if (a.shape.length < 2 || b.length < 2) throw new Error('both operands need at least two axes');
  if (dimensionAt(a.shape, -1) !== dimensionAt(b, -2)) throw new Error('the inner dimensions differ');
  const batch = broadcastShapes(a.shape.slice(0, -2), b.slice(0, -2));
  return [{ type: a.type, shape: [...batch, dimensionAt(a.shape, -2), dimensionAt(b, -1)] }];
}

export function swapLast(shape: Shape): Shape {
  return [...shape.slice(0, -2), dimensionAt(shape, -1), dimensionAt(shape, -2)];
}

export function inferConcat(
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

export function inferSplit(
  x: TensorType,
  { axis, sizes }: OpAttributes['SplitDynamic'],
): readonly TensorType[] {
  const at = normalizeAxis(axis, x.shape.length);
  const total = addDimensions(sizes);
  if (dimensionAt(x.shape, at) !== total) throw new Error(`parts of ${total} do not fill axis ${axis}`);
  return sizes.map(size => ({ type: x.type, shape: x.shape.with(at, size) }));
}

/** Element counts must agree as products of numbers and a bag of names. */
export function inferReshape(from: Shape, to: Shape): Shape {
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
export function reshapeOperand(from: Shape, to: Shape): readonly number[] {
  let inferred = to.includes(-1);
  return to.map((dimension, axis) => {
    if (typeof dimension === 'number') return dimension;
    if (from[axis] === dimension) return 0;
    if (inferred) throw new Error(`Reshape to ${formatShape(to)} has two dimensions to infer`);
    inferred = true;
    return -1;
  });
}

export function inferReduction(x: TensorType, axes: readonly number[]): readonly TensorType[] {
  const kept = axes.reduce((shape, axis) => shape.with(normalizeAxis(axis, shape.length), 1), x.shape);
  return [{ type: x.type, shape: kept }];
}

/** Indices pick along the axis and agree with the data beside it; updates are one an index. */
export function inferScatterElements(
  [data, indices, updates]: readonly [TensorType, TensorType, TensorType],
  axis: number,
): readonly TensorType[] {
  checkIndices(data, indices, axis);
  if (!sameShape(indices.shape, updates.shape)) throw new Error('one update an index is needed');
  if (data.type !== updates.type) throw new Error('data and updates differ in type');
  return [data];
}

export function inferGatherElements(
  data: TensorType,
  indices: TensorType,
  axis: number,
): readonly TensorType[] {
  checkIndices(data, indices, axis);
  return [{ type: data.type, shape: indices.shape }];
}

export function inferScatterND([data, indices, updates]: readonly [
  TensorType,
  TensorType,
  TensorType,
]): readonly TensorType[] {
  if (indices.type !== 'int64' || dimensionAt(indices.shape, -1) !== 1) {
    throw new Error('indices must be int64 [..., 1]');
  }
  if (!sameShape(updates.shape, [...indices.shape.slice(0, -1), ...data.shape.slice(1)])) {
    throw new Error('one slice of the data an index is needed');
  }
  return [{ type: data.type, shape: data.shape }];
}

function checkIndices(data: TensorType, indices: TensorType, axis: number): void {
  const at = normalizeAxis(axis, data.shape.length);
  if (indices.type !== 'int64') throw new Error('indices must be int64');
  if (
    indices.shape.length !== data.shape.length ||
    !sameShape(indices.shape.with(at, 0), data.shape.with(at, 0))
  ) {
    throw new Error('indices and data differ beside the axis');
  }
}

export function inferSoftmax(x: TensorType, axis: number): readonly TensorType[] {
  normalizeAxis(axis, x.shape.length);
  return [x];
}
