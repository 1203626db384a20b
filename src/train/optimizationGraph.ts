// One step of training as a graph: the loss, its gradients, their clipping and AdamW, with the state passed through.

import { add, div, mul, reshape, scalar, sqrt, sub } from '../graph/arithmetic.ts';
import { backward } from '../graph/backward.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { apply, input } from '../graph/graph.ts';
import { elementCount } from '../graph/shape.ts';
import type { FlatVector } from './flatVectors.ts';
import { readFrom } from './flatVectors.ts';

/** What stays the same throughout a training. */
export interface Hyperparameters {
  /** How slowly the mean of the gradients forgets. */
  readonly beta1: number;
  /** How slowly the mean of their squares forgets. */
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of the learning rate by which matrices shrink each step. */
  readonly weightDecay: number;
  /** Gradients whose norm over all tensors is larger are scaled down to it. */
  readonly clipNorm: number;
}

/** Names of inputs and outputs of the graphs, by the name of the vector. */
export const firstMoment = (name: string) => `first_moment:${name}`;
export const secondMoment = (name: string) => `second_moment:${name}`;
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
 * Inputs: those of the loss, the vectors and their moments, with `carried` the gradients of the batches before,
 * `learning_rate` float32 [], and `first_correction` and `second_correction` float32 [], `1 - beta ** steps` of the
 * two betas with this step counted. Outputs: `loss`, `gradient_norm` before clipping, and the vectors and moments
 * after the step.
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
  const update = adamW(hyperparameters, clip);
  const outputs: Record<string, Value> = {};
  for (const [vector, gradient] of gradients) {
    const next = update(vector, gradient);
    outputs[nextParameter(vector.name)] = next.parameter;
    outputs[nextFirstMoment(vector.name)] = next.first;
    outputs[nextSecondMoment(vector.name)] = next.second;
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

/**
 * AdamW (Loshchilov & Hutter 2019), as PyTorch has it. The corrections of the moments are folded into the step
 * size and epsilon: what is left is done once an element.
 */
function adamW(
  { beta1, beta2, epsilon, weightDecay }: Hyperparameters,
  clip: Value,
): (vector: FlatVector, gradient: Value) => { parameter: Value; first: Value; second: Value } {
  const learningRate = input('learning_rate', 'float32', []);
  const root = sqrt(input('second_correction', 'float32', []));
  const stepSize = div(mul(learningRate, root), input('first_correction', 'float32', []));
  const correctedEpsilon = mul(scalar(epsilon), root);
  const keep = sub(scalar(1), mul(learningRate, scalar(weightDecay)));
  const firstShare = mul(clip, scalar(1 - beta1));
  const secondShare = mul(mul(clip, clip), scalar(1 - beta2));
  return ({ name, value, decays }, gradient) => {
    const firstBefore = input(firstMoment(name), 'float32', value.shape);
    const secondBefore = input(secondMoment(name), 'float32', value.shape);
    const first = add(mul(firstBefore, scalar(beta1)), mul(gradient, firstShare));
    const second = add(mul(secondBefore, scalar(beta2)), mul(mul(gradient, gradient), secondShare));
    const change = mul(div(first, add(sqrt(second), correctedEpsilon)), stepSize);
    return { parameter: sub(decays ? mul(value, keep) : value, change), first, second };
  };
}
