// Fits the default mixture of network and memory to a model, on repositories that no result is reported for. Training
// files of each are the memory; its held-out files are what is learnt, in several passes with a falling rate.
//
// npx tsx models/recipe/fitMixtures.ts --mirrors DIR --out DIR [--model models/bundled] [--tokens 24000] [--write FILE]

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../src/base/random.ts';
import { createNativeRuntime } from '../../src/cli/nativeRuntime.ts';
import { nodeFolder } from '../../src/corpus/nodeFolder.ts';
import { filesToScore } from '../../src/evaluate/sample.ts';
import { fitMixtures, noScores, scoreFile } from '../../src/evaluate/scoring.ts';
import type { ScoredParts, SourceFile } from '../../src/evaluate/scoring.ts';
import { readWorkspace, rememberFiles } from '../../src/evaluate/workspaceFiles.ts';
import { Mixture } from '../../src/infer/mixture.ts';
import { MixtureWeights } from '../../src/infer/mixtureWeights.ts';
import type { Engine } from '../../src/worker/loadEngine.ts';
import { loadEngine } from '../../src/worker/loadEngine.ts';
import { nodeFiles } from '../../src/worker/nodeStorage.ts';
import type { Repository } from './repositories.ts';
import { exportRepository } from './repositories.ts';

/** Learning rate of each pass over all repositories. */
const rates = [0.3, 0.1, 0.05, 0.033];

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
    await createNativeRuntime(Number(options.threads)),
    { precision: 'float32' },
  );
  const network = new MixtureWeights();
  const alone = new MixtureWeights();
  const mixtures = { mixture: new Mixture(network), alone: new Mixture(alone) };
  const list = join(import.meta.dirname, '../../test/bench/repositories.json');
  const { fitted } = JSON.parse(readFileSync(list, 'utf8')) as { fitted: Repository[] };
  const repositories: Fitted[] = [];
  for (const repository of fitted) {
    repositories.push(
      await prepare(repository, exportRepository(repository, mirrors, exports, false), engine, mixtures),
    );
  }
  for (const rate of rates) {
    for (const { parts, files } of repositories) await fitMixtures(parts, files, rate);
    console.error(`passed at rate ${rate}`);
  }
  for (const { name, parts, files } of repositories) await report(name, parts, files);
  const stored = { formatVersion: 1, network: network.stored(), alone: alone.stored() };
  writeFileSync(options.write, JSON.stringify(stored));
  engine.dispose();
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
