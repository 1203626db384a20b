// A model's folder as files to write: what stands beside the weights, byte for byte as it was read or newly made, and
// weights after training. What is written can be read by `readModelFolder`, and by others that know the layout.

import { jsonBytes, placeIn } from '../base/files.ts';
import { checkedReader } from './checksums.ts';
import type { ModelConfig } from './config.ts';
import type { FileReader } from './modelFolder.ts';
import type { ModelManifest } from './modelManifest.ts';
import { writeSafetensors } from './safetensors.ts';
import type { TensorView } from './tensorView.ts';
import { float16Bytes, toFloat32 } from './tensorView.ts';

/** The files of a model's folder beside the weights, by name. */
export type ModelSource = ReadonlyMap<string, Uint8Array>;

/** Files that describe a model and its texts. A mixture belongs to the very weights, and is not among them. */
const describing = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'generation_config.json',
  'tinymemory.json',
];

/** Rejects where a file is there that cannot be read, or is not what its checksum says. */
export async function readModelSource(folder: string, reader: FileReader): Promise<ModelSource> {
  const checked = await checkedReader(folder, reader);
  const source = new Map<string, Uint8Array>();
  for (const name of describing) {
    const bytes = await checked.read(placeIn(folder, name));
    if (bytes !== undefined) source.set(name, bytes);
  }
  return source;
}

export interface WrittenModel {
  readonly source: ModelSource;
  readonly manifest: ModelManifest;
  /** By Hugging Face's names, of floating-point types; stored as F16. */
  readonly tensors: ReadonlyMap<string, TensorView>;
  /** What mixtures.json holds; undefined leaves it out. */
  readonly mixtures: object | undefined;
}

/** All files of the folder. */
export function modelFolderFiles({ source, manifest, tensors, mixtures }: WrittenModel): ModelSource {
  const files = new Map(source);
  files.set('tinymemory.json', jsonBytes({ formatVersion: 1, ...manifest }));
  files.set('model.safetensors', writeSafetensors([...tensors.values()].map(asFloat16), { format: 'pt' }));
  if (mixtures !== undefined) files.set('mixtures.json', jsonBytes(mixtures));
  return files;
}

/** The config.json that `parseModelConfig` reads as this config. */
export function huggingFaceConfig(config: ModelConfig): object {
  const names = { llama: 'LlamaForCausalLM', qwen2: 'Qwen2ForCausalLM', qwen3: 'Qwen3ForCausalLM' } as const;
  const [eos] = config.eosTokenIds;
  return {
    architectures: [names[config.architecture]],
    model_type: config.architecture,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDim,
    intermediate_size: config.intermediateSize,
    hidden_act: 'silu',
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.ropeTheta,
    max_position_embeddings: config.contextTokens,
    tie_word_embeddings: config.tieWordEmbeddings,
    attention_bias: config.architecture !== 'qwen2' && config.qkvBias,
    ...(eos === undefined
      ? {}
      : { eos_token_id: config.eosTokenIds.length === 1 ? eos : config.eosTokenIds }),
    torch_dtype: 'float16',
  };
}

function asFloat16(view: TensorView): TensorView {
  if (view.dtype === 'F16') return view;
  return { ...view, dtype: 'F16', data: float16Bytes(toFloat32(view)) };
}
