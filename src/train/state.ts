// The state of a training as the graph has it, in flat vectors, and as files have it, by Hugging Face's names.

import { elementCount } from '../graph/shape.ts';
import type { Weights } from '../model/weights.ts';
import type { HeldTensor } from '../runtime/session.ts';
import { readFloats } from '../runtime/session.ts';
import type { FlatVector } from './flatVectors.ts';

/** A tensor of the state; its data is never changed, only replaced. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** All that a step depends on beside its batches, by Hugging Face's or PEFT's names. */
export interface TrainerState {
  /** Steps applied so far. */
  readonly steps: number;
  readonly parameters: ReadonlyMap<string, StateTensor>;
  readonly firstMoments: ReadonlyMap<string, StateTensor>;
  readonly secondMoments: ReadonlyMap<string, StateTensor>;
}

/** What flat vectors hold, by their names. */
export type Arrays = ReadonlyMap<string, Float32Array>;

/** The flat vectors wherever they lie, by their names. */
export type HeldVectors = ReadonlyMap<string, HeldTensor>;

export interface HeldState {
  readonly parameters: HeldVectors;
  readonly firstMoments: HeldVectors;
  readonly secondMoments: HeldVectors;
}

/** As a run takes them; a device copies them at each run, until its own results stand in their place. */
export function held(arrays: Arrays): HeldVectors {
  return new Map([...arrays].map(([name, data]) => [name, { type: 'float32', shape: [data.length], data }]));
}

/** What the vectors hold, copied from the device where they lie there. */
export async function readVectors(vectors: HeldVectors): Promise<Arrays> {
  const arrays = new Map<string, Float32Array>();
  for (const [name, tensor] of vectors) arrays.set(name, await readFloats(tensor, name));
  return arrays;
}

/** Zeros for each vector. */
export function zerosFor(vectors: readonly FlatVector[]): Arrays {
  return new Map(vectors.map(({ name, size }) => [name, new Float32Array(size)]));
}

/** What the vectors hold before training. */
export function initialFor(vectors: readonly FlatVector[], weights: Weights): Arrays {
  return new Map(
    vectors.map(({ name, size, tensors }) => {
      const flat = new Float32Array(size);
      let start = 0;
      for (const tensor of tensors) {
        flat.set(tensor.initial(weights), start);
        start += elementCount(tensor.value.shape);
      }
      return [name, flat];
    }),
  );
}

/** The matrices and vectors of the model by their own names; views, not copies. */
export function byPart(vectors: readonly FlatVector[], arrays: Arrays): ReadonlyMap<string, StateTensor> {
  const parts = new Map<string, StateTensor>();
  for (const { name, tensors } of vectors) {
    const flat = arrays.get(name) ?? new Float32Array();
    let start = 0;
    for (const part of tensors.flatMap(tensor => tensor.parts)) {
      const size = elementCount(part.shape);
      parts.set(part.name, { shape: part.shape, data: flat.subarray(start, start + size) });
      start += size;
    }
  }
  return parts;
}

/** Puts the parts together again. Throws an error that names the one that is missing or of another size. */
export function joinParts(vectors: readonly FlatVector[], parts: ReadonlyMap<string, StateTensor>): Arrays {
  const joined = zerosFor(vectors);
  for (const [name, { shape, data }] of byPart(vectors, joined)) {
    const part = parts.get(name);
    if (part?.data.length !== data.length) {
      throw new Error(
        `the training state has no ${name} of ${shape.join(' × ')}: it is of another model or mode`,
      );
    }
    data.set(part.data);
  }
  return joined;
}
