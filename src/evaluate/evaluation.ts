// The harness: what the network, memory and both together are worth on the held-out files of one workspace. One way
// of measuring for the command line, the tests and the editor's report.

import type { CancellationToken } from '../base/cancellation.ts';
import { neverCancelled, throwIfCancelled } from '../base/cancellation.ts';
import { seededRandom } from '../base/random.ts';
import { quantile } from '../base/statistics.ts';
import { Completer } from '../complete/completer.ts';
import type { PromptBuilder } from '../complete/context.ts';
import type { Decoder } from '../infer/decoder.ts';
import type { Vocabulary } from '../infer/generate.ts';
import { MemoryPredictor } from '../infer/memoryPredictor.ts';
import type { Mixture } from '../infer/mixture.ts';
import type { Predictor } from '../infer/predictor.ts';
import { MixedPredictor, NetworkPredictor } from '../infer/predictor.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { DocumentFormat } from './documentState.ts';
import { documentFormat, indentationByLanguage } from './documentState.ts';
import { completeLine, LineFigures, lineCursors } from './lineCompletion.ts';
import type { SampleSizes, Stretch } from './sample.ts';
import { filesToScore, stretchesToType } from './sample.ts';
import type { SourceFile } from './scoring.ts';
import { Score, scoreFile } from './scoring.ts';
import { TypingFigures, typeStretch } from './typing.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';
import { rememberFiles } from './workspaceFiles.ts';

/** What is judged. The decoder and the prompts are used under names of the evaluation's own. */
export interface EvaluatedModel {
  readonly decoder: Decoder;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  readonly prompts: PromptBuilder;
  /** Blends memory with the network. */
  readonly mixture: Mixture;
  /** Blends memory with word frequencies. */
  readonly alone: Mixture;
}

export const configurations = ['network', 'memory', 'both'] as const;
export type Configuration = (typeof configurations)[number];

/** Shares are in [0, 1]. */
export interface ConfigurationFigures {
  /** Teacher-forced, every byte of the scored files counted. */
  readonly bitsPerByte: number;
  /** Share of tokens that were the likeliest. */
  readonly tokenAccuracy: number;
  /** Expected calibration error of the likeliest token's probability. */
  readonly calibrationError: number;
  readonly lineExact: number;
  readonly lineSimilarity: number;
  readonly keystrokesSaved: number;
  readonly keystrokesSavedByWord: number;
  readonly shown: number;
  /** 0 where nothing was shown. */
  readonly precision: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  /** Runs of the network for each suggestion shown. */
  readonly runsPerShown: number;
}

export interface Evaluation {
  /** Held-out files and their UTF-8 bytes that were scored. */
  readonly files: number;
  readonly bytes: number;
  readonly configs: Readonly<Record<Configuration, ConfigurationFigures>>;
  readonly sample: {
    readonly tokens: number;
    readonly cursors: number;
    /** Keys that the typed text takes without suggestions. */
    readonly keys: number;
    readonly showThreshold: number;
  };
  readonly workspace: { readonly files: number; readonly tokens: number };
  readonly heldOut: { readonly files: number; readonly bytes: number };
}

export interface EvaluationOptions {
  readonly seed: number;
  readonly sizes: SampleSizes;
  /** Of the typing simulation. */
  readonly showThreshold: number;
  /** Told what is being done, in a few words. */
  readonly onProgress?: (what: string) => void;
  readonly cancellation?: CancellationToken;
}

/** What is typed and completed, and the memory that helps: of the workspace's files alone. */
export interface Bench {
  readonly model: EvaluatedModel;
  readonly memory: WorkspaceMemory;
  readonly heldOut: readonly SourceFile[];
  readonly formatOf: (path: string, textBefore: string) => DocumentFormat;
}

/** Remembers the workspace's files, in a memory of its own. */
export function prepareBench(model: EvaluatedModel, { workspace, heldOut }: WorkspaceFiles): Bench {
  const { tokenizer, prompts, decoder } = model;
  const memory = rememberFiles(workspace, tokenizer, prompts, decoder.config.vocabSize);
  const indentations = indentationByLanguage(workspace);
  return {
    model,
    memory,
    heldOut,
    formatOf: (path, textBefore) => documentFormat(path, textBefore, indentations),
  };
}

/** The held-out files that teacher-forced scoring looks at. */
export function scoredFiles(
  { heldOut, model }: Pick<Bench, 'heldOut' | 'model'>,
  seed: number,
  { tokens }: SampleSizes,
): readonly SourceFile[] {
  return filesToScore(heldOut, tokens, model.tokenizer, seededRandom(seed));
}

/** The held-out text that is typed. */
export function typedStretches(
  { heldOut }: Pick<Bench, 'heldOut'>,
  seed: number,
  { typed }: SampleSizes,
): readonly Stretch[] {
  return stretchesToType(
    heldOut.map(({ text }) => text),
    typed,
    seededRandom(seed + 2),
  );
}

