// Shapes whose dimensions are numbers or names. A name stands for a size known only when the graph runs, such
// as the count of new tokens; two dimensions are equal exactly when their numbers or names are.

/** A size, or the name of one that is known when the graph runs. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** Broadcasts two shapes as NumPy and ONNX do. Throws when a pair of dimensions neither agrees nor is 1. */
export function broadcastShapes(left: Shape, right: Shape): Shape {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = left[axis - (rank - left.length)] ?? 1;
    const b = right[axis - (rank - right.length)] ?? 1;
    if (a === b || b === 1) return a;
    if (a === 1) return b;
    throw new Error(`shapes ${formatShape(left)} and ${formatShape(right)} do not broadcast at axis ${axis}`);
  });
}

/** The sum of dimensions; named when any of them is. The order of the addends is kept in the name. */
export function addDimensions(dimensions: readonly Dimension[]): Dimension {
  const named = dimensions.filter(dimension => typeof dimension === 'string');
  const sum = dimensions.reduce<number>((total, d) => total + (typeof d === 'number' ? d : 0), 0);
  if (named.length === 0) return sum;
  return sum === 0 ? named.join('+') : `${named.join('+')}+${sum}`;
}

/** Axis as a non-negative index. Throws a RangeError when it lies outside the rank. */
export function normalizeAxis(axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw new RangeError(`axis ${axis} is outside a shape of rank ${rank}`);
  }
  return normalized;
}

export function dimensionAt(shape: Shape, axis: number): Dimension {
  const dimension = shape[normalizeAxis(axis, shape.length)];
  if (dimension === undefined) throw new RangeError(`axis ${axis} is outside ${formatShape(shape)}`);
  return dimension;
}

/** The element count. Throws when a dimension is only a name. */
export function elementCount(shape: Shape): number {
  return shape.reduce<number>((product, dimension) => {
    if (typeof dimension === 'string') throw new Error(`${formatShape(shape)} has no size before it runs`);
    return product * dimension;
  }, 1);
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((dimension, axis) => dimension === right[axis]);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
