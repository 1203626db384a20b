// The harness: what the network, memory and both together are worth on the held-out files of one workspace. One way
// of measuring for the command line, the tests and the editor's report.

import { quantile } from '../base/statistics.ts';
import type { Break } from './acceptance.ts';
import type { Bench, Configuration, EvaluationOptions } from './bench.ts';
import {
  acceptShown,
  completeLines,
  configurations,
  predictorOf,
  scoreHeldOut,
  typeAll,
  typedStretches,
} from './bench.ts';
import type { LineFigures } from './lineCompletion.ts';
import type { Score } from './scoring.ts';
import type { TypingFigures } from './typing.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

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
  /** Of the cursors in lines that stand somewhere already but for their names. */
  readonly renamedLineExact: number;
  readonly keystrokesSaved: number;
  readonly keystrokesSavedByWord: number;
  readonly shown: number;
  /** 0 where nothing was shown. */
  readonly precision: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  /** Runs of the network for each suggestion shown. */
  readonly runsPerShown: number;
}

/** The same of a model that was trained on the workspace's files: alone, and with memory. */
export interface TrainedConfigurations {
  readonly trained: ConfigurationFigures;
  readonly trainedMemory: ConfigurationFigures;
}

export interface Acceptance {
  /** Places of files that parsed; at how many of them something was shown; and how long it was, in code units. */
  readonly places: number;
  readonly shown: number;
  readonly meanChars: number;
  /** Share of the shown suggestions after which the file no longer parses. */
  readonly brokenShare: number;
  readonly breaks: readonly Break[];
}

export interface Evaluation {
  /** Held-out files and their UTF-8 bytes that were scored. */
  readonly files: number;
  readonly bytes: number;
  readonly configs: Readonly<Record<Configuration, ConfigurationFigures>> & Partial<TrainedConfigurations>;
  /** Memory's evidence blended the plain way (Witten-Bell): what *memory* is to beat. */
  readonly wittenBellBitsPerByte: number;
  readonly sample: {
    readonly tokens: number;
    readonly cursors: number;
    /** Of the cursors, those in renamed lines. */
    readonly renamedCursors: number;
    /** Keys that the typed text takes without suggestions. */
    readonly keys: number;
    readonly showThreshold: number;
  };
  /** What becomes of files that parse where suggestions of memory and network are accepted; undefined without a parser. */
  readonly acceptance: Acceptance | undefined;
  readonly workspace: { readonly files: number; readonly tokens: number };
  readonly heldOut: { readonly files: number; readonly bytes: number };
}

/** Throws a CancellationError when cancelled. `bench` was prepared from `files`. */
export async function evaluate(
  files: WorkspaceFiles,
  bench: Bench,
  options: EvaluationOptions,
): Promise<Evaluation> {
  const encoder = new TextEncoder();
  const measured = await measure(bench, options, configurations);
  const { scored, scores, keys, cursors, renamedCursors, figuresOf } = measured;
  const acceptance = await accept(bench, options);
  return {
    acceptance,
    files: scored.length,
    bytes: scores.both.bytes,
    configs: { network: figuresOf('network'), memory: figuresOf('memory'), both: figuresOf('both') },
    wittenBellBitsPerByte: scores.wittenBellBits / scores.both.bytes,
    sample: {
      tokens: scores.both.tokens,
      cursors,
      renamedCursors,
      keys,
      showThreshold: options.showThreshold,
    },
    workspace: { files: files.workspace.length, tokens: bench.memory.size },
    heldOut: {
      files: bench.heldOut.length,
      bytes: bench.heldOut.reduce((sum, { text }) => sum + encoder.encode(text).byteLength, 0),
    },
  };
}

/** What training bought: `bench` is of the trained model. Throws a CancellationError when cancelled. */
export async function evaluateTrained(
  bench: Bench,
  options: EvaluationOptions,
): Promise<TrainedConfigurations> {
  const { figuresOf } = await measure(bench, options, ['network', 'both']);
  return { trained: figuresOf('network'), trainedMemory: figuresOf('both') };
}

async function accept(bench: Bench, options: EvaluationOptions): Promise<Acceptance | undefined> {
  const { parses, onProgress = () => undefined } = options;
  if (parses === undefined) return undefined;
  onProgress('accepting suggestions', 0);
  const figures = await acceptShown(bench, predictorOf(bench, 'both'), parses, options);
  const { places, shown, shownChars, brokenShare, breaks } = figures;
  return { places, shown, meanChars: shownChars / Math.max(1, shown), brokenShare, breaks };
}

async function measure(bench: Bench, options: EvaluationOptions, measured: readonly Configuration[]) {
  const { seed, sizes, onProgress = () => undefined } = options;
  const { scored, scores } = await scoreHeldOut(bench, options);
  const figures = new Map<Configuration, ConfigurationFigures>();
  let keys = 0;
  let cursors = 0;
  let renamedCursors = 0;
  for (const configuration of measured) {
    const lines = await completeLines(bench, configuration, options);
    onProgress(`typing with ${configuration}`, 0);
    const predictor = predictorOf(bench, configuration);
    const typing = await typeAll(bench, predictor, typedStretches(bench, seed, sizes), options);
    keys = typing.keysAlone;
    ({ cursors, renamedCursors } = lines);
    figures.set(configuration, figuresFrom(scores[configuration], lines, typing));
  }
  const figuresOf = (configuration: Configuration): ConfigurationFigures => {
    const known = figures.get(configuration);
    if (known === undefined) throw new Error(`${configuration} was not measured`);
    return known;
  };
  return { scored, scores, keys, cursors, renamedCursors, figuresOf };
}

function figuresFrom(score: Score, lines: LineFigures, typing: TypingFigures): ConfigurationFigures {
  return {
    bitsPerByte: score.bitsPerByte,
    tokenAccuracy: score.tokenAccuracy,
    calibrationError: score.calibrationError,
    lineExact: lines.lineExact,
    lineSimilarity: lines.lineSimilarity,
    renamedLineExact: lines.renamedLineExact,
    keystrokesSaved: typing.keystrokesSaved,
    keystrokesSavedByWord: typing.keystrokesSavedByWord,
    shown: typing.shown,
    precision: typing.precision,
    latencyMs: { p50: quantile(typing.latenciesMs, 0.5), p95: quantile(typing.latenciesMs, 0.95) },
    runsPerShown: typing.runs / Math.max(1, typing.shown),
  };
}
