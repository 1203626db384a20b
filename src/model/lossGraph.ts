// The loss that training lowers, out of the transformer's one definition: the mean cross-entropy of the next token.
// Whole sequences at once, each token seeing itself and those before it.

import { add, div, matmul, mul, neg, reshape, sumAll } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { apply, constant, input } from '../graph/graph.ts';
import { constantTensor, float32Constant } from '../graph/tensor.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import type { AttentionHeads } from './transformer.ts';
import { transformer, unembed } from './transformer.ts';

/** A batch is `rows` sequences of `tokens` tokens. */
export interface BatchShape {
  readonly rows: number;
  readonly tokens: number;
}

export interface LossGraph {
  /** `Σ mask · cross-entropy / total`, float32 []. */
  readonly loss: Value;
  /** What enters each layer: where activations may be computed anew from on the way back. */
  readonly layers: readonly Value[];
}

/**
 * Inputs: `tokens` and `targets` int64 [B, T], `mask` float32 [B, T] (how much each target counts) and `total`
 * float32 [] (what the masks of all batches that make up a step sum to, so that their losses add up to the mean).
 */
export function lossGraph(
  config: ModelConfig,
  parameters: Parameters,
  { rows, tokens }: BatchShape,
): LossGraph {
  const count = rows * tokens;
  const mask = causalMask(tokens, config.heads / config.keyValueHeads);
  const { hidden, layers } = transformer(
    config,
    parameters,
    reshape(input('tokens', 'int64', [rows, tokens]), [count]),
    {
      rows,
      tokens,
      positions: positions(rows, tokens),
      attend: (_, heads) => attendCausally(heads, mask),
    },
  );
  const logits = unembed(config, parameters, hidden); // [B · T, vocabulary]
  const targets = reshape(input('targets', 'int64', [rows, tokens]), [count, 1]);
  const likelihoods = apply('GatherElements', [apply('LogSoftmax', [logits], { axis: -1 }), targets], {
    axis: -1,
  });
  const counted = reshape(input('mask', 'float32', [rows, tokens]), [count, 1]);
  const weights = div(counted, input('total', 'float32', []));
  return { loss: neg(sumAll(mul(likelihoods, weights))), layers };
}

/** The G query heads of a group are rows of one matrix, so that keys and values are read once for all of them. */
function attendCausally({ query, key, value }: AttentionHeads, mask: Value): Value {
  const [groups = 0, group = 0, tokens = 0, size = 0] = query.shape.map(Number);
  const [q, k, v] = [reshape(query, [groups, group * tokens, size]), flat(key), flat(value)];
  const scores = matmul(q, k, { transB: true, alpha: 1 / Math.sqrt(size) }); // [B · KV, G · T, T]
  const shares = apply('Softmax', [add(scores, mask)], { axis: -1 });
  return reshape(matmul(shares, v), query.shape);
}

/** [B · KV, 1, T, D] as [B · KV, T, D]. */
function flat(heads: Value): Value {
  return reshape(heads, heads.shape.toSpliced(1, 1));
}

/** Added to scores [G · T, T]: hides what comes after each token. */
function causalMask(tokens: number, group: number): Value {
  const hidden = -1e9;
  const values = new Float32Array(group * tokens * tokens);
  for (let row = 0; row < group * tokens; row++) {
    values.fill(hidden, row * tokens + (row % tokens) + 1, (row + 1) * tokens);
  }
  return constant(float32Constant([group * tokens, tokens], values), 'causal_mask');
}

function positions(rows: number, tokens: number): Value {
  const values = BigInt64Array.from({ length: rows * tokens }, (_, at) => BigInt(at % tokens));
  return constant(constantTensor('int64', [rows, tokens], values), 'positions');
}
