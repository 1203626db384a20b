// `bench`: what the engine costs, each figure beside its target, and beside the native ceiling in the same run.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNodeWasmRuntime } from '../runtime/nodeWasm.ts';
import type { ChatFigures } from './benchChat.ts';
import { benchChat } from './benchChat.ts';
import type { DecodingFigures } from './benchDecoding.ts';
import { benchDecoding } from './benchDecoding.ts';
import type { MemoryFigures } from './benchMemory.ts';
import { benchMemory } from './benchMemory.ts';
import type { TrainingFigures, TrainingRate } from './benchTraining.ts';
import { benchTraining } from './benchTraining.ts';
import type { TypingTimes } from './benchTyping.ts';
import { benchTyping } from './benchTyping.ts';
import type { Waiting, WhileTrainingFigures } from './benchWhileTraining.ts';
import { benchWhileTraining } from './benchWhileTraining.ts';
import { createNativeRuntime } from './nativeRuntime.ts';
import { repository, sourceFiles } from './sourceFiles.ts';
import type { ParsedOptions } from './usage.ts';
import { parseOptions, UsageError } from './usage.ts';

const keystrokes = 600;
const keystrokesWhileTraining = 400;
const defaultThreads = 2;

/** Rows x tokens: the context of the bundled model, which the editor trains at, and half of it. */
const trainingShapes = ['2x512', '4x256'];

export async function runBench(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, { flags: [], values: ['training'] });
  const trainingShape = options.values.get('training');
  if (trainingShape !== undefined) {
    await runTrainingBench(options, trainingShape);
    return;
  }
  const { positionals, json, modelFolder, runtimeFolder, threads: asked } = options;
  const [folder = join(repository(), 'src'), ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('bench takes one folder at most');
  const threads = asked === 0 ? defaultThreads : asked;
  const enginePath = join(repository(), 'dist/engine.js');
  if (!existsSync(enginePath)) throw new Error(`${enginePath} is missing: run npm run build first`);

  // The worker first: the memory of the other sessions must not count as the engine's.
  const engineOptions = { modelFolder, trainings: null, runtimeFolder: runtimeFolder ?? '', threads };
  const files = sourceFiles(folder);
  const typing = await benchTyping(enginePath, engineOptions, files, keystrokes);
  const runtime = createNodeWasmRuntime({ folder: runtimeFolder, threads });
  const [wasm, native] = await benchDecoding(modelFolder, [runtime, await createNativeRuntime(threads)]);
  if (wasm === undefined || native === undefined) throw new Error('both runtimes must be measured');
  const memory = await benchMemory(modelFolder, runtime, files);
  const chat = await benchChat(enginePath, engineOptions, files);
  const beside = await benchWhileTraining(enginePath, engineOptions, folder, files, keystrokesWhileTraining);
  const training = trainingShapes.map(shape => trainingInOwnProcess(modelFolder, threads, shape));
  if (json) {
    console.log(JSON.stringify({ threads, typing, wasm, native, memory, chat, beside, training }, null, 2));
    return;
  }
  const silences = Object.entries(typing.silences)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`);
  const { keystrokes: typed, shown } = typing;
  console.log(`${typed} keystrokes, ${threads} threads; shown ${shown}; silent: ${silences.join(', ')}`);
  print([
    ...engineRows(typing, wasm, native),
    ...memoryRows(memory),
    ...chatRows(chat),
    ...besideRows(beside),
    ...training.flatMap(trainingRows),
  ]);
}

/** `bench --training 2x512`: this part alone, with batches of so many rows and tokens. */
async function runTrainingBench(
  { json, modelFolder, runtimeFolder, threads: asked }: ParsedOptions,
  shape: string,
): Promise<void> {
  const [, rows, tokens] = /^([1-9]\d*)x([1-9]\d*)$/.exec(shape) ?? [];
  if (rows === undefined || tokens === undefined)
    throw new UsageError('--training takes rows x tokens: 2x512');
  const threads = asked === 0 ? defaultThreads : asked;
  const figures = await benchTraining(
    modelFolder,
    { rows: Number(rows), tokens: Number(tokens) },
    createNodeWasmRuntime({ folder: runtimeFolder, threads }),
    () => createNativeRuntime(threads),
    join(repository(), 'test/bench'),
  );
  if (json) console.log(JSON.stringify(figures, null, 2));
  else print(trainingRows(figures));
}

/** In a process of its own, so that the memory of nothing else counts as training's. */
function trainingInOwnProcess(modelFolder: string, threads: number, shape: string): TrainingFigures {
  const options = [
    'bench',
    '--training',
    shape,
    '--json',
    '--model',
    modelFolder,
    '--threads',
    String(threads),
  ];
  const script = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the training benchmark failed: ${stderr}`);
  // What this program printed itself.
  return JSON.parse(stdout) as TrainingFigures;
}

