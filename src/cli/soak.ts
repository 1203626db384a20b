// `soak`: whether the engine's memory stays flat over a long session. Types, saves, asks and trains in rounds, through the
// very thread and clients that the editor uses, on a copy of a folder, and looks at the memory after each round.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { neverCancelled } from '../base/cancellation.ts';
import type { Disposable } from '../base/disposable.ts';
import { silentLogger } from '../base/logger.ts';
import type { ChatEvent } from '../chat/model/types.ts';
import { defaultShowThreshold } from '../complete/types.ts';
import { typingRequest } from '../evaluate/typing.ts';
import { ask } from '../worker/client/chatClient.ts';
import { EngineClient } from '../worker/client/client.ts';
import { engineThread } from '../worker/client/engineThread.ts';
import { MemoryClient } from '../worker/client/memoryClient.ts';
import { TrainingClient } from '../worker/client/trainingClient.ts';
import { nodeFiles } from '../worker/platform/nodeStorage.ts';
import { noEditorFiles } from '../worker/client/serveEditor.ts';
import type { EngineOptions } from '../worker/protocol/engineOptions.ts';
import type { Workspace } from '../worker/protocol/workspace.ts';
import { BlamedFiles } from '../worker/storage/blamedFiles.ts';
import { fileWindow } from './fileWindow.ts';
import { EngineMemory, growthOf, type MemorySample } from './soakMemory.ts';
import { typedPlaces } from './typedPlaces.ts';

export interface SoakOptions {
  readonly enginePath: string;
  readonly engine: EngineOptions;
  /** Copied into the workspace; at least one. */
  readonly files: readonly string[];
  readonly minutes: number;
  onRound?(sample: MemorySample, elapsedMinutes: number): void;
}

export interface SoakFigures {
  readonly rounds: number;
  readonly keystrokes: number;
  readonly saves: number;
  readonly questions: number;
  readonly trainings: number;
  readonly samples: readonly MemorySample[];
  /** Of the last quarter of the rounds after the warm-up over the first: 1.05 is 5 % more. */
  readonly growth: Readonly<Record<keyof MemorySample, number>>;
}

/** A round. */
const keystrokesEach = 60;
const savesEach = 10;
/** Rounds from one training to the next. */
const trainsEvery = 5;
const trainingSteps = 1;
const questions = [
  'where is a file read?',
  'how does the cache work?',
  'who calls dispose?',
  'what is a segment?',
];
/** The share of the time in which caches fill and code is compiled. */
const warmUpShare = 0.3;
const patienceMs = 600_000;
/** Of the files, those that a training learns: it judges on its share of them before and after. */
const trainedFiles = 24;

