// A training from the files to the decision: what is read, learnt, judged and kept. The worker and the command line run
// the same job; what they train on, and when it may run, they say.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError, throwIfCancelled } from '../../base/cancellation.ts';
import type { Logger } from '../../base/logger.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';
import { TimeSlices } from '../../base/scheduling/timeSlices.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';
import { noMark } from '../../corpus/readingMark.ts';
import type { EvaluatedFolder, ReadingOptions } from '../../evaluate/workspaceFiles.ts';
import { crc32 } from '../../base/crc32.ts';
import { LockLostError, writeFolder, jsonBytes } from '../../base/files.ts';
import { storedMixtures } from '../../infer/mixtureWeights.ts';
import { elementCount } from '../../graph/shape.ts';
import type { ModelSource } from '../../model/modelSource.ts';
import { modelFolderFiles } from '../../model/modelSource.ts';
import type { DeviceLadder } from '../../runtime/deviceLadder.ts';
import type { Runtime } from '../../runtime/session.ts';
import { adapterFiles } from '../../train/adapter.ts';
import { encodeCheckpoint, parseCheckpoint } from '../../train/checkpoint.ts';
import { stepLearner } from '../../train/learner.ts';
import type { TrainingProgress } from '../../train/progress.ts';
import { rowsOfEpoch } from '../../train/rows.ts';
import type { TrainerState, TrainingStep } from '../../train/step.ts';
import { createTrainingStep } from '../../train/step.ts';
import type { Checkpoint, TrainingData, TrainingResult } from '../../train/trainer.ts';
import { train } from '../../train/trainer.ts';
import type { MemoryStore } from '../storage/storeFile.ts';
import type { StartModel } from './trainedModel.ts';
import { learntFiles, readStartModel, scratchModel } from './trainedModel.ts';
import type { TrainingFiles } from './trainingFiles.ts';
import { readTrainingFiles } from './trainingFiles.ts';
import type { TrainingFolder } from '../storage/trainingFolder.ts';
import { decide } from './trainingDecision.ts';
import type { TrainingOptions } from '../protocol/trainingOptions.ts';
import {
  batchShape,
  hyperparametersOf,
  maxEpochs,
  peakRates,
  rowsPerStep,
} from '../protocol/trainingOptions.ts';
import type { TrainingReport } from '../protocol/trainingReport.ts';

export interface TrainingJob {
  readonly folders: readonly EvaluatedFolder[];
  /** Which of their files are not to be read, and what marks the one that is read. */
  readonly skip?: ReadingOptions['skip'];
  readonly mark?: ReadingMark;
  /** Of the model to start from. */
  readonly modelFolder: string;
  readonly options: TrainingOptions;
  readonly output: TrainingFolder;
  /** Falling back, it goes on from the last checkpoint. */
  readonly devices: DeviceLadder;
  readonly logger: Logger;
  readonly cancellation: CancellationToken;
  /** Asked before each step: resolves when it may run, false to end here with what was learnt. */
  readonly mayGoOn: () => Promise<boolean>;
  /** What is being done, in a few words; while it is judged, which share of that is done. */
  readonly onPhase: (what: string, judged?: number) => void;
  /** Whether a model that is no better is left in its folder all the same; it is never the one in use. */
  readonly keepsWorse?: boolean;
  /** Tokens that are scored to judge, with a line to complete for each 80. */
  readonly judgedTokens?: number;
  /** Of the split that evaluations use; 0 as theirs. */
  readonly splitSeed?: number;
  /** After each step and each check. */
  readonly onProgress: (progress: TrainingProgress) => void;
}

/** Of a larger workspace the most relevant files. */
const maxBytes = 10_000_000;
/** Validation rows: enough that their mean says something, few enough to be looked at often. */
const maxValidationRows = 32;
/** Half a minute or so for each model. */
const defaultJudgedTokens = 12_000;

/**
 * Trains, judges, keeps the model if it is better and makes it the one in use, and keeps the report in any case. A
 * training that was interrupted goes on from its checkpoint. Throws an Error for the user, a TrainingLockedError among
 * them, and a CancellationError when cancelled: then the checkpoint is deleted.
 */
