// The model that a training starts from, and how files are shown to it: as prompts show them.

import { crc32 } from '../memory/crc32.ts';
import { PromptBuilder } from '../complete/context.ts';
import type { Turns } from '../corpus/timeSlices.ts';
import type { SourceFile } from '../evaluate/scoring.ts';
import type { ModelConfig } from '../model/config.ts';
import { readModelFolder } from '../model/modelFolder.ts';
import type { ModelManifest } from '../model/modelManifest.ts';
import type { ModelSource } from '../model/modelSource.ts';
import { readModelSource } from '../model/modelSource.ts';
import { nodeFileReader } from '../model/nodeFiles.ts';
import type { Weights } from '../model/weights.ts';
import { safetensorsWeights } from '../model/weights.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { LearntFile } from '../train/rows.ts';

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
export async function readStartModel(folder: string): Promise<StartModel> {
  const files = await readModelFolder(folder, nodeFileReader);
  const { config, manifest, tensors } = files;
  const tokenizer = new Tokenizer(files.tokenizer, `${folder}/tokenizer.json`);
  const [separator] = files.eosTokenIds;
  let checksum = 0;
  for (const [, { data }] of tensors) checksum = crc32(data, checksum);
  return {
    source: await readModelSource(folder, nodeFileReader),
    manifest,
    config,
    weights: safetensorsWeights(tensors, `${folder}/model.safetensors`),
    tokenizer,
    prompts: new PromptBuilder(tokenizer, { header: manifest.prompt.header, separator }),
    fingerprint: checksum.toString(16),
  };
}

/** The files as rows are made of them; others get their turn while they are encoded. */
export async function learntFiles(
  { tokenizer, prompts }: Pick<StartModel, 'tokenizer' | 'prompts'>,
  files: readonly SourceFile[],
  rowTokens: number,
  turns: Turns,
): Promise<readonly LearntFile[]> {
  const learnt: LearntFile[] = [];
  for (const { path, text } of files) {
    const head = prompts.networkHeader(path, Math.floor(rowTokens / 4));
    const tokens = tokenizer.encode(text);
    learnt.push({ head, body: () => tokens });
    await turns.giveWay();
  }
  return learnt;
}
