// `complete FILE:LINE:COLUMN`: what the engine would suggest there.

import { open } from 'node:fs/promises';
import { neverCancelled } from '../base/cancellation.ts';
import type { CompletionRequest, CompletionResult } from '../complete/types.ts';
import { createNodeWasmRuntime } from '../runtime/nodeWasm.ts';
import type { DocumentWindow } from '../text/window.ts';
import { nodeFiles } from '../worker/nodeStorage.ts';
import { loadEngine } from '../worker/loadEngine.ts';
import { fileWindow } from './fileWindow.ts';
import { parseOptions, UsageError } from './usage.ts';

/** Files are read whole here, unlike in the editor. */
const largestFileBytes = 64 * 2 ** 20;

export async function runComplete(args: readonly string[]): Promise<void> {
  const { positionals, json, modelFolder, runtimeFolder, threads } = parseOptions(args);
  const [place, ...rest] = positionals;
  if (place === undefined || rest.length > 0) throw new UsageError('complete takes one place');
  const window = await readWindow(place);
  const runtime = createNodeWasmRuntime({ folder: runtimeFolder, threads });
  const engine = await loadEngine(nodeFiles, modelFolder, runtime);
  // In the editor the keystroke before this one has been asked about; its answer is forgotten, not what it warmed up.
  const before = {
    ...window,
    prefix: window.prefix.slice(0, -1),
    suffix: window.prefix.slice(-1) + window.suffix,
  };
  const startedMs = performance.now();
  await engine.completer.complete(completionRequest(before), neverCancelled);
  engine.completer.clear();
  const coldMs = performance.now() - startedMs;
  const result = await engine.completer.complete(completionRequest(window), neverCancelled);
  engine.dispose();
  console.log(json ? JSON.stringify({ ...result, coldMs }, null, 2) : formatResult(window, result, coldMs));
}

/** The request that an explicit command of the editor makes. */
export function completionRequest(window: DocumentWindow): CompletionRequest {
  return { window, trigger: 'invoke', alternatives: 1, showThreshold: 0, maxTokens: 48, multiLine: true };
}

async function readWindow(place: string): Promise<DocumentWindow> {
  const match = /^(.+):(\d+):(\d+)$/.exec(place);
  if (match === null) throw new UsageError(`${place} is not FILE:LINE:COLUMN`);
  const [, file = '', line = '', column = ''] = match;
  const text = await readText(file);
  const lines = text.split('\n');
  const chosen = lines[Number(line) - 1];
  if (chosen === undefined) throw new Error(`${file}: has ${lines.length} lines, there is no line ${line}`);
  const before = lines.slice(0, Number(line) - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const lineLength = chosen.replace(/\r$/, '').length;
  if (Number(column) < 1 || Number(column) > lineLength + 1) {
    throw new Error(`${file}:${line}: has ${lineLength} characters, there is no column ${column}`);
  }
  return fileWindow(file, text, before + Number(column) - 1);
}

async function readText(file: string): Promise<string> {
  const unreadable = (cause: unknown): never => {
    throw new Error(`${file}: cannot be read`, { cause });
  };
  const handle = await open(file).catch(unreadable);
  try {
    const { size } = await handle.stat();
    if (size > largestFileBytes)
      throw new Error(`${file}: ${size} bytes, more than the ${largestFileBytes} this command reads`);
    return await handle.readFile('utf8').catch(unreadable);
  } finally {
    await handle.close();
  }
}

function formatResult(window: DocumentWindow, result: CompletionResult, coldMs: number): string {
  const { totalMs, runs } = result.timings;
  const cost = `${totalMs.toFixed(1)} ms for this keystroke, ${coldMs.toFixed(0)} ms for the first, ${runs} runs of the network`;
  if (result.kind === 'none') return `no suggestion: ${result.reason} (${cost})`;
  const before = window.prefix.slice(window.prefix.lastIndexOf('\n') + 1);
  return result.items
    .map(({ text, probability }) => `${before}⟦${text}⟧\n(probability ${probability.toFixed(2)}, ${cost})`)
    .join('\n');
}
