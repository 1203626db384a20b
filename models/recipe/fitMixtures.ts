// Fits the default mixture of network and memory to a model, on repositories that no result is reported for. Training
// files of each are the memory; its held-out files are what is learnt, in several passes with a falling rate. With
// `--refine` the mixtures of a file stay, and only what refines them is fitted.
// npx tsx models/recipe/fitMixtures.ts --mirrors DIR --out DIR [--model DIR] [--tokens N] [--refine FILE] [--write FILE]

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom, shuffled } from '../../src/base/random.ts';
import { createNativeRuntime } from '../../src/cli/nativeRuntime.ts';
import { nodeFolder } from '../../src/corpus/nodeFolder.ts';
import { filesToScore } from '../../src/evaluate/sample.ts';
import { fitMixtures, noScores, positions, scoreFile } from '../../src/evaluate/scoring.ts';
import type { ScoredParts, SourceFile } from '../../src/evaluate/scoring.ts';
import { readWorkspace, rememberFiles } from '../../src/evaluate/workspaceFiles.ts';
import type { RefinedMixture } from '../../src/infer/mixtures.ts';
import { mixturesOf } from '../../src/infer/mixtures.ts';
import { parseMixtures, storedMixtures } from '../../src/infer/mixtureWeights.ts';
import type { RefinementExample } from '../../src/infer/refinement.ts';
import { Refinement } from '../../src/infer/refinement.ts';
import type { Engine } from '../../src/worker/engine/loadEngine.ts';
import { loadEngine } from '../../src/worker/engine/loadEngine.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import { onlyOn } from '../../src/runtime/deviceLadder.ts';
import type { Repository } from './repositories.ts';
import { exportRepository } from './repositories.ts';

/** Learning rates of each pass over all repositories: of the mixtures, and when they have settled, of the refinement. */
const mixtureRates = [0.3, 0.1, 0.05, 0.033];
const refinementRates = [0.1, 0.04, 0.015];

interface Fitted {
  readonly name: string;
  readonly parts: ScoredParts;
  readonly files: readonly SourceFile[];
}

const { values: options } = parseArgs({
  options: {
    mirrors: { type: 'string' },
    out: { type: 'string' },
    model: { type: 'string', default: join(import.meta.dirname, '../bundled') },
    tokens: { type: 'string', default: '24000' },
    threads: { type: 'string', default: '2' },
    refine: { type: 'string' },
    write: { type: 'string', default: join(import.meta.dirname, '../../src/infer/defaultMixtures.json') },
  },
});
if (options.mirrors === undefined || options.out === undefined) {
  throw new Error('say where clones are (or go) and where their files go: --mirrors DIR --out DIR');
}
await fit(options.mirrors, join(options.out, 'exports'));

async function fit(mirrors: string, exports: string): Promise<void> {
  const engine = await loadEngine(
    nodeFiles,
    options.model,
    onlyOn(await createNativeRuntime(Number(options.threads))),
    { precision: 'float32' },
  );
  const start = options.refine;
  const kept = start === undefined ? undefined : parseMixtures(readJson(start), start);
  const mixtures = mixturesOf(
    kept && { ...kept, refinement: new Refinement().stored(), aloneRefinement: new Refinement().stored() },
  );
  const list = join(import.meta.dirname, '../../test/bench/repositories.json');
  const { fitted } = readJson(list) as { fitted: Repository[] };
  const repositories: Fitted[] = [];
  for (const repository of fitted) {
    repositories.push(
      await prepare(repository, exportRepository(repository, mirrors, exports, false), engine, mixtures),
    );
  }
  const all = repositories.flatMap(({ parts, files }) =>
    files.flatMap(file => [false, true].map(showsAfter => ({ parts, file, showsAfter }))),
  );
  const random = seededRandom(0);
  for (const mixture of kept === undefined ? mixtureRates : []) {
    // What is learnt last counts for more: it is not to be always the same repository.
    for (const { parts, file, showsAfter } of shuffled(all, random)) {
      await fitMixtures(parts, [file], { mixture, refinement: 0 }, showsAfter);
    }
    console.error(`passed at ${mixture}`);
  }
  const examples: Example[] = [];
  for (const { parts, file, showsAfter } of all)
    examples.push(...(await examplesOf(parts, file, showsAfter)));
  for (const rate of refinementRates) fitRefinements(shuffled(examples, random), rate);
  writeFileSync(options.write, JSON.stringify(storedMixtures(mixtures.stored())));
  for (const { name, parts, files } of repositories) await report(name, parts, files);
  engine.dispose();
}

function readJson(path: string): object {
  return JSON.parse(readFileSync(path, 'utf8')) as object;
}

async function prepare(
  { name }: Repository,
  folder: string,
  { decoder, tokenizer, prompts }: Engine,
  mixtures: Pick<ScoredParts, 'mixture' | 'alone'>,
): Promise<Fitted> {
  const { workspace, heldOut } = await readWorkspace(nodeFolder(folder), {}, 0);
  const memory = await rememberFiles(workspace, tokenizer, prompts, decoder.config.vocabSize);
  const files = filesToScore(heldOut, Number(options.tokens), tokenizer, seededRandom(0));
  return { name, parts: { decoder, tokenizer, prompts, memory, ...mixtures }, files };
}

/** What a refinement learns from: one position, for the blend with the network or for that with word frequencies. */
interface Example {
  readonly blend: RefinedMixture;
  readonly example: RefinementExample;
  readonly token: number;
  readonly bytes: number;
}

async function examplesOf(parts: ScoredParts, file: SourceFile, showsAfter: boolean): Promise<Example[]> {
  const { mixture, alone, memory } = parts;
  const frequencies = memory.frequencies();
  const examples: Example[] = [];
  for await (const { network, evidence, token, bytes } of positions(parts, file, showsAfter)) {
    if (evidence.isEmpty) continue;
    const add = (blend: RefinedMixture, base: Float32Array) => {
      examples.push({ blend, example: blend.example(base, evidence, frequencies), token, bytes });
    };
    add(mixture, network);
    add(alone, frequencies);
  }
  return examples;
}

/** Prints what the blends needed before they learnt each position, without the share of it that a token of the rest has. */
function fitRefinements(examples: readonly Example[], rate: number): void {
  const sums = new Map<RefinedMixture, { bits: number; bytes: number }>();
  for (const { blend, example, token, bytes } of examples) {
    const sum = sums.get(blend) ?? { bits: 0, bytes: 0 };
    sums.set(blend, sum);
    sum.bits -= Math.log2(blend.learnExample(example, token, rate));
    sum.bytes += bytes;
  }
  const figures = [...sums.values()].map(({ bits, bytes }) => (bits / bytes).toFixed(4));
  console.error(`passed at ${rate}: ${figures.join(', ')} bits per byte`);
}

/** On the very files that were fitted, so a lower bound: what counts is `eval` on other repositories. */
async function report(name: string, parts: ScoredParts, files: readonly SourceFile[]): Promise<void> {
  const scores = noScores();
  for (const file of files) await scoreFile(parts, file, scores);
  const after = noScores();
  for (const file of files) await scoreFile(parts, file, after, undefined, true);
  const figures = [scores.network, scores.memory, scores.both, after.both].map(({ bitsPerByte }) =>
    bitsPerByte.toFixed(3),
  );
  console.error(
    `${name}: network, memory, both, both with the lines below ${figures.join(', ')} bits per byte`,
  );
}
