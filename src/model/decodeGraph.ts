// The graph that inference runs: new tokens and the key-value cache in, logits of the rows asked for and the
// new keys and values out. Names and shapes of its inputs and outputs are the contract with `infer`.
//
// Attention scores of the cached and of the new part are computed apart and joined, so that the cache is never
// copied inside the graph, and only the new keys and values leave it.

import { matmul } from '../graph/arithmetic.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { apply, applyMany, input } from '../graph/graph.ts';
import { addDimensions } from '../graph/shape.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import { transformer, unembed } from './transformer.ts';

/** T new tokens see P cached positions. */
const newTokens = 'T';
const pastTokens = 'P';

/**
 * Inputs: `tokens` int64 [T], `positions` int64 [1, T], `mask` float32 [T, P+T] (added to the scores: 0 where a
 * token may look, a large negative number where not), `split` int64 [2] = [P, T], `logit_rows` int64 [R] (which
 * of the T tokens get logits), and per layer i `past_keys.i` float32 [KV, 1, D, P], after the rotary embedding and
 * transposed, and `past_values.i` float32 [KV, 1, P, D].
 * Outputs: `logits` float32 [R, vocabulary], `keys` and `values` float32 [layers · KV, 1, T, D].
 */
export function decodeGraph(config: ModelConfig, parameters: Parameters): Graph {
  const { keyValueHeads, headDim } = config;
  const mask = input('mask', 'float32', [newTokens, addDimensions([pastTokens, newTokens])]);
  const split = input('split', 'int64', [2]);
  const keys: Value[] = [];
  const values: Value[] = [];
  const { hidden } = transformer(config, parameters, input('tokens', 'int64', [newTokens]), {
    rows: 1,
    tokens: newTokens,
    positions: input('positions', 'int64', [1, newTokens]),
    attend(layer, { query, key, value }) {
      keys.push(key);
      values.push(value);
      const pastKeys = input(`past_keys.${layer}`, 'float32', [keyValueHeads, 1, headDim, pastTokens]);
      const pastValues = input(`past_values.${layer}`, 'float32', [keyValueHeads, 1, pastTokens, headDim]);
      const alpha = 1 / Math.sqrt(headDim);
      const pastScores = matmul(query, pastKeys, { alpha });
      const newScores = matmul(query, key, { transB: true, alpha });
      const scores = apply('Add', [apply('Concat', [pastScores, newScores], { axis: -1 }), mask], {}); // [KV, G, T, P+T]
      const [pastShare, newShare] = applyMany(
        'SplitDynamic',
        [apply('Softmax', [scores], { axis: -1 }), split],
        { axis: -1, sizes: [pastTokens, newTokens] },
      );
      if (pastShare === undefined || newShare === undefined) throw new Error('the split has two parts');
      return apply(
        'Add',
        [apply('MatMul', [pastShare, pastValues], {}), apply('MatMul', [newShare, value], {})],
        {},
      ); // [KV, G, T, D]
    },
  });
  const rows = apply('Gather', [hidden, input('logit_rows', 'int64', ['R'])], { axis: 0 }); // [R, C]
  return {
    outputs: {
      logits: unembed(config, parameters, rows),
      keys: apply('Concat', keys, { axis: 0 }),
      values: apply('Concat', values, { axis: 0 }),
    },
  };
}
