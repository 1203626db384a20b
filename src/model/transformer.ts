// The one definition of the transformer: Llama, Qwen2 and Qwen3, which differ by QK-norm, biases, grouped
// heads and tied embeddings only. Weights by their Hugging Face names. How queries meet keys and values is left
// to the caller: inference reads a cache (decodeGraph.ts), training whole sequences (lossGraph.ts).

import { reshape, transpose } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { apply, applyMany, constant } from '../graph/graph.ts';
import type { Dimension } from '../graph/shape.ts';
import { constantTensor } from '../graph/tensor.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import type { MatrixName } from './weights.ts';

/** B sequences of T tokens each, and what their attention sees. */
export interface Sequences {
  /** B. Where T is a name, B is 1. */
  readonly rows: number;
  /** T. */
  readonly tokens: Dimension;
  /** Position of each token: int64 [B, T]. */
  readonly positions: Value;
  /**
   * Mixes the values of a layer by how queries match keys. Query [B · KV, G, T, D], with the G query heads that
   * share a key-value head side by side; key and value [B · KV, 1, T, D]; the result is shaped as the query.
   */
  readonly attend: (layer: number, heads: AttentionHeads) => Value;
}

/** Query and key after the rotary embedding. */
export interface AttentionHeads {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

export interface TransformerOutputs {
  /** After the last norm: [B · T, hidden]. */
  readonly hidden: Value;
  /** What enters each layer: [B · T, hidden]. */
  readonly layers: readonly Value[];
}

/** Embeds tokens (int64 [B · T]) and runs every layer. */
export function transformer(
  config: ModelConfig,
  parameters: Parameters,
  tokens: Value,
  sequences: Sequences,
): TransformerOutputs {
  const rotary = rotaryTables(config);
  const layers: Value[] = [];
  let x = parameters.embed(embedding(config), tokens); // [B · T, C]
  for (let layer = 0; layer < config.layers; layer++) {
    layers.push(x);
    const prefix = `model.layers.${layer}`;
    const normed = rmsNorm(config, parameters, `${prefix}.input_layernorm.weight`, x);
    x = apply('Add', [x, attention(config, parameters, layer, normed, sequences, rotary)], {});
    const gated = feedForward(
      config,
      parameters,
      `${prefix}.mlp`,
      rmsNorm(config, parameters, `${prefix}.post_attention_layernorm.weight`, x),
    );
    x = apply('Add', [x, gated], {});
  }
  return { hidden: rmsNorm(config, parameters, 'model.norm.weight', x), layers };
}

/** Logits [R, vocabulary] of hidden states [R, C]. */
export function unembed(config: ModelConfig, parameters: Parameters, hidden: Value): Value {
  const head = config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  return parameters.linear([{ ...embedding(config), name: head }], hidden);
}

interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
}

function attention(
  config: ModelConfig,
  parameters: Parameters,
  layer: number,
  x: Value,
  { rows, tokens, positions, attend }: Sequences,
  { cos, sin }: RotaryTables,
): Value {
  const { heads, keyValueHeads, headDim, hiddenSize } = config;
  const group = heads / keyValueHeads;
  const prefix = `model.layers.${layer}.self_attn`;
  const projection = (name: string, count: number): MatrixName => ({
    name: `${prefix}.${name}_proj.weight`,
    rows: count * headDim,
    columns: hiddenSize,
  });
  const counts: readonly [string, number][] = [
    ['q', heads],
    ['k', keyValueHeads],
    ['v', keyValueHeads],
  ];
  let projected = parameters.linear(
    counts.map(([name, count]) => projection(name, count)),
    x,
  ); // [B · T, (H + 2 KV) D]
  if (config.qkvBias) {
    const biases = counts.map(([name, count]) =>
      parameters.vector(`${prefix}.${name}_proj.bias`, count * headDim),
    );
    projected = apply('Add', [projected, apply('Concat', biases, { axis: 0 })], {});
  }
  const byHead = transpose(
    reshape(projected, [rows, tokens, heads + 2 * keyValueHeads, headDim]),
    [0, 2, 1, 3],
  ); // [B, H + 2 KV, T, D]

  const rotate = (value: Value) => apply('RotaryEmbedding', [value, positions, cos, sin], {});
  const [query, key, value] = config.qkNorm
    ? splitNormed(config, parameters, prefix, byHead).map((part, index) => (index < 2 ? rotate(part) : part))
    : splitPlain(config, byHead, rotate);
  if (query === undefined || key === undefined || value === undefined)
    throw new Error('attention has three parts');

  const read = attend(layer, {
    query: reshape(query, [rows * keyValueHeads, group, tokens, headDim]),
    key: reshape(key, [rows * keyValueHeads, 1, tokens, headDim]),
    value: reshape(value, [rows * keyValueHeads, 1, tokens, headDim]),
  }); // [B · KV, G, T, D]
  const byToken = transpose(reshape(read, [rows, heads, tokens, headDim]), [0, 2, 1, 3]); // [B, T, H, D]
  const output = parameters.linear(
    [{ name: `${prefix}.o_proj.weight`, rows: hiddenSize, columns: heads * headDim }],
    reshape(byToken, [typeof tokens === 'number' ? rows * tokens : tokens, heads * headDim]),
  );
  if (!config.outputBias) return output;
  return apply('Add', [output, parameters.vector(`${prefix}.o_proj.bias`, hiddenSize)], {});
}

