// `soak` as a command: its options, what it prints, and the verdict.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository, sourceFiles } from './sourceFiles.ts';
import { soak } from './soak.ts';
import type { MemorySample } from './soakMemory.ts';
import { numberOption, parseOptions, UsageError } from './usage.ts';

const defaultMinutes = '60';
const defaultThreads = 2;
/** Of the files, the first so many: a training judges on all of them. */
const maxFiles = 60;
/** What may be more after the warm-up: 5 %. */
const maxGrowth = 1.05;

/** Throws an Error where memory grows. */
export async function runSoak(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, { flags: [], values: ['minutes'] });
  const { positionals, json, modelFolder, runtimeFolder, threads } = options;
  const [folder = join(repository(), 'src'), ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('soak takes one folder at most');
  const minutes = numberOption('minutes', options.values.get('minutes') ?? defaultMinutes);
  const enginePath = join(repository(), 'dist/engine.js');
  if (!existsSync(enginePath)) throw new Error(`${enginePath} is missing: run npm run build first`);
  const files = sourceFiles(folder).slice(0, maxFiles);
  if (files.length === 0) throw new UsageError(`${folder} holds no source files`);
  const figures = await soak({
    enginePath,
    engine: {
      modelFolder,
      trainings: null,
      runtimeFolder: runtimeFolder ?? '',
      threads: threads === 0 ? defaultThreads : threads,
    },
    files,
    minutes,
    onRound(sample, elapsedMinutes) {
      if (!json) console.log(`${elapsedMinutes.toFixed(1).padStart(6)} min   ${text(sample)}`);
    },
  });
  if (json) console.log(JSON.stringify(figures, null, 2));
  else
    console.log(
      `${figures.rounds} rounds: ${figures.keystrokes} keystrokes, ${figures.saves} saves, ${figures.questions} questions, ${figures.trainings} trainings; after the warm-up ${growthText(figures.growth)}`,
    );
  const grown = Object.entries(figures.growth).filter(([, growth]) => growth > maxGrowth);
  if (grown.length > 0) throw new Error(`memory is not flat: ${growthText(Object.fromEntries(grown))}`);
}

function text(sample: MemorySample): string {
  const { resident, ownHeap, engineHeap, engineBuffers } = sample;
  return `resident ${resident.toFixed(0)} MB, own heap ${ownHeap.toFixed(1)}, engine's heap ${engineHeap.toFixed(1)}, its buffers ${engineBuffers.toFixed(1)}`;
}

function growthText(growth: Readonly<Record<string, number>>): string {
  return Object.entries(growth)
    .map(([name, factor]) => `${name} ${factor >= 1 ? '+' : ''}${(100 * (factor - 1)).toFixed(1)} %`)
    .join(', ');
}
