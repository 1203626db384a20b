// `train FOLDER`: trains the model on a folder, as the editor does in the background, and says what it bought.

import { basename, resolve } from 'node:path';
import { neverCancelled } from '../base/cancellation.ts';
import { nodeFolder } from '../corpus/nodeFolder.ts';
import { nodeDiskRules } from '../worker/platform/nodeDiskRules.ts';
import type { Runtime } from '../runtime/session.ts';
import type { TrainingProgress } from '../train/progress.ts';
import { nodeStorage } from '../worker/platform/nodeStorage.ts';
import { TrainingFolder } from '../worker/storage/trainingFolder.ts';
import { trainOnWorkspace } from '../worker/training/trainingJob.ts';
import type { TrainingOptions } from '../worker/protocol/trainingOptions.ts';
import type { TrainingReport } from '../worker/protocol/trainingReport.ts';
import { onlyOn } from '../runtime/deviceLadder.ts';
import { createRuntime } from './nativeRuntime.ts';
import { hideProgress, showProgress } from './progressLine.ts';
import { parseTrainingOptions, trainingValues } from './trainArguments.ts';
import { formatTraining } from './trainText.ts';
import { parseOptions, requireFolder, UsageError, wholeNumber } from './usage.ts';

export async function runTrain(args: readonly string[]): Promise<void> {
  const { positionals, flags, values, json, modelFolder, runtimeFolder, threads } = parseOptions(args, {
    flags: ['native'],
    values: [...trainingValues, 'out', 'seed'],
  });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw new UsageError('train takes one folder');
  requireFolder(folder);
  const place = resolve(values.get('out') ?? `tinymemory-${basename(resolve(folder))}`);
  const output = new TrainingFolder(place, nodeStorage);
  const runtime = await createRuntime({ native: flags.has('native'), runtimeFolder, threads });
  const options = parseTrainingOptions(values, wholeNumber('seed', values.get('seed') ?? '0', 0));
  try {
    const report = await trainFolder({ folder, modelFolder, options, output, runtime });
    hideProgress();
    const model = report.kept ? output.modelFolder(report.id) : null;
    console.log(json ? JSON.stringify({ ...report, model }, null, 2) : formatTraining(report, model));
  } finally {
    hideProgress();
  }
}

export interface FolderTraining {
  readonly folder: string;
  readonly modelFolder: string;
  readonly options: TrainingOptions;
  readonly output: TrainingFolder;
  readonly runtime: Runtime;
  readonly splitSeed?: number;
  readonly keepsWorse?: boolean;
}

/** Trains on a folder of the disk; shows what it is doing on a terminal. */
export async function trainFolder({ folder, runtime, ...training }: FolderTraining): Promise<TrainingReport> {
  const log = (message: string): void => {
    hideProgress();
    console.error(message);
  };
  const silent = (): void => undefined;
  return trainOnWorkspace({
    ...training,
    devices: onlyOn(runtime),
    folders: [{ prefix: '', tree: nodeFolder(folder), rules: await nodeDiskRules(folder) }],
    logger: { trace: silent, debug: silent, info: silent, warn: log, error: log },
    cancellation: neverCancelled,
    mayGoOn: () => Promise.resolve(true),
    onPhase: showProgress,
    onProgress(progress) {
      showProgress(progressLine(progress));
    },
  });
}

function progressLine({
  step,
  plannedSteps,
  share,
  losses,
  checks,
  tokens,
  activeMs,
}: TrainingProgress): string {
  const percent = plannedSteps === 0 ? '' : `${(100 * share).toFixed(0)} %, `;
  const loss = losses.at(-1)?.loss.toFixed(3) ?? '-';
  const check = checks.at(-1)?.loss.toFixed(3) ?? '-';
  const rate = activeMs === 0 ? 0 : (1000 * tokens) / activeMs;
  return `${percent}step ${step}, loss ${loss}, on validation files ${check}, ${rate.toFixed(0)} tokens/s`;
}