export async function trainOnWorkspace(job: TrainingJob): Promise<TrainingReport> {
  const { folders, modelFolder, options, cancellation, onPhase } = job;
  const lock = await job.output.lock();
  const output = job.output.whileHeld(lock);
  const startedAt = new Date();
  try {
    await output.sweep();
    onPhase('reading files');
    const slices = new TimeSlices(20);
    const slicer: Slicer = {
      async giveWay() {
        throwIfCancelled(cancellation);
        await slices.giveWay();
      },
    };
    const { skip, mark = noMark } = job;
    const reading = { seed: job.splitSeed ?? 0, capBytes: maxBytes, slicer, cancellation, skip, mark };
    const files = await readTrainingFiles(folders, reading);
    const base = await readStartModel(output.storage.files, modelFolder);
    const start =
      options.mode.kind === 'scratch'
        ? scratchModel(
            base,
            options.mode,
            files.training.map(({ text }) => text),
            options.seed,
          )
        : base;
    const id = startedAt.toISOString().replace(/[:.]/g, '-');
    await output.begin(options);
    const onDevice = async <T>(work: (runtime: Runtime) => Promise<T>): Promise<T> => {
      try {
        return await work(job.devices.runtime);
      } catch (error) {
        return work(await job.devices.fallBack(error));
      }
    };
    const learnt = await onDevice(runtime => learn({ ...job, output, runtime }, start, files, slicer));
    const { result, trainedParameters, parameters } = learnt;
    const modelName = nameOf(start.manifest.name, options);
    const model = new Map(
      modelFolderFiles({
        source: start.source,
        manifest: { ...start.manifest, name: modelName },
        tensors: learnt.tensors,
        mixtures: undefined,
      }),
    );
    const { verdict, mixtures } = await onDevice(runtime =>
      decide({
        judgedTokens: defaultJudgedTokens,
        ...job,
        modelFiles: output.storage.files,
        trained: model,
        trainedFolder: output.modelFolder(id),
        runtime,
        files,
        slicer,
      }),
    );
    if (verdict.kept || job.keepsWorse === true) {
      model.set('mixtures.json', jsonBytes(storedMixtures(mixtures)));
      await output.writeModel(id, model);
      if (learnt.adapter !== undefined)
        await writeFolder(output.storage.files, output.adapterFolder(id), learnt.adapter);
    }
    const report: TrainingReport = {
      formatVersion: 1,
      id,
      startedAt: startedAt.toISOString(),
      mode: options.mode.kind,
      baseName: base.manifest.name,
      modelName,
      parameters,
      trainedParameters,
      device: job.devices.runtime.device,
      threads: job.devices.runtime.threads,
      files: {
        training: files.training.length,
        validation: files.validation.length,
        heldOut: files.judged.heldOut.length,
      },
      end: result.end,
      bestStep: result.best.step,
      progress: result.progress,
      ...verdict,
    };
    await output.writeReport(report);
    if (report.kept) await output.setActive(id);
    await output.end();
    return report;
  } catch (error) {
    if (error instanceof CancellationError && (await lock.isHeld())) await output.end();
    throw error;
  } finally {
    await lock.release();
  }
}

interface Learnt {
  readonly result: TrainingResult;
  readonly tensors: Awaited<ReturnType<TrainingStep['weights']>>;
  readonly trainedParameters: number;
  readonly parameters: number;
  /** In PEFT's layout; undefined where all weights were trained. */
  readonly adapter: ModelSource | undefined;
}

const trainedHere = ', trained here';

function nameOf(base: string, { mode }: TrainingOptions): string {
  return mode.kind === 'scratch' || base.endsWith(trainedHere) ? base : `${base}${trainedHere}`;
}