/** Query and key turn by the same angles, so one node rotates both. */
function splitPlain(config: ModelConfig, byHead: Value, rotate: (value: Value) => Value): readonly Value[] {
  const { heads, keyValueHeads } = config;
  const [turning, value] = applyMany('Split', [byHead], {
    axis: 1,
    sizes: [heads + keyValueHeads, keyValueHeads],
  });
  if (turning === undefined || value === undefined) throw new Error('the split has two parts');
  return [...applyMany('Split', [rotate(turning)], { axis: 1, sizes: [heads, keyValueHeads] }), value];
}

function splitNormed(
  { heads, keyValueHeads, headDim, rmsNormEps }: ModelConfig,
  parameters: Parameters,
  prefix: string,
  byHead: Value,
): readonly Value[] {
  const parts = applyMany('Split', [byHead], { axis: 1, sizes: [heads, keyValueHeads, keyValueHeads] });
  return parts.map((part, index) => {
    const norm = ['q_norm', 'k_norm'][index];
    if (norm === undefined) return part;
    const weight = parameters.vector(`${prefix}.${norm}.weight`, headDim);
    return apply('SimplifiedLayerNormalization', [part, weight], { epsilon: rmsNormEps });
  });
}

/** SwiGLU: `down(silu(gate(x)) · up(x))`. */
function feedForward(
  { hiddenSize, intermediateSize }: ModelConfig,
  parameters: Parameters,
  prefix: string,
  x: Value,
): Value {
  const inner = (name: string): MatrixName => ({
    name: `${prefix}.${name}_proj.weight`,
    rows: intermediateSize,
    columns: hiddenSize,
  });
  const [gate, up] = parameters.linears([inner('gate'), inner('up')], x);
  if (gate === undefined || up === undefined) throw new Error('gate and up are two');
  const active = apply('Mul', [apply('QuickGelu', [gate], { alpha: 1 }), up], {});
  return parameters.linear(
    [{ name: `${prefix}.down_proj.weight`, rows: hiddenSize, columns: intermediateSize }],
    active,
  );
}

function rmsNorm(config: ModelConfig, parameters: Parameters, name: string, x: Value): Value {
  const weight = parameters.vector(name, config.hiddenSize);
  return apply('SimplifiedLayerNormalization', [x, weight], { epsilon: config.rmsNormEps });
}

function embedding({ vocabSize, hiddenSize }: ModelConfig): MatrixName {
  return { name: 'model.embed_tokens.weight', rows: vocabSize, columns: hiddenSize };
}

/** Cosines and sines [contextTokens, D/2] of position · theta^(-2i/D) (RoFormer, Su et al. 2021). */
function rotaryTables({ contextTokens, headDim, ropeTheta }: ModelConfig): RotaryTables {
  const half = headDim / 2;
  const cos = new Float32Array(contextTokens * half);
  const sin = new Float32Array(contextTokens * half);
  for (let position = 0; position < contextTokens; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * ropeTheta ** ((-2 * pair) / headDim);
      cos[position * half + pair] = Math.cos(angle);
      sin[position * half + pair] = Math.sin(angle);
    }
  }
  const table = (values: Float32Array, name: string) =>
    constant(constantTensor('float32', [contextTokens, half], values), name);
  return { cos: table(cos, 'rotary.cos'), sin: table(sin, 'rotary.sin') };
}
