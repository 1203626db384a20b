// The decode graph for devices with memory of their own, WebGPU that is: the cache goes in and comes out as tensors that
// never leave the device, and each run joins the new keys and values on. Names and shapes are the contract with `infer`.

import { matmul } from '../graph/arithmetic.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { apply, input } from '../graph/graph.ts';
import { addDimensions } from '../graph/shape.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import { transformer, unembed } from './transformer.ts';

/** T new tokens see K positions kept of P cached ones. */
const newTokens = 'T';
const keptPositions = 'K';
const pastPositions = 'P';

/**
 * Inputs: `tokens` int64 [T], `positions` int64 [1, T], `kept` int64 [K] (which cached positions to keep), `mask`
 * float32 [T, K+T] (added to the scores: 0 where a token may look, a large negative number where not), `logit_rows`
 * int64 [R] (which of the T tokens get logits), and per layer i `past_keys.i` and `past_values.i` float32 [KV, 1, P, D],
 * keys after the rotary embedding.
 * Outputs: `logits` float32 [R, vocabulary], and per layer i `present_keys.i` and `present_values.i` [KV, 1, K+T, D].
 */
export function deviceDecodeGraph(config: ModelConfig, parameters: Parameters): Graph {
  const { keyValueHeads, headDim } = config;
  const kept = input('kept', 'int64', [keptPositions]);
  const mask = input('mask', 'float32', [newTokens, addDimensions([keptPositions, newTokens])]);
  const presents: Record<string, Value> = {};
  const joined = (what: string, layer: number, added: Value): Value => {
    const past = input(`past_${what}.${layer}`, 'float32', [keyValueHeads, 1, pastPositions, headDim]);
    const present = apply('Concat', [apply('Gather', [past, kept], { axis: 2 }), added], { axis: 2 });
    presents[`present_${what}.${layer}`] = present;
    return present; // [KV, 1, K+T, D]
  };
  const { hidden } = transformer(config, parameters, input('tokens', 'int64', [newTokens]), {
    rows: 1,
    tokens: newTokens,
    positions: input('positions', 'int64', [1, newTokens]),
    attend(layer, { query, key, value }) {
      const keys = joined('keys', layer, key);
      const values = joined('values', layer, value);
      const scores = matmul(query, keys, { transB: true, alpha: 1 / Math.sqrt(headDim) }); // [KV, G, T, K+T]
      const shares = apply('Softmax', [apply('Add', [scores, mask], {})], { axis: -1 });
      return apply('MatMul', [shares, values], {}); // [KV, G, T, D]
    },
  });
  const rows = apply('Gather', [hidden, input('logit_rows', 'int64', ['R'])], { axis: 0 }); // [R, C]
  return { outputs: { logits: unembed(config, parameters, rows), ...presents } };
}

/** Whether an output is for the next run and not to be read. */
export function isKept(output: string): boolean {
  return output.startsWith('present_');
}
