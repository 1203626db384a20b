// Reads Hugging Face's config.json of the decoder family that the engine builds: Llama (SmolLM too), Qwen2 and
// Qwen3. Whatever would change the arithmetic and is not built here is refused by name: a model that runs
// with a field ignored gives wrong suggestions that look like a bad model.

import * as v from 'valibot';
import { ModelFileError } from './modelFileError.ts';

type Architecture = 'llama' | 'qwen2' | 'qwen3';

/** Everything that the transformer's definition depends on; sizes in elements, positions in tokens. */
export interface ModelConfig {
  readonly architecture: Architecture;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Divides `heads`; each key-value head serves `heads / keyValueHeads` query heads. */
  readonly keyValueHeads: number;
  /** Even, because rotary embedding turns pairs. Not always `hiddenSize / heads`. */
  readonly headDim: number;
  readonly intermediateSize: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  /** `max_position_embeddings`: the longest sequence the model was made for. */
  readonly contextTokens: number;
  /** The output projection is the embedding matrix; there is no `lm_head.weight`. */
  readonly tieWordEmbeddings: boolean;
  /** RMSNorm over each head's query and key before the rotary embedding (Qwen3). */
  readonly qkNorm: boolean;
  /** Biases on the query, key and value projections (Qwen2 always; the others with `attention_bias`). */
  readonly qkvBias: boolean;
  /** A bias on the attention's output projection (Llama and Qwen3 with `attention_bias`). */
  readonly outputBias: boolean;
  /** Tokens that end a text; may be empty. */
  readonly eosTokenIds: readonly number[];
}

/**
 * Checks and translates the parsed JSON of a `config.json`. Absent fields take the defaults of the
 * transformers library (also `null` ones); the sizes of the network have no default. Throws a ModelFileError
 * that names `file`, the field and what to do.
 */
export function parseModelConfig(json: unknown, file: string): ModelConfig {
  const parsed = v.safeParse(configSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue);
    const problem = field === null ? 'is not a JSON object' : `${field}: ${issue.message}`;
    throw new ModelFileError(file, problem, 'Use the config.json that belongs to the model.');
  }
  const raw = parsed.output;
  const architecture = architectureOf(raw, file);
  refuseUnsupported(raw, file);

  const heads = raw.num_attention_heads;
  const keyValueHeads = raw.num_key_value_heads ?? heads;
  if (heads % keyValueHeads !== 0) {
    throw wrong(file, 'num_key_value_heads', `${keyValueHeads} does not divide num_attention_heads ${heads}`);
  }
  const attentionBias = raw.attention_bias ?? false;
  const config: ModelConfig = {
    architecture,
    vocabSize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    layers: raw.num_hidden_layers,
    heads,
    keyValueHeads,
    headDim: headDimOf(raw, architecture, file),
    intermediateSize: raw.intermediate_size,
    rmsNormEps: raw.rms_norm_eps ?? 1e-6,
    ropeTheta: raw.rope_parameters?.rope_theta ?? raw.rope_theta ?? 10_000,
    contextTokens: raw.max_position_embeddings ?? (architecture === 'llama' ? 2048 : 32_768),
    tieWordEmbeddings: raw.tie_word_embeddings ?? false,
    qkNorm: architecture === 'qwen3',
    qkvBias: architecture === 'qwen2' || attentionBias,
    outputBias: architecture !== 'qwen2' && attentionBias,
    eosTokenIds: eosTokenIdsOf(raw, architecture),
  };
  checkSizes(config, file);
  return config;
}

const maxTensorElements = 2 ** 31;
const maxLayers = 1024;

const positiveInteger = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(2 ** 31 - 1, 'is absurdly large'),
);
const positiveNumber = v.pipe(
  v.number('must be a number'),
  v.finite('must be finite'),
  v.gtValue(0, 'must be greater than 0'),
);
const tokenId = v.pipe(v.number('must be a token id'), v.integer('must be a whole number'));
const flag = v.nullish(v.boolean('must be true or false'));

const ropeSchema = v.nullish(
  v.looseObject({
    rope_type: v.nullish(v.string()),
    /** The older name of `rope_type`. */
    type: v.nullish(v.string()),
    rope_theta: v.nullish(positiveNumber),
    partial_rotary_factor: v.nullish(v.number()),
  }),
);

const configSchema = v.looseObject({
  architectures: v.nullish(v.array(v.string())),
  model_type: v.nullish(v.string()),
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  num_hidden_layers: v.pipe(positiveInteger, v.maxValue(maxLayers, `must be at most ${maxLayers}`)),
  num_attention_heads: positiveInteger,
  num_key_value_heads: v.nullish(positiveInteger),
  head_dim: v.nullish(positiveInteger),
  intermediate_size: positiveInteger,
  hidden_act: v.nullish(v.string()),
  rms_norm_eps: v.nullish(positiveNumber),
  rope_theta: v.nullish(positiveNumber),
  rope_parameters: ropeSchema,
  rope_scaling: ropeSchema,
  partial_rotary_factor: v.nullish(v.number()),
  max_position_embeddings: v.nullish(positiveInteger),
  tie_word_embeddings: flag,
  attention_bias: flag,
  mlp_bias: flag,
  use_sliding_window: flag,
  layer_types: v.nullish(v.array(v.string())),
  eos_token_id: v.optional(v.nullable(v.union([tokenId, v.array(tokenId)]))),
  quantization_config: v.optional(v.unknown()),
});

