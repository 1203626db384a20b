// All that is trained, end to end in a vector for each role: so the optimizer is a few long ops, and not a dozen for each
// of many tensors.

import { reshape } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { applyMany, input } from '../graph/graph.ts';
import { elementCount } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import { ValueMap } from '../graph/valueMap.ts';
import type { TrainableRole, TrainableTensor } from '../model/trainable.ts';

export interface FlatVector {
  /** The role of its tensors; also the name of the graph's input. */
  readonly name: TrainableRole;
  /** float32 [size]. */
  readonly value: Value;
  readonly size: number;
  /** In the order in which they lie in the vector. */
  readonly tensors: readonly TrainableTensor[];
}

/** At most three vectors that hold all tensors. Those of one shape lie side by side. */
export function flatVectors(tensors: readonly TrainableTensor[]): readonly FlatVector[] {
  const sorted = tensors.toSorted((a, b) => shapeKey(a).localeCompare(shapeKey(b)));
  const all = roles.map((name): FlatVector => {
    const own = sorted.filter(({ role }) => role === name);
    const size = own.reduce((total, { value }) => total + elementCount(value.shape), 0);
    return { name, value: input(name, 'float32', [size]), size, tensors: own };
  });
  return all.filter(({ size }) => size > 0);
}

const roles: readonly TrainableRole[] = ['hidden', 'decaying', 'lasting'];

function shapeKey({ parts }: TrainableTensor): string {
  return parts.map(({ shape }) => shape.join('x')).join('|');
}

/** The values when tensors are read out of their vectors, which become the inputs in their stead. */
export function readFrom(vectors: readonly FlatVector[], values: readonly Value[]): readonly Value[] {
  const parts = new ValueMap<Value>();
  for (const { value, tensors } of vectors) {
    const sizes = tensors.map(tensor => elementCount(tensor.value.shape));
    for (const [at, part] of applyMany('Split', [value], { axis: 0, sizes }).entries()) {
      const tensor = tensors[at];
      if (tensor !== undefined) parts.set(tensor.value, reshape(part, tensor.value.shape));
    }
  }
  return substitute(values, parts);
}
