// The graph that inference runs: new tokens and the key-value cache in, logits of the rows asked for and the
// new keys and values out. Names and shapes of its inputs and outputs are the contract with `infer`.

import type { Graph } from '../graph/graph.ts';
import { apply, input } from '../graph/graph.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import { newTokens, pastTokens, scoreColumns, transformer, unembed } from './transformer.ts';

/**
 * Inputs: `tokens` int64 [T], `positions` int64 [1, T], `mask` float32 [T, P+T], `split` int64 [2] = [P, T],
 * `logit_rows` int64 [R] (which of the T tokens get logits), and per layer i `past_keys.i` float32
 * [KV, 1, D, P] and `past_values.i` float32 [KV, 1, P, D].
 * Outputs: `logits` float32 [R, vocabulary], `keys` and `values` float32 [layers · KV, 1, T, D].
 */
export function decodeGraph(config: ModelConfig, parameters: Parameters): Graph {
  const { keyValueHeads, headDim } = config;
  const tokens = input('tokens', 'int64', [newTokens]);
  const { hidden, keys, values } = transformer(config, parameters, tokens, {
    positions: input('positions', 'int64', [1, newTokens]),
    mask: input('mask', 'float32', [newTokens, scoreColumns]),
    split: input('split', 'int64', [2]),
    pastKeys: layer => input(`past_keys.${layer}`, 'float32', [keyValueHeads, 1, headDim, pastTokens]),
    pastValues: layer => input(`past_values.${layer}`, 'float32', [keyValueHeads, 1, pastTokens, headDim]),
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
