// What a training costs the suggestions: keystrokes at a person's pace while the model trains in its worker, as it does
// in the editor, and while that training is paused, in turns.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { neverCancelled } from '../base/cancellation.ts';
import { silentLogger } from '../base/logger.ts';
import { quantile } from '../base/statistics.ts';
import { defaultShowThreshold } from '../complete/types.ts';
import { typingRequest } from '../evaluate/typing.ts';
import { EngineClient } from '../worker/client/client.ts';
import { engineThread } from '../worker/client/engineThread.ts';
import { noEditorFiles } from '../worker/client/serveEditor.ts';
import type { EngineOptions } from '../worker/protocol/engineOptions.ts';
import type { TrainingState } from '../worker/client/trainingClient.ts';
import { BlamedFiles } from '../worker/storage/blamedFiles.ts';
import { TrainingClient } from '../worker/client/trainingClient.ts';
import { fileWindow } from './fileWindow.ts';
import { typedPlaces } from './typedPlaces.ts';

export interface Waiting {
  readonly p50: number;
  readonly p95: number;
}

export interface WhileTrainingFigures {
  /** From a keystroke to its answer, in milliseconds. */
  readonly alone: Waiting;
  readonly whileTraining: Waiting;
  /** Of those that the cache of what is typed through could not answer. */
  readonly networkAlone: Waiting;
  readonly networkWhileTraining: Waiting;
  readonly keystrokes: number;
  /** Of the training while nobody typed, and while somebody did. */
  readonly stepsPerSecond: { readonly quiet: number; readonly typing: number };
}

/** Fast typing: a hundred words a minute. */
const keystrokeMs = 120;
const keystrokesPerTurn = 80;
const quietMs = 10_000;
const firstStepMs = 180_000;

/** Trains on `folder` and types into the files of it, `keystrokes` in each of the two ways. */
export async function benchWhileTraining(
  enginePath: string,
  options: EngineOptions,
  folder: string,
  files: readonly string[],
  keystrokes: number,
): Promise<WhileTrainingFigures> {
  const startWorker = engineThread(enginePath, silentLogger);
  const outputFolder = await mkdtemp(join(tmpdir(), 'tinymemory-'));
  const limits = { readyWaitMs: 30_000 };
  const client = new EngineClient({
    startWorker,
    options,
    files: noEditorFiles,
    logger: silentLogger,
    limits,
  });
  // Its folder is deleted at the end.
  const discard = () => Promise.resolve();
  const logger = silentLogger;
  const blamed = new BlamedFiles(logger);
  const training = new TrainingClient({ startWorker, files: noEditorFiles, discard, blamed, logger });
  const diskPath = resolve(folder);
  try {
    training.start(
      {
        folders: [{ prefix: '', uri: `file://${diskPath}`, diskPath, excludes: [] }],
        capBytes: 10_000_000,
        storeFile: null,
        storeKey: 'bench',
      },
      {
        ...options,
        outputFolder,
        options: { mode: { kind: 'full' }, minutes: 600, steps: 100_000, seed: 0 },
        pauseOnBattery: false,
        pauseWhenBusy: false,
      },
    );
    await untilTrained(training, 3);
    const quiet = await stepsPerSecond(training, () => sleep(quietMs));

    const all = { paused: [] as number[], running: [] as number[] };
    const network = { paused: [] as number[], running: [] as number[] };
    let typing = { steps: 0, seconds: 0 };
    const windows = [...typedPlaces(files, 2 * keystrokes)].map(({ file, text, offset }) =>
      fileWindow(file, text, offset),
    );
    for (let at = 0, turn = 0; at < windows.length; at += keystrokesPerTurn, turn++) {
      const how = turn % 2 === 0 ? 'paused' : 'running';
      training.control(how === 'paused' ? 'pause' : 'resume');
      // A step that is being run ends first.
      await sleep(1_500);
      const stepsBefore = stepOf(training.state);
      const startedMs = performance.now();
      for (const window of windows.slice(at, at + keystrokesPerTurn)) {
        const askedMs = performance.now();
        training.control('suggesting');
        const result = await client.complete(typingRequest(window, defaultShowThreshold), neverCancelled);
        const tookMs = performance.now() - askedMs;
        // The first loads the engine.
        if (at > 0) all[how].push(tookMs);
        if (at > 0 && result.timings.runs > 0) network[how].push(tookMs);
        await sleep(Math.max(0, keystrokeMs - tookMs));
      }
      if (how === 'running') {
        typing = {
          steps: typing.steps + stepOf(training.state) - stepsBefore,
          seconds: typing.seconds + (performance.now() - startedMs) / 1000,
        };
      }
    }
    return {
      alone: waitingOf(all.paused),
      whileTraining: waitingOf(all.running),
      networkAlone: waitingOf(network.paused),
      networkWhileTraining: waitingOf(network.running),
      keystrokes: all.running.length,
      stepsPerSecond: { quiet, typing: typing.steps / typing.seconds },
    };
  } finally {
    await training.shutDown();
    await client.shutDown();
    await rm(outputFolder, { recursive: true, force: true });
  }
}

function waitingOf(times: readonly number[]): Waiting {
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

function stepOf(state: TrainingState): number {
  if (state.kind === 'running') return state.progress?.step ?? 0;
  throw new Error(`the training ended: ${JSON.stringify(state)}`);
}

async function stepsPerSecond(training: TrainingClient, pass: () => Promise<unknown>): Promise<number> {
  const before = stepOf(training.state);
  const startedMs = performance.now();
  await pass();
  return (1000 * (stepOf(training.state) - before)) / (performance.now() - startedMs);
}

async function untilTrained(training: TrainingClient, steps: number): Promise<void> {
  const deadlineMs = performance.now() + firstStepMs;
  while (stepOf(training.state) < steps) {
    if (performance.now() > deadlineMs) throw new Error('the training did not begin in time');
    await sleep(100);
  }
}
