// `eval FOLDER`: what the network, memory and both are worth on held-out files of a folder. `--sweep`: from which
// probability on suggestions should be shown.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { defaultShowThreshold } from '../complete/types.ts';
import { nodeFolder } from '../corpus/nodeFolder.ts';
import { nodeDiskRules } from '../worker/platform/nodeDiskRules.ts';
import type { Bench } from '../evaluate/bench.ts';
import { prepareBench, scoredFiles } from '../evaluate/bench.ts';
import { evaluate, evaluateTrained } from '../evaluate/evaluation.ts';
import { measureInfill } from '../evaluate/infill.ts';
import type { ThresholdFigures } from '../evaluate/showThreshold.ts';
import { fitShowThreshold, sumSweeps, sweepShowThreshold } from '../evaluate/showThreshold.ts';
import type { WorkspaceFiles } from '../evaluate/workspaceFiles.ts';
import { readWorkspace } from '../evaluate/workspaceFiles.ts';
import type { Runtime } from '../runtime/session.ts';
import type { Engine } from '../worker/engine/loadEngine.ts';
import { nodeFiles, nodeStorage } from '../worker/platform/nodeStorage.ts';
import { withEngine } from '../worker/engine/loadEngine.ts';
import { TrainingFolder } from '../worker/storage/trainingFolder.ts';
import type { TrainingOptions } from '../worker/protocol/trainingOptions.ts';
import { measureCompressors } from './compressors.ts';
import type { EvalOptions } from './evalOptions.ts';
import { parseEvalOptions } from './evalOptions.ts';
import { formatEvaluation, formatSweep } from './evalText.ts';
import { createRuntime } from './nativeRuntime.ts';
import { parsesBySyntax } from './parsing.ts';
import { hideProgress, showProgress } from './progressLine.ts';
import { trainFolder } from './train.ts';

export async function runEval(args: readonly string[]): Promise<void> {
  const options = parseEvalOptions(args);
  const runtime = await createRuntime(options);
  const evaluating = (engine: Engine) =>
    options.sweep ? sweep(options, engine) : evaluateFolder(options, engine, runtime);
  try {
    console.log(await withEngine(nodeFiles, options.modelFolder, runtime, evaluating));
  } finally {
    hideProgress();
  }
}

async function evaluateFolder(options: EvalOptions, engine: Engine, runtime: Runtime): Promise<string> {
  const { folders, seed, sizes, json, compressors: compare, infill, training } = options;
  const folder = folders[0] ?? '.';
  const { files, bench } = await prepare(folder, options, engine);
  const how = { seed, sizes, showThreshold: defaultShowThreshold, onProgress: showProgress };
  const evaluation = await evaluate(files, bench, { ...how, parses: parsesBySyntax() });
  const trained =
    training === undefined
      ? undefined
      : await withTrained(folder, options, training, runtime, async other =>
          evaluateTrained(await prepareBench(other, files, undefined, options.analogies), how),
        );
  const worthOfAfter = infill ? await measureInfill(bench, how) : undefined;
  if (compare) showProgress('compressing');
  const scored = scoredFiles(bench, seed, sizes);
  const compressors = compare ? await measureCompressors(files.workspace, scored) : [];
  hideProgress();
  const { modelName, device, threads } = engine.report;
  const report = {
    ...evaluation,
    configs: { ...evaluation.configs, ...trained },
    corpus: files.report,
    compressors,
    infill: worthOfAfter,
    model: modelName,
    device,
    threads,
    seed,
  };
  return json ? JSON.stringify(report, null, 2) : formatEvaluation(report);
}

/** Trains on the folder less what judges it, and gives the engine of the trained model, better or not. */
async function withTrained<T>(
  folder: string,
  { modelFolder, seed }: EvalOptions,
  options: TrainingOptions,
  runtime: Runtime,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const place = await mkdtemp(join(tmpdir(), 'tinymemory-'));
  try {
    const output = new TrainingFolder(place, nodeStorage);
    const training = { folder, modelFolder, options, output, runtime, splitSeed: seed, keepsWorse: true };
    const { id } = await trainFolder(training);
    return await withEngine(nodeFiles, output.modelFolder(id), runtime, use);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function sweep(options: EvalOptions, engine: Engine): Promise<string> {
  const { folders, seed, sizes, json } = options;
  const sweeps: { name: string; sweep: readonly ThresholdFigures[] }[] = [];
  for (const folder of folders) {
    const { bench } = await prepare(folder, options, engine);
    const swept = await sweepShowThreshold(bench, { seed, sizes, onProgress: showProgress });
    sweeps.push({ name: basename(resolve(folder)), sweep: swept });
  }
  hideProgress();
  const all = sumSweeps(sweeps.map(one => one.sweep));
  const best = fitShowThreshold(all);
  if (!json) return formatSweep(sweeps, all, best);
  return JSON.stringify(
    {
      folders: sweeps.map(one => ({ name: one.name, thresholds: one.sweep.map(plain) })),
      all: all.map(plain),
      best: best === undefined ? null : plain(best),
    },
    null,
    2,
  );
}

function plain({ threshold, figures }: ThresholdFigures) {
  const { keystrokesSaved, keystrokesSavedByWord, shown, precision } = figures;
  return { threshold, keystrokesSaved, keystrokesSavedByWord, shown, precision };
}

async function prepare(
  folder: string,
  { seed, analogies }: EvalOptions,
  engine: Engine,
): Promise<{ files: WorkspaceFiles; bench: Bench }> {
  showProgress(`reading ${folder}`);
  const files = await readWorkspace(nodeFolder(folder), await nodeDiskRules(folder), seed);
  return { files, bench: await prepareBench(engine, files, undefined, analogies) };
}
