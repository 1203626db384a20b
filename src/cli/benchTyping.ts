// The typing benchmark: types into real files, character by character, through the very worker and client that the
// editor uses, and measures what a person would wait for and what the machine pays.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { neverCancelled } from '../base/cancellation.ts';
import { silentLogger } from '../base/logger.ts';
import type { CompletionResult } from '../complete/types.ts';
import { defaultShowThreshold } from '../complete/types.ts';
import { typingRequest } from '../evaluate/typing.ts';
import { EngineClient } from '../worker/client/client.ts';
import { engineThread } from '../worker/client/engineThread.ts';
import { noEditorFiles } from '../worker/client/serveEditor.ts';
import type { EngineOptions } from '../worker/protocol/engineOptions.ts';
import { quantile } from '../base/statistics.ts';
import { fileWindow } from './fileWindow.ts';
import { typedPlaces } from './typedPlaces.ts';

export interface TypingTimes {
  readonly keystrokes: number;
  /** From the worker's start to the first answer, in milliseconds. */
  readonly startToFirstAnswerMs: number;
  /** From a keystroke to its answer, as the editor's thread sees it, over all keystrokes. */
  readonly keystrokeMs: { readonly p50: number; readonly p95: number };
  /** The same over the keystrokes that the type-through cache could not answer. */
  readonly networkMs: { readonly p50: number; readonly p95: number; readonly keystrokes: number };
  readonly runsPerNetworkAnswer: number;
  readonly shown: number;
  readonly silences: Readonly<Record<string, number>>;
  /** Longest time that the thread which asks was not responsive, in milliseconds; and the same while it did nothing. */
  readonly longestBlockMs: number;
  readonly idleLongestBlockMs: number;
  /** Resident memory of the process with the engine at work, less that before it was started. */
  readonly engineResidentMB: number;
}

/** How long the idle thread is watched, for comparison. */
const idleMs = 2000;
const firstAnswerTimeoutMs = 30_000;

/** Types `keystrokes` characters at seeded places of the files. */
export async function benchTyping(
  enginePath: string,
  options: EngineOptions,
  files: readonly string[],
  keystrokes: number,
): Promise<TypingTimes> {
  // All made beforehand: reading files is no part of a suggestion.
  const windows = [...typedPlaces(files, keystrokes)].map(({ file, text, offset }) =>
    fileWindow(file, text, offset),
  );
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await new Promise(resolve => setTimeout(resolve, idleMs));
  idle.disable();
  const before = process.memoryUsage.rss();
  const startedMs = performance.now();
  const client = new EngineClient({
    startWorker: engineThread(enginePath, silentLogger),
    options,
    files: noEditorFiles,
    logger: silentLogger,
    limits: { readyWaitMs: firstAnswerTimeoutMs },
  });
  let startToFirstAnswerMs: number | undefined;
  const all: number[] = [];
  const network: number[] = [];
  let runs = 0;
  let shown = 0;
  const silences: Record<string, number> = {};
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (const window of windows) {
    const askedMs = performance.now();
    const result: CompletionResult = await client.complete(
      typingRequest(window, defaultShowThreshold),
      neverCancelled,
    );
    const answeredMs = performance.now();
    if (client.report === undefined)
      throw new Error(`the engine did not start: ${JSON.stringify(client.state)}`);
    if (startToFirstAnswerMs === undefined) {
      startToFirstAnswerMs = answeredMs - startedMs;
      delay.enable();
      continue;
    }
    all.push(answeredMs - askedMs);
    if (result.timings.runs > 0) network.push(answeredMs - askedMs);
    runs += result.timings.runs;
    if (result.kind === 'completion') shown++;
    else silences[result.reason] = (silences[result.reason] ?? 0) + 1;
  }
  delay.disable();
  const engineResidentMB = (process.memoryUsage.rss() - before) / 1e6;
  await client.shutDown();
  return {
    keystrokes: all.length,
    startToFirstAnswerMs: startToFirstAnswerMs ?? NaN,
    keystrokeMs: { p50: quantile(all, 0.5), p95: quantile(all, 0.95) },
    networkMs: { p50: quantile(network, 0.5), p95: quantile(network, 0.95), keystrokes: network.length },
    runsPerNetworkAnswer: runs / network.length,
    shown,
    silences,
    longestBlockMs: delay.max / 1e6,
    idleLongestBlockMs: idle.max / 1e6,
    engineResidentMB,
  };
}
