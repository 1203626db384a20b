// Loads a model and builds the completion pipeline on it: the engine, without the thread it runs in. The worker's
// entry and the command line both start here.

import type { Disposable } from '../../base/disposable.ts';
import { Completer } from '../../complete/completer.ts';
import { PromptBuilder } from '../../complete/context.ts';
import type { RunGate } from '../../infer/decoder.ts';
import { Decoder } from '../../infer/decoder.ts';
import defaultMixtures from '../../infer/defaultMixtures.json' with { type: 'json' };
import type { Vocabulary } from '../../infer/generate.ts';
import type { Mixtures } from '../../infer/mixtures.ts';
import { mixturesOf } from '../../infer/mixtures.ts';
import type { StoredMixtures } from '../../infer/mixtureWeights.ts';
import { parseMixtures } from '../../infer/mixtureWeights.ts';
import { MixedPredictor } from '../../infer/predictor.ts';
import type { DecodingRates } from '../../infer/probe.ts';
import { probeDecoding } from '../../infer/probe.ts';
import { WorkspaceMemory } from '../../memory/workspaceMemory.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { FileReader, ModelFiles } from '../../model/modelFolder.ts';
import { readModelFolder } from '../../model/modelFolder.ts';
import type { Precision } from '../../model/parameters.ts';
import type { DeviceLadder } from '../../runtime/deviceLadder.ts';
import { onlyOn } from '../../runtime/deviceLadder.ts';
import type { Runtime } from '../../runtime/session.ts';
import { ByteTrie } from '../../tokenizer/byteTrie.ts';
import { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { countParameters, loadWithFallback } from './loadNetwork.ts';
import type { EngineReport } from '../protocol/engineOptions.ts';
import { promptFormat } from './promptFormat.ts';

export interface Engine extends Disposable, Mixtures {
  readonly completer: Completer;
  readonly decoder: Decoder;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  readonly prompts: PromptBuilder;
  readonly memory: WorkspaceMemory;
  /** What `mixture` and `alone` were made of. */
  readonly storedMixtures: StoredMixtures;
  readonly report: Omit<EngineReport, 'home'>;
  /** Measures how fast it decodes. */
  measure(): Promise<DecodingRates>;
  /**
   * The same model for work beside the suggestions: with caches of its own, so that it takes no document's place in
   * theirs. Each run of the network goes through `gate`.
   */
  apart(gate: RunGate): Pick<Engine, 'decoder' | 'tokenizer' | 'vocabulary' | 'prompts' | keyof Mixtures>;
}

/** Longer contexts cost more than they bring: a prompt of this length still runs while a person waits. */
const maxContextTokens = 1024;

export interface LoadOptions {
  /** On the first device; unless given, what suits it. */
  readonly precision?: Precision;
}

/** Loads the model of a folder onto a device. Throws an error for the user that names the file at fault. */
export async function loadEngine(
  reader: FileReader,
  folder: string,
  devices: DeviceLadder,
  { precision }: LoadOptions = {},
): Promise<Engine> {
  const startedMs = performance.now();
  const files = await readModelFolder(folder, reader);
  const tokenizer = loadTokenizer(files);
  const config = usedConfig(files);
  const networks = await loadWithFallback(files, config, devices, { reader, precision });
  const { runtime, why } = devices.current;
  const decoder = new Decoder(config, networks);
  const vocabulary = { tokenBytes: tokenizer.tokenBytes, trie: new ByteTrie(tokenizer.tokenBytes) };
  const format = promptFormat(files, tokenizer);
  const prompts = new PromptBuilder(tokenizer, format);
  const memory = new WorkspaceMemory(config.vocabSize, tokenizer.tokenBytes);
  const storedMixtures = readMixtures(files);
  const mixtures = mixturesOf(storedMixtures);
  const predictor = new MixedPredictor({ decoder, memory, ...mixtures, tokenizer });
  return {
    completer: new Completer({ predictor, counters: decoder.counters, vocabulary, prompts }),
    decoder,
    memory,
    ...mixtures,
    storedMixtures,
    tokenizer,
    vocabulary,
    prompts,
    report: {
      modelName: files.manifest.name,
      parameters: countParameters(files),
      contextTokens: config.contextTokens,
      device: runtime.device,
      why,
      threads: runtime.threads,
      loadMs: performance.now() - startedMs,
      warnings: [...runtime.warnings],
    },
    measure: () => probeDecoding(config, networks),
    apart(gate) {
      const own = {
        decoder: new Decoder(config, networks, gate),
        prompts: new PromptBuilder(tokenizer, format),
      };
      return { ...own, tokenizer, vocabulary, ...mixtures };
    },
    dispose() {
      decoder.dispose();
      networks.dispose();
    },
  };
}

/** Loads an engine for one piece of work. */
export async function withEngine<T>(
  reader: FileReader,
  folder: string,
  runtime: Runtime,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await loadEngine(reader, folder, onlyOn(runtime));
  try {
    return await use(engine);
  } finally {
    engine.dispose();
  }
}

/** The config of the files with the context that engines use of it. */
export function usedConfig({ config }: ModelFiles): ModelConfig {
  return { ...config, contextTokens: Math.min(config.contextTokens, maxContextTokens) };
}

/** Throws an Error that names the file where it is not the tokenizer of the model. */
export function loadTokenizer({ folder, tokenizer, config }: ModelFiles): Tokenizer {
  const file = `${folder}/tokenizer.json`;
  const loaded = new Tokenizer(tokenizer, file);
  if (loaded.size > config.vocabSize) {
    throw new Error(
      `${file}: ${loaded.size} tokens, but the model has ${config.vocabSize}; use the tokenizer of this model`,
    );
  }
  return loaded;
}

/** Those that were fitted to this very network, or those that fit most. */
function readMixtures({ mixtures, folder }: ModelFiles): StoredMixtures {
  return mixtures === undefined ? defaultMixtures : parseMixtures(mixtures, `${folder}/mixtures.json`);
}