export async function evaluate(
  files: WorkspaceFiles,
  bench: Bench,
  options: EvaluationOptions,
): Promise<Evaluation> {
  const { seed, sizes, onProgress = () => undefined, cancellation = neverCancelled } = options;
  const { model, memory, heldOut } = bench;
  const scores = { network: new Score(), memory: new Score(), both: new Score() };
  const scored = scoredFiles(bench, seed, sizes);
  for (const [index, file] of scored.entries()) {
    throwIfCancelled(cancellation);
    onProgress(`scoring ${file.path} (${index + 1} of ${scored.length})`);
    await scoreFile({ ...model, memory }, file, scores);
  }
  const configs: Partial<Record<Configuration, ConfigurationFigures>> = {};
  let keys = 0;
  let cursors = 0;
  for (const configuration of configurations) {
    const lines = await completeLines(bench, configuration, options);
    onProgress(`typing with ${configuration}`);
    const predictor = predictorOf(bench, configuration);
    const typing = await typeAll(bench, predictor, typedStretches(bench, seed, sizes), options);
    const score = scores[configuration];
    keys = typing.keysAlone;
    cursors = lines.cursors;
    configs[configuration] = {
      bitsPerByte: score.bitsPerByte,
      tokenAccuracy: score.tokenAccuracy,
      calibrationError: score.calibrationError,
      lineExact: lines.lineExact,
      lineSimilarity: lines.lineSimilarity,
      keystrokesSaved: typing.keystrokesSaved,
      keystrokesSavedByWord: typing.keystrokesSavedByWord,
      shown: typing.shown,
      precision: typing.precision,
      latencyMs: { p50: quantile(typing.latenciesMs, 0.5), p95: quantile(typing.latenciesMs, 0.95) },
      runsPerShown: typing.runs / Math.max(1, typing.shown),
    };
  }
  return {
    files: scored.length,
    bytes: scores.both.bytes,
    configs: configs as Record<Configuration, ConfigurationFigures>,
    sample: { tokens: scores.both.tokens, cursors, keys, showThreshold: options.showThreshold },
    workspace: { files: files.workspace.length, tokens: memory.size },
    heldOut: {
      files: heldOut.length,
      bytes: heldOut.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    },
  };
}

export function predictorOf({ model, memory }: Bench, configuration: Configuration): Predictor {
  const { decoder, mixture, alone } = model;
  switch (configuration) {
    case 'network':
      return new NetworkPredictor(decoder);
    case 'memory':
      return new MemoryPredictor(memory, alone);
    case 'both':
      return new MixedPredictor({ decoder, memory, mixture, alone });
    default:
      return configuration satisfies never;
  }
}

/** Each stretch in a document that no cache has seen: neither answers nor keys and values reach from one to another. */
export async function typeAll(
  bench: Bench,
  predictor: Predictor,
  stretches: readonly Stretch[],
  { showThreshold, cancellation = neverCancelled }: Pick<EvaluationOptions, 'showThreshold' | 'cancellation'>,
): Promise<TypingFigures> {
  const figures = new TypingFigures();
  for (const { file, from, to } of stretches) {
    throwIfCancelled(cancellation);
    const { path = '', text = '' } = bench.heldOut[file] ?? {};
    const format = bench.formatOf(path, text.slice(0, from));
    const completer = freshCompleter(bench, predictor);
    const uri = freshUri();
    await typeStretch(
      request => completer.complete(request, cancellation),
      uri,
      { text, from, to, format },
      showThreshold,
      figures,
    );
  }
  return figures;
}

async function completeLines(
  bench: Bench,
  configuration: Configuration,
  { seed, sizes, onProgress = () => undefined, cancellation = neverCancelled }: EvaluationOptions,
): Promise<LineFigures> {
  onProgress(`completing lines with ${configuration}`);
  const texts = bench.heldOut.map(({ text }) => text);
  const predictor = predictorOf(bench, configuration);
  const figures = new LineFigures();
  // One name a file: keys and values of the text before are reused. A completer each: answers are not.
  const uris = texts.map(freshUri);
  for (const cursor of lineCursors(texts, sizes.cursors, seededRandom(seed + 1))) {
    throwIfCancelled(cancellation);
    const { path = '', text = '' } = bench.heldOut[cursor.file] ?? {};
    const format = bench.formatOf(path, text.slice(0, cursor.offset));
    const completer = freshCompleter(bench, predictor);
    await completeLine(
      request => completer.complete(request, cancellation),
      uris[cursor.file] ?? '',
      text,
      cursor,
      format,
      figures,
    );
  }
  return figures;
}

function freshCompleter({ model }: Bench, predictor: Predictor): Completer {
  const { decoder, vocabulary, prompts } = model;
  return new Completer({ predictor, counters: decoder.counters, vocabulary, prompts });
}

let documents = 0;

/** Prompts, the decoder and the completer know documents by it. */
function freshUri(): string {
  return `evaluation:${documents++}`;
}
