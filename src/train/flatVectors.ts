// All that is trained, end to end in two vectors, one that weight decay shrinks and one that it leaves: so the
// optimizer is a few long ops, and not a dozen for each of many tensors.

import { reshape } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { applyMany, input } from '../graph/graph.ts';
import { elementCount } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import { ValueMap } from '../graph/valueMap.ts';
import type { TrainableTensor } from '../model/trainable.ts';

export interface FlatVector {
  /** Of the graph's input. */
  readonly name: 'decaying' | 'lasting';
  readonly decays: boolean;
  /** float32 [size]. */
  readonly value: Value;
  readonly size: number;
  /** In the order in which they lie in the vector. */
  readonly tensors: readonly TrainableTensor[];
}

/** One or two vectors that hold all tensors. */
export function flatVectors(tensors: readonly TrainableTensor[]): readonly FlatVector[] {
  const all = [true, false].map((decays): FlatVector => {
    const own = tensors.filter(tensor => tensor.decays === decays);
    const size = own.reduce((total, { value }) => total + elementCount(value.shape), 0);
    const name = decays ? 'decaying' : 'lasting';
    return { name, decays, value: input(name, 'float32', [size]), size, tensors: own };
  });
  return all.filter(({ size }) => size > 0);
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
