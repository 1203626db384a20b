// The model that a training starts from, and how files are shown to it: as prompts show them.

import { jsonBytes } from '../../base/files.ts';
import { crc32 } from '../../base/crc32.ts';
import { PromptBuilder } from '../../complete/context.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';
import type { SourceFile } from '../../evaluate/scoring.ts';
import { initialWeights, scratchConfig } from '../../model/initialWeights.ts';
import type { ScratchSize } from '../../model/initialWeights.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { FileReader } from '../../model/modelFolder.ts';
import { readModelFolder } from '../../model/modelFolder.ts';
import type { ModelManifest } from '../../model/modelManifest.ts';
import type { ModelSource } from '../../model/modelSource.ts';
import { huggingFaceConfig, readModelSource } from '../../model/modelSource.ts';
import type { Weights } from '../../model/weights.ts';
import { safetensorsWeights } from '../../model/weights.ts';
import { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { trainBpe } from '../../tokenizer/trainBpe.ts';
import type { LearntFile } from '../../train/rows.ts';
import { promptFormat } from '../engine/promptFormat.ts';
import type { TrainingOptions } from '../protocol/trainingOptions.ts';

export interface StartModel {
  readonly source: ModelSource;
  readonly manifest: ModelManifest;
  readonly config: ModelConfig;
  readonly weights: Weights;
  readonly tokenizer: Tokenizer;
  readonly prompts: PromptBuilder;
  /** Differs between models whose trainings differ. */
  readonly fingerprint: string;
}

/** Throws a ModelFileError. */
export async function readStartModel(reader: FileReader, folder: string): Promise<StartModel> {
  const files = await readModelFolder(folder, reader);
  const { config, manifest, tensors } = files;
  const tokenizer = new Tokenizer(files.tokenizer, `${folder}/tokenizer.json`);
  let checksum = 0;
  for (const [, { data }] of tensors) checksum = crc32(data, checksum);
  return {
    source: await readModelSource(folder, reader),
    manifest,
    config,
    weights: safetensorsWeights(tensors, `${folder}/model.safetensors`),
    tokenizer,
    prompts: new PromptBuilder(tokenizer, promptFormat(files, tokenizer)),
    fingerprint: checksum.toString(16),
  };
}

/** Tokens of a tokenizer that is learnt on one workspace: a smaller model has no room for the embeddings of more. */
const vocabularySizes: Readonly<Record<ScratchSize, number>> = { '0.1M': 1024, '1M': 4096, '5M': 8192 };
const scratchContextTokens = 512;
const endOfText = '<|endoftext|>';

/**
 * A model with random weights, of a size, for the tokenizer of `base` or one that is learnt on the texts. Its files say
 * all that another program needs.
 */
export function scratchModel(
  base: StartModel,
  { size, tokenizer: whose }: Extract<TrainingOptions['mode'], { kind: 'scratch' }>,
  texts: readonly string[],
  seed: number,
): StartModel {
  const source = new Map(base.source);
  let { tokenizer } = base;
  let { eosTokenIds } = base.config;
  let header = base.manifest.prompt.header;
  if (whose === 'own') {
    const json = trainBpe(texts, { vocabularySize: vocabularySizes[size] });
    tokenizer = new Tokenizer(json, 'the tokenizer learnt on the workspace');
    const end = tokenizer.specialId(endOfText);
    if (end === undefined) throw new Error(`the learnt tokenizer has no ${endOfText}`);
    eosTokenIds = [end];
    header = '// {path}\n';
    source.set('tokenizer.json', jsonBytes(json));
    source.set(
      'tokenizer_config.json',
      jsonBytes({
        tokenizer_class: 'PreTrainedTokenizerFast',
        eos_token: endOfText,
        pad_token: endOfText,
        model_max_length: scratchContextTokens,
      }),
    );
    source.set('generation_config.json', jsonBytes({ eos_token_id: end, pad_token_id: end }));
  }
  const config = scratchConfig(size, {
    vocabSize: whose === 'own' ? tokenizer.size : base.config.vocabSize,
    contextTokens: scratchContextTokens,
    eosTokenIds,
  });
  source.set('config.json', jsonBytes(huggingFaceConfig(config)));
  return {
    source,
    manifest: { ...base.manifest, name: `Grown here (${size})`, prompt: { header } },
    config,
    weights: initialWeights(config, seed),
    tokenizer,
    prompts: new PromptBuilder(tokenizer, { header, separator: eosTokenIds[0] }),
    fingerprint: `scratch ${crc32(source.get('tokenizer.json') ?? new Uint8Array()).toString(16)}`,
  };
}

/** The files as rows are made of them; others get their turn while they are encoded. */
export async function learntFiles(
  { tokenizer, prompts }: Pick<StartModel, 'tokenizer' | 'prompts'>,
  files: readonly SourceFile[],
  rowTokens: number,
  slicer: Slicer,
): Promise<readonly LearntFile[]> {
  const learnt: LearntFile[] = [];
  const infill = prompts.infillFormat;
  for (const { path, text } of files) {
    const head = prompts.networkHeader(path, Math.floor(rowTokens / 4));
    learnt.push({ head, body: tokenizer.encode(text), infill });
    await slicer.giveWay();
  }
  return learnt;
}