/** Soaks for so many minutes, and at least until four rounds came after the warm-up. */
export async function soak(options: SoakOptions): Promise<SoakFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'tinymemory-soak-'));
  try {
    return await new Soaking(folder, options).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Soaking {
  private readonly options: SoakOptions;
  private readonly folder: string;
  private readonly workspace: Workspace;
  private readonly paths: readonly string[];
  private readonly memoryOfEngine: EngineMemory;
  private readonly client: EngineClient;
  private readonly memory: MemoryClient;
  private readonly training: TrainingClient;
  private saves = 0;
  private rounds = 0;

  constructor(folder: string, options: SoakOptions) {
    this.options = options;
    this.folder = folder;
    const files = join(folder, 'files');
    mkdirSync(join(files, 'few'), { recursive: true });
    this.paths = options.files.map(
      (file, index) => `${index < trainedFiles ? 'few/' : ''}${index}-${basename(file)}`,
    );
    options.files.forEach((file, index) => {
      cpSync(file, join(files, this.paths[index] ?? ''));
    });
    this.workspace = {
      folders: [{ prefix: '', uri: `file://${files}`, diskPath: files, excludes: [] }],
      capBytes: 10_000_000,
      storeFile: join(folder, 'store'),
      storeKey: 'soak',
    };
    this.memoryOfEngine = new EngineMemory(folder, options.enginePath);
    const logger = silentLogger;
    this.client = new EngineClient({
      startWorker: engineThread(this.memoryOfEngine.entryPath, logger),
      options: options.engine,
      files: noEditorFiles,
      logger,
      limits: { readyWaitMs: patienceMs },
    });
    this.memory = new MemoryClient({ files: nodeFiles, client: this.client, logger });
    this.training = new TrainingClient({
      startWorker: engineThread(options.enginePath, logger),
      files: noEditorFiles,
      discard: () => Promise.resolve(),
      blamed: new BlamedFiles(logger),
      logger,
    });
  }

  async run(): Promise<SoakFigures> {
    const samples: MemorySample[] = [];
    const startedMs = performance.now();
    const elapsedMs = (): number => performance.now() - startedMs;
    const wholeMs = this.options.minutes * 60_000;
    let warmUpRounds = 0;
    try {
      this.memory.open(this.workspace);
      const places = typedPlaces(this.options.files, Infinity);
      do {
        await this.round(places);
        samples.push(await this.memoryOfEngine.sample());
        if (elapsedMs() < warmUpShare * wholeMs) warmUpRounds = samples.length;
        const last = samples.at(-1);
        if (last !== undefined) this.options.onRound?.(last, elapsedMs() / 60_000);
      } while (elapsedMs() < wholeMs || samples.length < warmUpRounds + 4);
    } finally {
      await this.training.shutDown();
      this.memory.dispose();
      await this.client.shutDown();
      this.memoryOfEngine.dispose();
    }
    const rounds = samples.length;
    return {
      rounds,
      keystrokes: rounds * keystrokesEach,
      saves: this.saves,
      questions: rounds * questions.length,
      trainings: Math.ceil(rounds / trainsEvery),
      samples,
      growth: growthOf(samples.slice(warmUpRounds)),
    };
  }

  private async round(places: ReturnType<typeof typedPlaces>): Promise<void> {
    for (let typed = 0; typed < keystrokesEach; typed++) {
      const { value } = places.next();
      if (value === undefined) throw new Error('there is nothing to type');
      await this.client.complete(
        typingRequest(fileWindow(value.file, value.text, value.offset), defaultShowThreshold),
        neverCancelled,
      );
    }
    if (this.client.state.kind !== 'ready')
      throw new Error(`the engine is not ready: ${JSON.stringify(this.client.state)}`);
    await this.save();
    for (const text of questions) await this.question(text);
    if (this.rounds++ % trainsEvery === 0) await this.train();
  }

  /** Saves files with another last line each time, and waits until memory has followed. */
  private async save(): Promise<void> {
    const changed: string[] = [];
    for (let saved = 0; saved < savesEach; saved++, this.saves++) {
      const at = this.saves % this.paths.length;
      const path = this.paths[at] ?? '';
      const text = readFileSync(this.options.files[at] ?? '', 'utf8');
      writeFileSync(join(this.folder, 'files', path), `${text}\n// Saved for the ${this.saves}th time.\n`);
      changed.push(path);
    }
    const followed = this.memoryReady();
    this.memory.changed(changed);
    await followed;
  }

  /** Resolves the next time that memory has nothing left to read. */
  private memoryReady(): Promise<void> {
    return within('memory did not follow the saved files', resolve =>
      this.memory.onDidChangeState(({ kind }) => {
        if (kind === 'ready') resolve();
      }),
    );
  }

  private async question(text: string): Promise<void> {
    let last: ChatEvent | undefined;
    const request = { text, references: [], languageServer: [], history: [] };
    await ask(this.client, request, event => (last = event), neverCancelled);
    if (last?.kind !== 'done') throw new Error(`${text}: the answer ended with ${JSON.stringify(last)}`);
  }

  /** A few steps in a thread of its own, which ends. */
  private async train(): Promise<void> {
    const outputFolder = join(this.folder, 'training');
    const ended = within('the training did not end', resolve =>
      this.training.onDidChangeState(state => {
        if (state.kind !== 'running') resolve();
      }),
    );
    const path = join(this.folder, 'files/few');
    const few = { prefix: '', uri: `file://${path}`, diskPath: path, excludes: [] };
    this.training.start(
      { ...this.workspace, folders: [few], storeFile: null },
      {
        ...this.options.engine,
        outputFolder,
        options: { mode: { kind: 'full' }, minutes: 600, steps: trainingSteps, seed: 0 },
        pauseOnBattery: false,
        pauseWhenBusy: false,
      },
    );
    await ended;
    const { state } = this.training;
    if (state.kind !== 'finished') throw new Error(`the training ended as ${JSON.stringify(state)}`);
    rmSync(outputFolder, { recursive: true, force: true });
  }
}

/** Resolves when `listen` calls back; rejects where that takes forever. */
async function within(problem: string, listen: (resolve: () => void) => Disposable): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let listening: Disposable | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${problem} within ${patienceMs / 1000} s`));
      }, patienceMs);
      listening = listen(resolve);
    });
  } finally {
    clearTimeout(timer);
    listening?.dispose();
  }
}
