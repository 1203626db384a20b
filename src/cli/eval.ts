// `eval FOLDER`: what the network, memory and both are worth on held-out files of a folder. `--sweep`: from which
// probability on suggestions should be shown.

import { basename, resolve } from 'node:path';
import { defaultShowThreshold } from '../complete/types.ts';
import { nodeFolder, nodeOuterIgnores } from '../corpus/nodeFolder.ts';
import type { Bench } from '../evaluate/bench.ts';
import { prepareBench, scoredFiles } from '../evaluate/bench.ts';
import { evaluate } from '../evaluate/evaluation.ts';
import type { ThresholdFigures } from '../evaluate/showThreshold.ts';
import { fitShowThreshold, sumSweeps, sweepShowThreshold } from '../evaluate/showThreshold.ts';
import type { WorkspaceFiles } from '../evaluate/workspaceFiles.ts';
import { readWorkspace } from '../evaluate/workspaceFiles.ts';
import type { Runtime } from '../runtime/session.ts';
import { createWasmRuntime } from '../runtime/wasm.ts';
import type { Engine } from '../worker/loadEngine.ts';
import { loadEngine } from '../worker/loadEngine.ts';
import { measureCompressors } from './compressors.ts';
import type { EvalOptions } from './evalOptions.ts';
import { parseEvalOptions } from './evalOptions.ts';
import { formatEvaluation, formatSweep } from './evalText.ts';
import { createNativeRuntime } from './nativeRuntime.ts';

export async function runEval(args: readonly string[]): Promise<void> {
  const options = parseEvalOptions(args);
  const engine = await loadEngine(options.modelFolder, await createRuntime(options));
  try {
    console.log(options.sweep ? await sweep(options, engine) : await evaluateFolder(options, engine));
  } finally {
    engine.dispose();
    hideProgress();
  }
}

async function createRuntime({ native, runtimeFolder, threads }: EvalOptions): Promise<Runtime> {
  return native
    ? createNativeRuntime(threads === 0 ? 2 : threads)
    : createWasmRuntime({ folder: runtimeFolder, threads });
}

async function evaluateFolder(options: EvalOptions, engine: Engine): Promise<string> {
  const { folders, seed, sizes, json, compressors: compare } = options;
  const { files, bench } = await prepare(folders[0] ?? '.', options, engine);
  const evaluation = await evaluate(files, bench, {
    seed,
    sizes,
    showThreshold: defaultShowThreshold,
    onProgress: showProgress,
  });
  if (compare) showProgress('compressing');
  const scored = scoredFiles(bench, seed, sizes);
  const compressors = compare ? await measureCompressors(files.workspace, scored) : [];
  hideProgress();
  const { modelName, device, threads } = engine.report;
  const report = {
    ...evaluation,
    corpus: files.report,
    compressors,
    model: modelName,
    device,
    threads,
    seed,
  };
  return json ? JSON.stringify(report, null, 2) : formatEvaluation(report);
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
  { seed }: EvalOptions,
  engine: Engine,
): Promise<{ files: WorkspaceFiles; bench: Bench }> {
  showProgress(`reading ${folder}`);
  const files = await readWorkspace(nodeFolder(folder), { outer: await nodeOuterIgnores(folder) }, seed);
  return { files, bench: await prepareBench(engine, files) };
}

/** On a terminal only, in one line that the result takes the place of. */
function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

function hideProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
