// The harness with the bundled model: what it reports, that the same seed gives the same, and above all that nothing
// of a held-out file is known before its own position.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { CancellationError, CancellationSource } from '../../src/base/cancellation.ts';
import { seededRandom } from '../../src/base/random.ts';
import { nodeFolder } from '../../src/corpus/nodeFolder.ts';
import type { EvaluationOptions } from '../../src/evaluate/bench.ts';
import { configurations, prepareBench } from '../../src/evaluate/bench.ts';
import { evaluate } from '../../src/evaluate/evaluation.ts';
import { sampleSizes } from '../../src/evaluate/sample.ts';
import { noScores, positions, Score, scoreFile } from '../../src/evaluate/scoring.ts';
import type { SourceFile } from '../../src/evaluate/scoring.ts';
import { readFolders, readWorkspace, rememberFiles } from '../../src/evaluate/workspaceFiles.ts';
import { memoryTree } from '../corpus/memoryTree.ts';
import { bundledEngine, repository } from '../support/engine.ts';

const fixture = nodeFolder(`${repository}test/fixtures/workspace`);

function options(tokens: number): EvaluationOptions {
  return { seed: 0, sizes: sampleSizes(tokens), showThreshold: 0.3 };
}

/** Lines with names that nothing foretells: every letter is drawn. */
function randomFile(path: string, seed: number, length = 40): SourceFile {
  const random = seededRandom(seed);
  const name = () =>
    Array.from({ length: 14 }, () => String.fromCharCode(97 + Math.floor(26 * random()))).join('');
  const lines = Array.from({ length }, () => `export const ${name()} = ${name()};\n`);
  return { path, text: lines.join('') };
}

/** Bits per byte of a file where memory holds `remembered`, and the lines below each token if `showsAfter`. */
async function memoryBits(
  remembered: readonly SourceFile[],
  file: SourceFile,
  showsAfter = false,
): Promise<number> {
  const model = await bundledEngine();
  const { workspace, heldOut, report } = { workspace: remembered, heldOut: [file], report: emptyReport };
  const { memory } = await prepareBench(model, { workspace, heldOut, report });
  const scores = noScores();
  await scoreFile({ ...model, memory }, file, scores, undefined, showsAfter);
  strictEqual(scores.memory.bytes, Buffer.byteLength(file.text));
  return scores.memory.bitsPerByte;
}

const emptyReport = {
  admittedFiles: 0,
  admittedBytes: 0,
  redactions: 0,
  redactedFiles: 0,
  unreadableLines: 0,
  leftOut: {},
};