function print(rows: readonly Row[]): void {
  for (const [what, value, target] of rows)
    console.log(`${what.padEnd(52)}${value.padStart(16)}   ${target}`);
}

/** What was measured, the figure, and its target or what it stands beside. */
type Row = readonly [string, string, string];

function engineRows(typing: TypingTimes, wasm: DecodingFigures, native: DecodingFigures): readonly Row[] {
  const ratio = (value: number) => `${value.toFixed(2)} x native`;
  const { keystrokes: asked, p50, p95 } = typing.networkMs;
  return [
    ['keystroke to completion, p50', ms(typing.keystrokeMs.p50), 'at most 20 ms'],
    ['keystroke to completion, p95', ms(typing.keystrokeMs.p95), 'at most 60 ms'],
    [`  of the ${asked} that needed the network, p50`, ms(p50), ''],
    [`  of the ${asked} that needed the network, p95`, ms(p95), ''],
    ['  runs of the network for each of those', typing.runsPerNetworkAnswer.toFixed(1), ''],
    ['worker start to first answer', ms(typing.startToFirstAnswerMs), 'at most 1500 ms'],
    ['longest block of the asking thread', ms(typing.longestBlockMs), 'at most 10 ms'],
    ['  the same thread when idle, same run', ms(typing.idleLongestBlockMs), ''],
    ['engine resident memory', `${typing.engineResidentMB.toFixed(0)} MB`, 'at most 200 MB'],
    [`cold prompt of ${wasm.promptTokens} tokens`, ms(wasm.coldPromptMs), 'at most 150 ms'],
    ['  onnxruntime-node', ms(native.coldPromptMs), ratio(wasm.coldPromptMs / native.coldPromptMs)],
    ['decoding', `${wasm.tokensPerSecond.toFixed(0)} tokens/s`, 'at least 250 tokens/s'],
    [
      '  onnxruntime-node',
      `${native.tokensPerSecond.toFixed(0)} tokens/s`,
      ratio(wasm.tokensPerSecond / native.tokensPerSecond),
    ],
  ];
}

function memoryRows(memory: MemoryFigures): readonly Row[] {
  return [
    [`memory of ${memory.tokens} tokens: a query`, `${memory.queryMs.toFixed(4)} ms`, 'at most 0.05 ms'],
    ['  bytes a token', memory.bytesPerToken.toFixed(1), 'at most 12'],
    ['  building', `${(memory.indexedTokensPerSecond / 1e6).toFixed(1)} M tokens/s`, 'at least 1 M tokens/s'],
    [
      '  encoding before that',
      `${memory.encodedMegabytesPerSecond.toFixed(1)} MB/s`,
      '10 MB in at most 15 s',
    ],
    ['  following one saved file', ms(memory.updateOneFileMs), ''],
    [
      'index of structure: a query, p95',
      `${memory.analogy.queryMs.p95.toFixed(3)} ms (p50 ${memory.analogy.queryMs.p50.toFixed(3)})`,
      'at most 0.3 ms',
    ],
    ['  bytes a token', memory.analogy.bytesPerToken.toFixed(1), 'at most 12'],
    [
      '  building',
      `${(memory.analogy.indexedTokensPerSecond / 1e6).toFixed(1)} M tokens/s`,
      'at least 1 M tokens/s',
    ],
    ...memory.typed.flatMap(({ name, p50Ms, p95Ms, runsPerAnswer, shown }): Row[] => [
      [`${name}: keystroke, p50 / p95`, `${ms(p50Ms)} / ${ms(p95Ms)}`, '20 ms / 60 ms'],
      ['  runs for each that needed the network', runsPerAnswer.toFixed(2), `shown ${shown}`],
    ]),
  ];
}

