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
import { fitMixtures, noScores, scoreFile } from '../../src/evaluate/scoring.ts';
import type { ScoredParts, SourceFile } from '../../src/evaluate/scoring.ts';
import { readWorkspace, rememberFiles } from '../../src/evaluate/workspaceFiles.ts';
import { mixturesOf } from '../../src/infer/mixtures.ts';
import { parseMixtures, storedMixtures } from '../../src/infer/mixtureWeights.ts';
import { Refinement } from '../../src/infer/refinement.ts';
import type { Engine } from '../../src/worker/engine/loadEngine.ts';
import { loadEngine } from '../../src/worker/engine/loadEngine.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import { onlyOn } from '../../src/runtime/deviceLadder.ts';
import type { Repository } from './repositories.ts';
import { exportRepository } from './repositories.ts';

/** Learning rates of each pass over all repositories: of the mixtures, and when they have settled, of the refinement. */
const mixtureRates = [0.3, 0.1, 0.05, 0.033];
const refinementRates = [0.1, 0.05, 0.02, 0.01];

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
  const mixtures = mixturesOf(kept && { ...kept, refinement: new Refinement().stored() });
  const list = join(import.meta.dirname, '../../test/bench/repositories.json');
  const { fitted } = readJson(list) as { fitted: Repository[] };
  const repositories: Fitted[] = [];
  for (const repository of fitted) {
    repositories.push(
      await prepare(repository, exportRepository(repository, mirrors, exports, false), engine, mixtures),
    );
  }
  const rates = [
    ...(kept === undefined ? mixtureRates : []).map(mixture => ({ mixture, refinement: 0 })),
    ...refinementRates.map(refinement => ({ mixture: 0, refinement })),
  ];
  const all = repositories.flatMap(({ parts, files }) => files.map(file => ({ parts, file })));
  const random = seededRandom(0);
  for (const rate of rates) {
    // What is learnt last counts for more: it is not to be always the same repository.
    for (const { parts, file } of shuffled(all, random)) await fitMixtures(parts, [file], rate);
    console.error(`passed at ${JSON.stringify(rate)}`);
  }
  for (const { name, parts, files } of repositories) await report(name, parts, files);
  writeFileSync(options.write, JSON.stringify(storedMixtures(mixtures.stored())));
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

/** On the very files that were fitted, so a lower bound: what counts is `eval` on other repositories. */
async function report(name: string, parts: ScoredParts, files: readonly SourceFile[]): Promise<void> {
  const scores = noScores();
  for (const file of files) await scoreFile(parts, file, scores);
  const figures = [scores.network, scores.memory, scores.both].map(({ bitsPerByte }) =>
    bitsPerByte.toFixed(3),
  );
  console.error(`${name}: network, memory, both ${figures.join(', ')} bits per byte`);
}