describe('evaluate/evaluation', function () {
  this.timeout(120_000);

  it('remembers every file but the held-out ones', async () => {
    const files = await readWorkspace(fixture, {}, 0);
    strictEqual(files.heldOut.length, 3);
    const { memory } = await prepareBench(await bundledEngine(), files);
    const remembered = memory.files().map(({ path }) => path);
    deepStrictEqual(
      remembered.toSorted(),
      files.workspace.map(({ path }) => path),
    );
    for (const { path } of files.heldOut) ok(!remembered.includes(path), path);
    const other = await readWorkspace(fixture, {}, 1);
    ok(JSON.stringify(other.heldOut) !== JSON.stringify(files.heldOut));
  });

  it('shows the network a file of the workspace, but not where it is judged alone', async () => {
    const { decoder, tokenizer, prompts, ...model } = await bundledEngine();
    const file = randomFile('new.ts', 1, 5);
    const networks: number[] = [];
    const shown: number[] = [];
    for (const remembered of [[], [{ ...file, path: 'like.ts' }]]) {
      const memory = await rememberFiles(remembered, tokenizer, prompts, decoder.config.vocabSize);
      const parts = { ...model, decoder, tokenizer, prompts, memory };
      const scores = noScores();
      await scoreFile(parts, file, scores);
      networks.push(scores.network.bitsPerByte);
      const score = new Score();
      for await (const { token, bytes, network } of positions(parts, file)) score.add(network, token, bytes);
      shown.push(score.bitsPerByte);
    }
    const [alone = 0, beside = 0] = shown;
    ok(beside < 0.8 * alone, `${alone} bits per byte alone, ${beside} beside a file like it`);
    deepStrictEqual(networks, [alone, alone]);
  });

  it('knows of the lines below what they repeat, and nothing of the line itself', async () => {
    const other = randomFile('other.ts', 1);
    const once = randomFile('once.ts', 2, 10);
    const [alone, shown] = [await memoryBits([other], once), await memoryBits([other], once, true)];
    ok(shown > 0.99 * alone && shown < 1.1 * alone, `${alone} became ${shown}`);
    const twice = { path: 'twice.ts', text: once.text + once.text };
    const [half, known] = [await memoryBits([other], twice), await memoryBits([other], twice, true)];
    ok(known < 0.5 * half, `${half} became ${known}`);
  });

  it('reads several folders, each by its own rules, and gives way as it is told', async () => {
    const code = 'const value = 1;\n'.repeat(20);
    const tree = memoryTree({ 'a.ts': code, 'b.ts': code, 'c.ts': code });
    let turns = 0;
    const giveWay = () => {
      turns++;
      return Promise.resolve();
    };
    const folders = [
      { prefix: 'one/', tree, rules: {} },
      { prefix: 'two/', tree, rules: { excludes: [{ 'b.ts': true }] } },
    ];
    const { workspace, heldOut, report } = await readFolders(folders, { seed: 0, slicer: { giveWay } });
    deepStrictEqual([...workspace, ...heldOut].map(({ path }) => path).toSorted(), [
      ...['one/a.ts', 'one/b.ts', 'one/c.ts', 'two/a.ts', 'two/c.ts'],
    ]);
    deepStrictEqual(report.leftOut.excluded?.examples, ['two/b.ts']);
    ok(turns >= 10);
    const capped = await readFolders(folders, { seed: 0, capBytes: 4 * code.length });
    strictEqual(capped.report.leftOut['over-cap']?.files, 1);
  });

  it('gives memory nothing of a held-out file before its own position', async () => {
    const secret = randomFile('src/secret.ts', 1);
    const others = [2, 3, 4, 5].map(seed => randomFile(`src/other${seed}.ts`, seed));
    // 4.7 bits a letter, less for what repeats in every line.
    const unknown = await memoryBits(others, secret);
    ok(unknown > 2.5, `${unknown} bits per byte of what nothing foretells`);
    // The measure does see what is known: a copy elsewhere gives it away, the file's own copy must not.
    const copied = await memoryBits([...others, { ...secret, path: 'src/copy.ts' }], secret);
    ok(copied < unknown / 4, `${copied} bits per byte of a copy`);
    const own = await memoryBits([...others, secret], secret);
    ok(own > 2.5, `${own} bits per byte where its own copy is remembered`);
  });

  it('reports every configuration, the same for the same seed', async () => {
    const files = await readWorkspace(fixture, {}, 0);
    const model = await bundledEngine();
    const first = await evaluate(files, await prepareBench(model, files), options(400));
    deepStrictEqual(Object.keys(first.configs), [...configurations]);
    for (const configuration of configurations) {
      const figures = first.configs[configuration];
      ok(figures.bitsPerByte > 0 && figures.bitsPerByte < 8);
      for (const share of [
        figures.tokenAccuracy,
        figures.calibrationError,
        figures.lineExact,
        figures.lineSimilarity,
        figures.precision,
      ])
        ok(share >= 0 && share <= 1, configuration);
      ok(figures.keystrokesSaved < 1 && figures.keystrokesSavedByWord >= figures.keystrokesSaved);
      ok(figures.latencyMs.p95 >= figures.latencyMs.p50);
    }
    ok(first.files > 0 && first.bytes > 0 && first.sample.tokens <= 400);
    const second = await evaluate(files, await prepareBench(model, files), options(400));
    const timeless = ({ configs }: typeof first) =>
      configurations.map(configuration => ({ ...configs[configuration], latencyMs: undefined }));
    deepStrictEqual(timeless(second), timeless(first));
  });

  it('says what is missing where there are too few files', async () => {
    const tree = memoryTree({ 'a.ts': 'let a;\n'.repeat(50), 'README.md': 'text\n'.repeat(50) });
    await rejects(readWorkspace(tree, {}, 0), /too few files of code to evaluate on: 1 .* 4 are needed/);
  });

  it('stops when it is cancelled', async () => {
    const files = await readWorkspace(fixture, {}, 0);
    const model = await bundledEngine();
    const source = new CancellationSource();
    const steps: string[] = [];
    const onProgress = (what: string) => {
      steps.push(what);
      source.cancel();
    };
    await rejects(
      evaluate(files, await prepareBench(model, files), {
        ...options(400),
        onProgress,
        cancellation: source.token,
      }),
      CancellationError,
    );
    ok(steps.length <= 2, steps.join(', '));
  });

  it('lets others in while it works, such as a timer that cancels it', async () => {
    const files = await readWorkspace(fixture, {}, 0);
    const bench = await prepareBench(await bundledEngine(), files);
    const source = new CancellationSource();
    const timer = setTimeout(() => {
      source.cancel();
    }, 50);
    await rejects(
      evaluate(files, bench, { ...options(4000), cancellation: source.token }),
      CancellationError,
    );
    clearTimeout(timer);
  });
});