function chatRows(chat: ChatFigures): readonly Row[] {
  const { workspaceMB, firstMs, wholeMs, keystrokeMs } = chat;
  return [
    [
      `chat on ${workspaceMB.toFixed(0)} MB: first words, p50 / p95`,
      `${ms(firstMs.p50)} / ${ms(firstMs.p95)}`,
      'at most 300 ms',
    ],
    ['  whole answer, p50 / p95', `${ms(wholeMs.p50)} / ${ms(wholeMs.p95)}`, 'at most 1000 ms'],
    ['  indexing, all at once', `${chat.chunksPerSecondMB.toFixed(1)} MB/s`, ''],
    ['  index', `${chat.indexMB.toFixed(1)} MB`, ''],
    [
      '  keystroke while it answers, median',
      ms(keystrokeMs.whileAnswering),
      `${ms(keystrokeMs.alone)} without`,
    ],
  ];
}

function besideRows(beside: WhileTrainingFigures): readonly Row[] {
  const {
    alone,
    whileTraining,
    networkAlone,
    networkWhileTraining,
    keystrokes: typed,
    stepsPerSecond,
  } = beside;
  const both = ({ p50, p95 }: Waiting) => `${ms(p50)} / ${ms(p95)}`;
  const times = (one: Waiting, other: Waiting) => `p95 ${(one.p95 / other.p95).toFixed(2)} x`;
  return [
    [
      `${typed} keystrokes while it trains, p50 / p95`,
      both(whileTraining),
      `${times(whileTraining, alone)}; at most 1.50`,
    ],
    ['  while the training is paused', both(alone), ''],
    ['  that needed the network', both(networkWhileTraining), times(networkWhileTraining, networkAlone)],
    ['  the same while the training is paused', both(networkAlone), ''],
    [
      '  steps a second meanwhile',
      stepsPerSecond.typing.toFixed(2),
      `${stepsPerSecond.quiet.toFixed(2)} when nobody types`,
    ],
  ];
}

function trainingRows(training: TrainingFigures): readonly Row[] {
  const { rows, tokens, asTrained, matrixProductGigaflops, peakResidentMB, adamW, native, others } = training;
  const speed = ({ tokensPerSecond }: TrainingRate) => `${tokensPerSecond.toFixed(0)} tokens/s`;
  const share = (gigaflops: number) => `${((100 * gigaflops) / matrixProductGigaflops).toFixed(0)} %`;
  const product = `of ${matrixProductGigaflops.toFixed(1)} GFLOP/s of a matrix product`;
  return [
    [
      `training, a step over ${asTrained.batches} x ${rows} x ${tokens} tokens`,
      speed(asTrained),
      `${asTrained.gigaflops.toFixed(1)} GFLOP/s`,
    ],
    ['  share of the matrix-product rate', share(asTrained.gigaflops), `${product}; at least 75 %`],
    ["  the optimizer's products counted", share(asTrained.gigaflopsInAll), 'five rounds of Muon'],
    ['  resident memory, peak', `${peakResidentMB.toFixed(0)} MB`, 'at most 1000 MB'],
    [
      `  AdamW, over ${rows} x ${tokens} tokens`,
      speed(adamW),
      `${share(adamW.gigaflops)} of the matrix-product rate`,
    ],
    ['  onnxruntime-node', speed(native), `${ratio(adamW, native)} x native`],
    ...Object.entries(others).map(([name, rate]): Row =>
      rate === undefined
        ? [`  ${name}`, 'not installed', installHints[name] ?? '']
        : [
            `  ${name}`,
            speed(rate),
            `${ratio(adamW, rate)} x as fast${name === 'tfjs, Wasm' ? '; at least 1.50' : ''}`,
          ],
    ),
  ];
}

const installHints: Readonly<Record<string, string>> = {
  'PyTorch, float32': 'sudo apt-get install python3-torch',
  'PyTorch, bfloat16': 'sudo apt-get install python3-torch',
  'tfjs, Wasm': 'npm install --no-save @tensorflow/tfjs @tensorflow/tfjs-backend-wasm',
};

function ratio(rate: TrainingRate, other: TrainingRate): string {
  return (rate.tokensPerSecond / other.tokensPerSecond).toFixed(2);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
