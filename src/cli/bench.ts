// `bench`: what the engine costs, each figure beside its target, and beside the native ceiling in the same run.

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWasmRuntime } from '../runtime/wasm.ts';
import type { DecodingFigures } from './benchDecoding.ts';
import { benchDecoding } from './benchDecoding.ts';
import type { TypingFigures } from './benchTyping.ts';
import { benchTyping } from './benchTyping.ts';
import { createNativeRuntime } from './nativeRuntime.ts';
import { parseOptions, UsageError } from './usage.ts';

const keystrokes = 600;
const defaultThreads = 2;

export async function runBench(args: readonly string[]): Promise<void> {
  const { positionals, json, modelFolder, runtimeFolder, threads: asked } = parseOptions(args);
  const [folder = join(repository(), 'src'), ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('bench takes one folder at most');
  const threads = asked === 0 ? defaultThreads : asked;
  const enginePath = join(repository(), 'dist/engine.js');
  if (!existsSync(enginePath)) throw new Error(`${enginePath} is missing: run npm run build first`);

  // The worker first: the memory of the other sessions must not count as the engine's.
  const options = { modelFolder, runtimeFolder: runtimeFolder ?? '', threads };
  const typing = await benchTyping(enginePath, options, sourceFiles(folder), keystrokes);
  const runtimes = [
    createWasmRuntime({ folder: runtimeFolder, threads }),
    await createNativeRuntime(threads),
  ];
  const [wasm, native] = await benchDecoding(modelFolder, runtimes);
  if (wasm === undefined || native === undefined) throw new Error('both runtimes must be measured');
  console.log(
    json ? JSON.stringify({ threads, typing, wasm, native }, null, 2) : format(threads, typing, wasm, native),
  );
}

function format(
  threads: number,
  typing: TypingFigures,
  wasm: DecodingFigures,
  native: DecodingFigures,
): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const ratio = (value: number) => `${value.toFixed(2)} x native`;
  const silences = Object.entries(typing.silences)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`);
  const rows: readonly (readonly [string, string, string])[] = [
    ['keystroke to completion, p50', ms(typing.keystrokeMs.p50), 'at most 20 ms'],
    ['keystroke to completion, p95', ms(typing.keystrokeMs.p95), 'at most 60 ms'],
    [`  of the ${typing.networkMs.keystrokes} that needed the network, p50`, ms(typing.networkMs.p50), ''],
    [`  of the ${typing.networkMs.keystrokes} that needed the network, p95`, ms(typing.networkMs.p95), ''],
    ['  runs of the network for each of those', typing.runsPerNetworkAnswer.toFixed(1), ''],
    ['worker start to first answer', ms(typing.startToFirstAnswerMs), 'at most 1500 ms'],
    ['longest block of the asking thread', ms(typing.longestBlockMs), 'at most 10 ms'],
    ['  the same thread when idle, same run', ms(typing.idleLongestBlockMs), ''],
    ['engine resident memory', `${typing.engineResidentMB.toFixed(0)} MB`, 'at most 200 MB'],
    [`cold prompt of ${wasm.promptTokens} tokens`, ms(wasm.coldPromptMs), 'at most 150 ms'],
    [
      '  onnxruntime-node, same graph',
      ms(native.coldPromptMs),
      ratio(wasm.coldPromptMs / native.coldPromptMs),
    ],
    ['decoding', `${wasm.tokensPerSecond.toFixed(0)} tokens/s`, 'at least 250 tokens/s'],
    [
      '  onnxruntime-node, same graph',
      `${native.tokensPerSecond.toFixed(0)} tokens/s`,
      ratio(wasm.tokensPerSecond / native.tokensPerSecond),
    ],
  ];
  return [
    `${typing.keystrokes} keystrokes, ${threads} threads; shown ${typing.shown}; silent: ${silences.join(', ')}`,
    ...rows.map(([what, value, target]) => `${what.padEnd(52)}${value.padStart(14)}   ${target}`),
  ].join('\n');
}

/** The folder that holds dist/, from the bundle in it. */
function repository(): string {
  return dirname(dirname(fileURLToPath(import.meta.url)));
}

/** Source files below a folder, sorted, that are neither tiny nor huge. */
function sourceFiles(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(?:ts|tsx|js|py|go|rs|java|c|cpp|cs)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new Error(`${folder}: holds no source files to type`);
  return files;
}
