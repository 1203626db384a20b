// The loss that training lowers, out of the transformer's one definition: the mean cross-entropy of the next token.
// Whole sequences at once, each token seeing itself and those before it.

import { add, div, matmul, mul, neg, reshape, sumAll } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { apply, applyMany, constant, input } from '../graph/graph.ts';
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

/** Queries of a block of attention: measured, shorter ones cost more in small products than they spare. */
const attentionBlockTokens = 128;

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
  blockTokens = attentionBlockTokens,
): LossGraph {
  const count = rows * tokens;
  const blocks = causalBlocks(tokens, config.heads / config.keyValueHeads, blockTokens);
  const { hidden, layers } = transformer(
    config,
    parameters,
    reshape(input('tokens', 'int64', [rows, tokens]), [count]),
    {
      rows,
      tokens,
      positions: positions(rows, tokens),
      attend: (_, heads) => attendCausally(heads, blocks),
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

/**
 * Block by block of queries, each against the keys up to its end: of whole scores nearly half would be masked. The
 * G query heads of a group are rows of one matrix, so that keys and values are read once for all of them.
 */
function attendCausally({ query, key, value }: AttentionHeads, blocks: readonly Block[]): Value {
  const [groups = 0, group = 0, tokens = 0, size = 0] = query.shape.map(Number);
  const queries = applyMany('Split', [query], { axis: 2, sizes: blocks.map(({ length }) => length) });
  const read = blocks.map(({ start, length, mask }, at) => {
    const rows = reshape(queries[at] ?? query, [groups, group * length, size]);
    const [keys, values] = [key, value].map(heads => firstTokens(heads, start + length, tokens));
    if (keys === undefined || values === undefined) throw new Error('attention has keys and values');
    const scores = matmul(rows, keys, { transB: true, alpha: 1 / Math.sqrt(size) }); // [B · KV, G · length, end]
    const shares = apply('Softmax', [add(scores, mask)], { axis: -1 });
    return reshape(matmul(shares, values), [groups, group, length, size]);
  });
  return apply('Concat', read, { axis: 2 }); // [B · KV, G, T, D]
}

/** Of [B · KV, 1, T, D] the first of T, as [B · KV, count, D]. */
function firstTokens(heads: Value, count: number, tokens: number): Value {
  const all = reshape(heads, heads.shape.toSpliced(1, 1));
  if (count === tokens) return all;
  return applyMany('Split', [all], { axis: 1, sizes: [count, tokens - count] })[0] ?? all;
}

/** Queries that are masked alike. */
interface Block {
  readonly start: number;
  readonly length: number;
  /** Added to their scores [G · length, start + length]: hides what comes after each. */
  readonly mask: Value;
}

function causalBlocks(tokens: number, group: number, blockTokens: number): readonly Block[] {
  const count = Math.max(1, Math.round(tokens / blockTokens));
  return Array.from({ length: count }, (_, at) => {
    const start = Math.floor((at * tokens) / count);
    const end = Math.floor(((at + 1) * tokens) / count);
    return { start, length: end - start, mask: causalMask(start, end, group) };
  });
}

function causalMask(start: number, end: number, group: number): Value {
  const hidden = -1e9;
  const length = end - start;
  const values = new Float32Array(group * length * end);
  for (let row = 0; row < group * length; row++) {
    values.fill(hidden, row * end + start + (row % length) + 1, (row + 1) * end);
  }
  return constant(float32Constant([group * length, end], values), 'causal_mask');
}

function positions(rows: number, tokens: number): Value {
  const values = BigInt64Array.from({ length: rows * tokens }, (_, at) => BigInt(at % tokens));
  return constant(constantTensor('int64', [rows, tokens], values), 'positions');
}
