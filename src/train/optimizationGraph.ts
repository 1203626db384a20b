// One step of training as a graph: the loss, its gradients, their clipping and the optimizer, with the state passed
// through.

import { add, div, reshape, scalar, sqrt } from '../graph/arithmetic.ts';
import { backward } from '../graph/backward.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { apply, input } from '../graph/graph.ts';
import { elementCount } from '../graph/shape.ts';
import type { FlatVector } from './flatVectors.ts';
import { readFrom } from './flatVectors.ts';
import type { Hyperparameters } from './optimizers.ts';
import { optimizer } from './optimizers.ts';

/** Names of inputs and outputs of the graphs, by the name of the vector. */
export const carriedGradient = (name: string) => `carried_gradient:${name}`;
export const gradientOutput = (name: string) => `gradient:${name}`;
export const nextParameter = (name: string) => `next:${name}`;
export const nextFirstMoment = (name: string) => `next_first_moment:${name}`;
export const nextSecondMoment = (name: string) => `next_second_moment:${name}`;

/** A loss of trainable tensors, and where on its way activations may be computed anew from; see `backward`. */
export interface DifferentiableLoss {
  readonly loss: Value;
  readonly checkpoints: readonly Value[];
}

/** Inputs: those of the loss, and the vectors by their names. Output: `loss`. */
export function evaluationGraph({ loss }: DifferentiableLoss, vectors: readonly FlatVector[]): Graph {
  const [read = loss] = readFrom(vectors, [loss]);
  return { outputs: { loss: read } };
}

/**
 * Inputs: those of the loss, the vectors, and with `carried` the gradients of the batches before. Outputs: `loss`,
 * and the gradients with those carried.
 */
export function gradientGraph(
  differentiable: DifferentiableLoss,
  vectors: readonly FlatVector[],
  carried: boolean,
): Graph {
  const { loss, gradients } = differentiated(differentiable, vectors, carried);
  const outputs = gradients.map(([{ name }, gradient]) => [gradientOutput(name), gradient] as const);
  return { outputs: { ...Object.fromEntries(outputs), loss } };
}

/**
 * Inputs: those of the loss and of the optimizer, with `carried` the gradients of the batches before. Outputs: `loss`,
 * `gradient_norm` before clipping, and the vectors and moments after the step.
 */
export function updateGraph(
  differentiable: DifferentiableLoss,
  vectors: readonly FlatVector[],
  carried: boolean,
  hyperparameters: Hyperparameters,
): Graph {
  const { loss, gradients } = differentiated(differentiable, vectors, carried);
  const norm = globalNorm(gradients.map(([, gradient]) => gradient));
  const limit = scalar(hyperparameters.clipNorm);
  const clip = div(limit, apply('Max', [norm, limit], {}));
  const update = optimizer(hyperparameters, clip);
  const outputs: Record<string, Value> = {};
  for (const [vector, gradient] of gradients) {
    const next = update(vector, gradient);
    outputs[nextParameter(vector.name)] = next.parameter;
    outputs[nextFirstMoment(vector.name)] = next.first;
    if (next.second !== undefined) outputs[nextSecondMoment(vector.name)] = next.second;
  }
  // The loss last: the runtime computes last outputs first, and what only they read it can then overwrite.
  return { outputs: { ...outputs, gradient_norm: norm, loss } };
}

function differentiated(
  { loss, checkpoints }: DifferentiableLoss,
  vectors: readonly FlatVector[],
  carried: boolean,
): { loss: Value; gradients: readonly (readonly [FlatVector, Value])[] } {
  const [read = loss, ...kept] = readFrom(vectors, [loss, ...checkpoints]);
  const gradients = backward(
    read,
    vectors.map(({ value }) => value),
    kept,
  );
  const paired = vectors.map((vector, at): readonly [FlatVector, Value] => {
    const gradient = gradients[at];
    if (gradient === undefined) throw new Error(`${vector.name} has no gradient`);
    if (!carried) return [vector, gradient];
    return [vector, add(input(carriedGradient(vector.name), 'float32', [vector.size]), gradient)];
  });
  return { loss: read, gradients: paired };
}

/** The Euclidean norm of all elements of all vectors. */
function globalNorm(vectors: readonly Value[]): Value {
  const squares = vectors.map(vector => sumOfSquares(vector));
  const total = apply('ReduceSum', [apply('Concat', squares, { axis: 0 })], { axes: [0] });
  return sqrt(reshape(total, []));
}

/** In rows, whose sums are then summed: one float32 sum over millions of squares loses parts in a thousand. */
function sumOfSquares(vector: Value): Value {
  const size = elementCount(vector.shape);
  let rows = Math.floor(Math.sqrt(size));
  while (size % rows !== 0) rows--;
  const squares = apply('ReduceSumSquare', [reshape(vector, [rows, size / rows])], { axes: [1] }); // [rows, 1]
  return reshape(apply('ReduceSum', [squares], { axes: [0] }), [1]);
}