async function learn(
  job: TrainingJob & { readonly runtime: Runtime },
  start: StartModel,
  files: TrainingFiles,
  slicer: Slicer,
): Promise<Learnt> {
  const { options, output, runtime, logger, onPhase, onProgress } = job;
  const rowTokens = Math.min(batchShape.tokens, start.config.contextTokens);
  const data = await trainingData(start, files, rowTokens, options.seed, slicer);
  const mode =
    options.mode.kind === 'lora' ? { ...options.mode, seed: options.seed } : ({ kind: 'full' } as const);
  const shape = { ...batchShape, tokens: rowTokens };
  const step = createTrainingStep(runtime, start.config, start.weights, {
    mode,
    shape,
    hyperparameters: hyperparametersOf(options.mode),
    recompute: false,
  });
  const key = `${start.fingerprint} ${JSON.stringify(options)}`;
  try {
    const store = output.checkpoint;
    const resumed = await loadCheckpoint(store, key, logger);
    if (resumed !== undefined) onPhase(`going on from step ${resumed.progress.step}`);
    const result = await train(
      stepLearner(step, shape),
      data,
      {
        peakRate: options.peakRate ?? peakRates[options.mode.kind],
        rowsPerStep,
        budget:
          options.steps === undefined
            ? { activeMs: options.minutes * 60_000, maxEpochs: maxEpochs[options.mode.kind] }
            : { steps: options.steps },
      },
      {
        mayGoOn: job.mayGoOn,
        onStep: onProgress,
        async onCheck(checkpoint) {
          onProgress(checkpoint.progress);
          throwIfCancelled(job.cancellation);
          await saveCheckpoint(store, key, checkpoint, logger);
        },
      },
      resumed,
    );
    const tensors = await step.weights();
    let parameters = 0;
    for (const { shape: sizes } of tensors.values()) parameters += elementCount(sizes);
    const adapter =
      mode.kind === 'lora' ? adapterFiles(await step.state(), mode, start.manifest.name) : undefined;
    return { result, tensors, trainedParameters: step.trainedParameters, parameters, adapter };
  } finally {
    step.dispose();
  }
}

async function trainingData(
  start: StartModel,
  files: TrainingFiles,
  rowTokens: number,
  seed: number,
  slicer: Slicer,
): Promise<TrainingData> {
  const training = await learntFiles(start, files.training, rowTokens, slicer);
  const validation = await learntFiles(start, files.validation, rowTokens, slicer);
  return {
    rowsOf: epoch => rowsOfEpoch(training, rowTokens, seed, epoch),
    validation: rowsOfEpoch(validation, rowTokens, 0, 0).slice(0, maxValidationRows),
    fingerprint: fingerprintOf([...files.training, ...files.validation]),
  };
}

function fingerprintOf(files: readonly { readonly path: string; readonly text: string }[]): string {
  const encoder = new TextEncoder();
  let sum = 0;
  for (const { path, text } of files) sum = crc32(encoder.encode(`${path}\0${text}\0`), sum);
  return sum.toString(16);
}

/** What cannot be used is set aside, and the training starts anew. */
async function loadCheckpoint(
  store: MemoryStore,
  key: string,
  logger: Logger,
): Promise<Checkpoint<TrainerState> | undefined> {
  const bytes = await store.load();
  if (bytes === undefined) return undefined;
  const parsed = parseCheckpoint(bytes, key);
  if (typeof parsed !== 'string') return parsed;
  const aside = await store.setAside();
  logger.warn(`${store.name}: ${faults[parsed]}; it was put aside as ${aside}, and the training starts anew`);
  return undefined;
}

const faults = {
  damaged: 'the checkpoint is damaged',
  'other-version': 'the checkpoint was written by another version',
  'other-key': 'the checkpoint is of another model or of another way to train',
} as const;

/** A disk that is full costs the checkpoint, not the training. */
async function saveCheckpoint(
  store: MemoryStore,
  key: string,
  checkpoint: Checkpoint<TrainerState>,
  logger: Logger,
): Promise<void> {
  try {
    await store.save(encodeCheckpoint(key, checkpoint));
  } catch (error) {
    if (error instanceof LockLostError) throw error;
    logger.warn(
      `${store.name} could not be written: ${String(error)}; the training goes on without a checkpoint`,
    );
  }
}
