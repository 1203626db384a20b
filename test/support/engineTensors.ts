// Tensors of tests in plain TypeScript: built index by index, so that a reference reads like the op's definition,
// with symbolic dimensions bound to sizes.

import { seededRandom } from '../../src/base/random.ts';
import type { Dimension, Shape } from '../../src/graph/shape.ts';
import type { ElementType } from '../../src/graph/tensor.ts';
import type { RuntimeTensor } from '../../src/runtime/session.ts';

/** What the names of dimensions stand for in tests. */
const namedSizes: Readonly<Record<string, number>> = { T: 3, P: 2, R: 2 };

export interface TestTensor {
  readonly type: ElementType;
  /** With names. */
  readonly shape: Shape;
  readonly sizes: readonly number[];
  readonly values: readonly number[];
}

/** A dimension's size: a number, a name, or a sum of those. */
export function sizeOf(dimension: Dimension): number {
  return String(dimension)
    .split('+')
    .reduce((sum, part) => sum + (namedSizes[part] ?? Number(part)), 0);
}

/** A tensor whose elements are a function of their index. */
export function tensor(
  shape: Shape,
  value: (index: readonly number[]) => number,
  type: ElementType = 'float32',
): TestTensor {
  const sizes = shape.map(sizeOf);
  const count = sizes.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, flat) => value(indexOf(flat, sizes)));
  return { type, shape, sizes, values };
}

/** Float32 values between -2 and 2, other ones for each seed. */
export function randomTensor(shape: Shape, seed = 1): TestTensor {
  const random = seededRandom(seed);
  return tensor(shape, () => Math.fround(4 * random() - 2));
}

export function tensorOf(type: ElementType, shape: Shape, values: readonly number[]): TestTensor {
  return { type, shape, sizes: shape.map(sizeOf), values };
}

/** The element at an index; axes of size 1 are broadcast, and leading axes may be missing. */
export function at({ sizes, values }: TestTensor, index: readonly number[]): number {
  const own = index.slice(index.length - sizes.length);
  const flat = sizes.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : (own[axis] ?? 0)), 0);
  const value = values[flat];
  if (value === undefined) throw new Error(`no element [${index.join()}] in [${sizes.join()}]`);
  return value;
}

/** `term(0) + … + term(count - 1)`. */
export function sum(count: number, term: (index: number) => number): number {
  let total = 0;
  for (let index = 0; index < count; index++) total += term(index);
  return total;
}

/** The tensor as a run takes it. */
export function feed({ type, sizes, values }: TestTensor): RuntimeTensor {
  if (type === 'float32') return { type, shape: sizes, data: Float32Array.from(values) };
  if (type === 'int64') return { type, shape: sizes, data: BigInt64Array.from(values, BigInt) };
  throw new Error(`runs take no ${type}`);
}

function indexOf(flat: number, sizes: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of sizes.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
