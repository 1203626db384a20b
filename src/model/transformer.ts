// The one definition of the transformer: Llama, Qwen2 and Qwen3, which differ by QK-norm, biases, grouped
// heads and tied embeddings only. Weights by their Hugging Face names.
//
// T new tokens see P cached positions. Attention scores of the cached and of the new part are computed apart and
// joined, so that the cache is never copied inside the graph, and only the new keys and values leave it.

import type { Value } from '../graph/graph.ts';
import { apply, applyMany, constant } from '../graph/graph.ts';
import { addDimensions } from '../graph/shape.ts';
import { constantTensor } from '../graph/tensor.ts';
import type { ModelConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import type { MatrixName } from './weights.ts';

/** The positions that a step of the transformer sees beside its own tokens. */
export interface AttentionInputs {
  /** Position of each new token: int64 [1, T]. */
  readonly positions: Value;
  /** Added to the scores: float32 [T, P+T]; 0 where a token may look, a large negative number where not. */
  readonly mask: Value;
  /** The values of P and T: int64 [2]. */
  readonly split: Value;
  /** Cached keys of a layer, after the rotary embedding, transposed: [KV, 1, D, P]. */
  readonly pastKeys: (layer: number) => Value;
  /** Cached values of a layer: [KV, 1, P, D]. */
  readonly pastValues: (layer: number) => Value;
}

export interface TransformerOutputs {
  /** After the last norm: [T, hidden]. */
  readonly hidden: Value;
  /** New keys of each layer, after the rotary embedding: [KV, 1, T, D]. */
  readonly keys: readonly Value[];
  /** New values of each layer: [KV, 1, T, D]. */
  readonly values: readonly Value[];
}

/** Names of the symbolic dimensions. */
export const newTokens = 'T';
export const pastTokens = 'P';

/** Embeds tokens (int64 [T]) and runs every layer. */
export function transformer(
  config: ModelConfig,
  parameters: Parameters,
  tokens: Value,
  attention: AttentionInputs,
): TransformerOutputs {
  const keys: Value[] = [];
  const values: Value[] = [];
  const rotary = rotaryTables(config);
  let x = parameters.embed(embedding(config), tokens); // [T, C]
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const normed = rmsNorm(config, parameters, `${prefix}.input_layernorm.weight`, x);
    const { output, key, value } = attend(config, parameters, layer, normed, attention, rotary);
    x = apply('Add', [x, output], {});
    const gated = feedForward(
      config,
      parameters,
      `${prefix}.mlp`,
      rmsNorm(config, parameters, `${prefix}.post_attention_layernorm.weight`, x),
    );
    x = apply('Add', [x, gated], {});
    keys.push(key);
    values.push(value);
  }
  return { hidden: rmsNorm(config, parameters, 'model.norm.weight', x), keys, values };
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

function attend(
  config: ModelConfig,
  parameters: Parameters,
  layer: number,
  x: Value,
  { positions, mask, split, pastKeys, pastValues }: AttentionInputs,
  { cos, sin }: RotaryTables,
): { output: Value; key: Value; value: Value } {
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
  ); // [T, (H + 2 KV) D]
  if (config.qkvBias) {
    const biases = counts.map(([name, count]) =>
      parameters.vector(`${prefix}.${name}_proj.bias`, count * headDim),
    );
    projected = apply('Add', [projected, apply('Concat', biases, { axis: 0 })], {});
  }
  const byHead = apply(
    'Transpose',
    [reshape(projected, [1, newTokens, heads + 2 * keyValueHeads, headDim])],
    {
      permutation: [0, 2, 1, 3],
    },
  ); // [1, H + 2 KV, T, D]

  const rotate = (value: Value) => apply('RotaryEmbedding', [value, positions, cos, sin], {});
  const [query, key, value] = config.qkNorm
    ? splitNormed(config, parameters, prefix, byHead).map((part, index) => (index < 2 ? rotate(part) : part))
    : splitPlain(config, byHead, rotate);
  if (query === undefined || key === undefined || value === undefined)
    throw new Error('attention has three parts');

  const q = reshape(query, [keyValueHeads, group, newTokens, headDim]);
  const k = reshape(key, [keyValueHeads, 1, newTokens, headDim]);
  const v = reshape(value, [keyValueHeads, 1, newTokens, headDim]);
  const alpha = 1 / Math.sqrt(headDim);
  const pastScores = apply('FusedMatMul', [q, pastKeys(layer)], { transA: false, transB: false, alpha });
  const newScores = apply('FusedMatMul', [q, k], { transA: false, transB: true, alpha });
  const scores = apply('Add', [apply('Concat', [pastScores, newScores], { axis: -1 }), mask], {}); // [KV, G, T, P+T]
  const probabilities = apply('Softmax', [scores], { axis: -1 });
  const [pastShare, newShare] = applyMany('SplitDynamic', [probabilities, split], {
    axis: -1,
    sizes: [pastTokens, newTokens],
  });
  if (pastShare === undefined || newShare === undefined) throw new Error('the split has two parts');
  const read = apply(
    'Add',
    [apply('MatMul', [pastShare, pastValues(layer)], {}), apply('MatMul', [newShare, v], {})],
    {},
  ); // [KV, G, T, D]
  const byToken = apply('Transpose', [reshape(read, [heads, newTokens, headDim])], {
    permutation: [1, 0, 2],
  });
  let output = parameters.linear(
    [{ name: `${prefix}.o_proj.weight`, rows: hiddenSize, columns: heads * headDim }],
    reshape(byToken, [newTokens, heads * headDim]),
  );
  if (config.outputBias) {
    output = apply('Add', [output, parameters.vector(`${prefix}.o_proj.bias`, hiddenSize)], {});
  }
  return { output, key: k, value: v };
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
  const [gate, up] = applyMany('Split', [parameters.linear([inner('gate'), inner('up')], x)], {
    axis: 1,
    sizes: [intermediateSize, intermediateSize],
  });
  if (gate === undefined || up === undefined) throw new Error('the split has two parts');
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

function reshape(value: Value, shape: readonly (number | string)[]): Value {
  return apply('Reshape', [value], { shape });
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

/** Columns of the scores: cached positions first. */
export const scoreColumns = addDimensions([pastTokens, newTokens]);
