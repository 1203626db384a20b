// The state of a training as the graph has it, by trainable tensors, and as files have it, by Hugging Face's names.

import { elementCount } from '../graph/shape.ts';
import type { TrainableTensor } from '../model/trainable.ts';

/** A tensor of the state; its data is never changed, only replaced. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** All that a step depends on beside its batches, by Hugging Face's or PEFT's names. */
export interface TrainingState {
  /** Steps applied so far. */
  readonly steps: number;
  readonly parameters: ReadonlyMap<string, StateTensor>;
  readonly firstMoments: ReadonlyMap<string, StateTensor>;
  readonly secondMoments: ReadonlyMap<string, StateTensor>;
}

/** By the names of trainable tensors, which may be several matrices stacked. */
export type Arrays = ReadonlyMap<string, Float32Array>;

export interface StateArrays {
  readonly parameters: Arrays;
  readonly firstMoments: Arrays;
  readonly secondMoments: Arrays;
}

/** One of zeros for each tensor. */
export function zerosFor(tensors: readonly TrainableTensor[]): Arrays {
  return new Map(tensors.map(({ name, value }) => [name, new Float32Array(elementCount(value.shape))]));
}

/** The matrices of a tensor by their own names; views, not copies. */
export function partsOf(
  { name, parts }: TrainableTensor,
  arrays: Arrays,
): readonly (readonly [string, StateTensor])[] {
  const data = arrays.get(name) ?? new Float32Array();
  let start = 0;
  return parts.map(part => {
    const size = elementCount(part.shape);
    const view = data.subarray(start, start + size);
    start += size;
    return [part.name, { shape: part.shape, data: view }];
  });
}

/** Puts matrices together again. Throws an error that names the one that is missing or of another size. */
export function joinParts(
  tensors: readonly TrainableTensor[],
  parts: ReadonlyMap<string, StateTensor>,
): ReadonlyMap<string, Float32Array> {
  return new Map(
    tensors.map(tensor => {
      const joined = new Float32Array(elementCount(tensor.value.shape));
      let start = 0;
      for (const { name, shape } of tensor.parts) {
        const part = parts.get(name);
        if (part?.data.length !== elementCount(shape)) {
          throw new Error(
            `the training state has no ${name} of ${shape.join(' × ')}: it is of another model or mode`,
          );
        }
        joined.set(part.data, start);
        start += part.data.length;
      }
      return [tensor.name, joined];
    }),
  );
}
