// How a step of the optimizer changes a flat vector, as formulas of the graph.

import { add, div, matmul, mul, reshape, scalar, sqrt, sub } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { apply, applyMany, constant, input } from '../graph/graph.ts';
import { elementCount, sameShape } from '../graph/shape.ts';
import { float32Constant } from '../graph/tensor.ts';
import type { FlatVector } from './flatVectors.ts';

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
  /** Where given, hidden matrices take steps of Muon instead of AdamW. */
  readonly muon?: MuonHyperparameters | undefined;
}

export interface MuonHyperparameters {
  /** How slowly the sum of the gradients forgets. */
  readonly momentum: number;
  /** The rate of AdamW, which all other tensors take steps of, as a share of the learning rate. */
  readonly adamRate: number;
}

/** Names of inputs and outputs of the graphs, by the name of the vector. */
export const firstMoment = (name: string) => `first_moment:${name}`;
export const secondMoment = (name: string) => `second_moment:${name}`;

/** Of one vector: what becomes of it and of its moments, each float32 [size]. Muon keeps no second moment. */
interface Update {
  readonly parameter: Value;
  readonly first: Value;
  readonly second: Value | undefined;
}

/** `gradient` is that of the vector; `clip`, float32 [], scales it. */
type UpdateRule = (vector: FlatVector, gradient: Value) => Update;

/** Whether steps of the vector are Muon's. */
export function takesMuon({ name }: FlatVector, { muon }: Hyperparameters): boolean {
  return muon !== undefined && name === 'hidden';
}

/**
 * Inputs: the vectors and their moments, `learning_rate` float32 [], and `first_correction` and `second_correction`
 * float32 [], `1 - beta ** steps` of the two betas with this step counted.
 */
export function optimizer(hyperparameters: Hyperparameters, clip: Value): UpdateRule {
  const { muon } = hyperparameters;
  const learningRate = input('learning_rate', 'float32', []);
  const adamRate = muon === undefined ? learningRate : mul(learningRate, scalar(muon.adamRate));
  const byAdamW = adamW(hyperparameters, adamRate, clip);
  const byMuon = muon && muonRule(muon, hyperparameters.weightDecay, learningRate, clip);
  return (vector, gradient) =>
    byMuon !== undefined && takesMuon(vector, hyperparameters)
      ? byMuon(vector, gradient)
      : byAdamW(vector, gradient);
}

/**
 * AdamW (Loshchilov & Hutter 2019), as PyTorch has it. The corrections of the moments are folded into the step
 * size and epsilon: what is left is done once an element.
 */
function adamW(
  { beta1, beta2, epsilon, weightDecay }: Hyperparameters,
  rate: Value,
  clip: Value,
): UpdateRule {
  const root = sqrt(input('second_correction', 'float32', []));
  const stepSize = div(mul(rate, root), input('first_correction', 'float32', []));
  const correctedEpsilon = mul(scalar(epsilon), root);
  const keep = sub(scalar(1), mul(rate, scalar(weightDecay)));
  const firstShare = mul(clip, scalar(1 - beta1));
  const secondShare = mul(mul(clip, clip), scalar(1 - beta2));
  return ({ name, value }, gradient) => {
    const firstBefore = input(firstMoment(name), 'float32', value.shape);
    const secondBefore = input(secondMoment(name), 'float32', value.shape);
    const first = add(mul(firstBefore, scalar(beta1)), mul(gradient, firstShare));
    const second = add(mul(secondBefore, scalar(beta2)), mul(mul(gradient, gradient), secondShare));
    const change = mul(div(first, add(sqrt(second), correctedEpsilon)), stepSize);
    return { parameter: sub(name === 'lasting' ? value : mul(value, keep), change), first, second };
  };
}

/**
 * Muon (Jordan et al. 2024): momentum, looked ahead as Nesterov does, whose singular values are all made about one. Steps
 * are as large as AdamW's usually are (Liu et al. 2025).
 */
function muonRule(
  { momentum }: MuonHyperparameters,
  weightDecay: number,
  rate: Value,
  clip: Value,
): UpdateRule {
  const keep = sub(scalar(1), mul(rate, scalar(weightDecay)));
  return (vector, gradient) => {
    const { name, value } = vector;
    const before = input(firstMoment(name), 'float32', value.shape);
    const clipped = mul(gradient, clip);
    const first = add(mul(before, scalar(momentum)), clipped);
    const ahead = add(mul(first, scalar(momentum)), clipped);
    const stacks = stacksOf(vector);
    const parts = applyMany('Split', [ahead], {
      axis: 0,
      sizes: stacks.map(({ shape }) => elementCount(shape)),
    });
    const changes = parts.map((part, at) => {
      const { shape } = stacks[at] ?? { shape: part.shape };
      const [, rows = 0, columns = 0] = shape.map(Number);
      const scaled = mul(
        orthogonalized(reshape(part, shape)),
        scalar(0.2 * Math.sqrt(Math.max(rows, columns))),
      );
      return reshape(scaled, part.shape);
    });
    const change = mul(apply('Concat', changes, { axis: 0 }), rate);
    return { parameter: sub(mul(value, keep), change), first, second: undefined };
  };
}

/** Matrices of one shape that lie side by side in the vector, as [matrices, rows, columns]. */
function stacksOf({ tensors }: FlatVector): { readonly shape: readonly [number, number, number] }[] {
  const stacks: { shape: [number, number, number] }[] = [];
  for (const { shape } of tensors.flatMap(({ parts }) => parts)) {
    const [rows = 0, columns = 0] = shape;
    const last = stacks.at(-1);
    if (last !== undefined && sameShape(last.shape.slice(1), shape)) last.shape[0]++;
    else stacks.push({ shape: [1, rows, columns] });
  }
  return stacks;
}

/** Of the polynomial that moves singular values in (0, 1] towards one, found by Jordan for few rounds. */
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315];
export const muonRounds = 5;

/**
 * `U · Vᵀ`, about, of matrices `U · Σ · Vᵀ` [matrices, rows, columns], by Newton and Schulz's iteration: each round is
 * `(a + b · G + c · G²) · X` of the smaller Gram matrix G.
 */
function orthogonalized(matrices: Value): Value {
  const [, rows = 0, columns = 0] = matrices.shape.map(Number);
  const isWide = rows <= columns;
  const size = Math.min(rows, columns);
  const diagonal = constant(float32Constant([size, size], identity(size, linear)), 'diagonal');
  // In rows, whose sums are then summed: one float32 sum of all squares would lose digits.
  const squares = apply('ReduceSumSquare', [matrices], { axes: [2] });
  const norm = sqrt(apply('ReduceSum', [squares], { axes: [1] })); // [matrices, 1, 1]
  let x = div(matrices, add(norm, scalar(1e-7)));
  for (let round = 0; round < muonRounds; round++) {
    const gram = isWide ? matmul(x, x, { transB: true }) : matmul(x, x, { transA: true });
    const higher = add(mul(gram, scalar(cubic)), matmul(gram, gram, { alpha: quintic }));
    const factor = add(higher, diagonal);
    x = isWide ? matmul(factor, x) : matmul(x, factor);
  }
  return x;
}

function identity(size: number, scale: number): number[] {
  return Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? scale : 0));
}
