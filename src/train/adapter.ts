// Low-rank adapters as a folder in PEFT's layout, which other people's tools load onto the base model.

import type { LoraOptions } from '../model/lora.ts';
import type { ModelSource } from '../model/modelSource.ts';
import { jsonBytes } from '../base/files.ts';
import { writeSafetensors } from '../model/safetensors.ts';
import type { TrainerState } from './step.ts';

/** The files of the folder; `state` is that of a LoRA training, whose tensors have PEFT's names. */
export function adapterFiles(
  { parameters }: TrainerState,
  { rank, alpha, targets }: LoraOptions,
  baseModel: string,
): ModelSource {
  const tensors = [...parameters].map(([name, { shape, data }]) => ({
    name,
    dtype: 'F32' as const,
    shape,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: baseModel,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: targets,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
  };
  return new Map([
    ['adapter_model.safetensors', writeSafetensors(tensors, { format: 'pt' })],
    ['adapter_config.json', jsonBytes(config)],
  ]);
}