type RawConfig = v.InferOutput<typeof configSchema>;

const architectureNames: Readonly<Record<string, Architecture>> = {
  LlamaForCausalLM: 'llama',
  Qwen2ForCausalLM: 'qwen2',
  Qwen3ForCausalLM: 'qwen3',
};
const supported = `Use a model of ${Object.keys(architectureNames).join(', ')}.`;

function architectureOf(raw: RawConfig, file: string): Architecture {
  const byType = Object.values(architectureNames).find(name => name === raw.model_type);
  const named = raw.architectures?.[0];
  if (named === undefined) {
    if (byType !== undefined) return byType;
    throw new ModelFileError(file, `model_type: ${raw.model_type ?? 'none'} is not supported`, supported);
  }
  const byName = Object.hasOwn(architectureNames, named) ? architectureNames[named] : undefined;
  if (byName === undefined) {
    throw new ModelFileError(file, `architectures: ${named} is not supported`, supported);
  }
  if (raw.model_type != null && raw.model_type !== byName) {
    const problem = `architectures: ${named} disagrees with model_type ${raw.model_type}`;
    throw new ModelFileError(file, problem, supported);
  }
  return byName;
}

function refuseUnsupported(raw: RawConfig, file: string): void {
  const refuse = (field: string, problem: string): never => {
    throw new ModelFileError(file, `${field}: ${problem}`, `${supported.slice(0, -1)} without it.`);
  };
  if (raw.hidden_act != null && raw.hidden_act !== 'silu' && raw.hidden_act !== 'swish') {
    refuse('hidden_act', `the activation ${raw.hidden_act} is not supported, only silu is`);
  }
  if (raw.mlp_bias === true) refuse('mlp_bias', 'biases in the feed-forward layers are not supported');
  if (raw.use_sliding_window === true) refuse('use_sliding_window', 'sliding windows are not supported');
  const layerType = raw.layer_types?.find(type => type !== 'full_attention');
  if (layerType !== undefined) refuse('layer_types', `${layerType} is not supported`);
  if (raw.quantization_config != null) {
    refuse('quantization_config', 'weights that were quantized beforehand are not supported');
  }
  for (const field of ['rope_parameters', 'rope_scaling'] as const) {
    const rope = raw[field];
    const kind = rope?.rope_type ?? rope?.type ?? 'default';
    if (kind !== 'default') refuse(field, `the rotary embedding "${kind}" is not supported`);
    const nested = Object.entries(rope ?? {}).find(
      ([, value]) => typeof value === 'object' && value !== null,
    );
    if (nested !== undefined) refuse(`${field}.${nested[0]}`, 'rotary embeddings by layer are not supported');
  }
  const rotated = raw.rope_parameters?.partial_rotary_factor ?? raw.partial_rotary_factor ?? 1;
  if (rotated !== 1) refuse('partial_rotary_factor', `${rotated} is not supported, only 1 is`);
}

/** Llama and Qwen2 divide the hidden size among the heads; Qwen3's default is 128 whatever the sizes. */
function headDimOf(raw: RawConfig, architecture: Architecture, file: string): number {
  const { hidden_size: hidden, num_attention_heads: heads } = raw;
  if (raw.head_dim == null && architecture !== 'qwen3' && hidden % heads !== 0) {
    throw wrong(file, 'hidden_size', `${hidden} is not a multiple of num_attention_heads ${heads}`);
  }
  const headDim = raw.head_dim ?? (architecture === 'qwen3' ? 128 : hidden / heads);
  if (headDim % 2 !== 0) throw wrong(file, 'head_dim', `${headDim} is odd`);
  return headDim;
}

function eosTokenIdsOf(raw: RawConfig, architecture: Architecture): readonly number[] {
  const ids = raw.eos_token_id;
  if (ids === undefined) return architecture === 'llama' ? [2] : [];
  return ids === null ? [] : typeof ids === 'number' ? [ids] : ids;
}

function checkSizes(config: ModelConfig, file: string): void {
  const tensors = {
    'vocab_size x hidden_size': config.vocabSize * config.hiddenSize,
    'intermediate_size x hidden_size': config.intermediateSize * config.hiddenSize,
    'num_attention_heads x head_dim x hidden_size': config.heads * config.headDim * config.hiddenSize,
  };
  for (const [fields, elements] of Object.entries(tensors)) {
    if (elements > maxTensorElements) throw wrong(file, fields, `${elements} elements are absurdly many`);
  }
  const outside = config.eosTokenIds.find(id => id < 0 || id >= config.vocabSize);
  if (outside !== undefined) {
    throw wrong(file, 'eos_token_id', `${outside} is not within the vocabulary of ${config.vocabSize}`);
  }
}

function wrong(file: string, field: string, problem: string): ModelFileError {
  return new ModelFileError(file, `${field}: ${problem}`, 'Use the config.json that belongs to the model.');
}
