// An evaluation in the real engine thread with the bundled model, on files that only the editor reaches: what it
// reports, that it can be cancelled, that suggestions are answered meanwhile, and why it would not start.

import { deepStrictEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import type { CancellationToken } from '../../src/base/cancellation.ts';
import { evaluateWorkspace } from '../../src/worker/client/evaluationClient.ts';
import type { EvaluationReport, EvaluationRequest } from '../../src/worker/protocol/evaluation.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine } from '../support/engineBundle.ts';
import { requestFor } from './support/fakeWorker.ts';
import { editorFilesOf, MemoryFiles } from './support/memoryFiles.ts';
import { startEngine } from './support/realEngine.ts';

const fruits = ['apple', 'pear', 'plum', 'cherry', 'quince', 'fig', 'grape', 'lemon'];

/** Modules that are much alike, and a file with secrets. */
function orchard(): MemoryFiles {
  const files = fruits.map(fruit => [
    `src/${fruit}.ts`,
    `import { Basket } from './basket';

export function pick${fruit}(basket: Basket, count: number): number {
  for (let index = 0; index < count; index++) {
    basket.add({ name: '${fruit}', weightGrams: ${fruit.length * 20} });
  }
  return basket.totalWeightGrams();
}
`,
  ]);
  return new MemoryFiles({ ...(Object.fromEntries(files) as Record<string, string>), '.env': 'KEY=1' });
}

describe('an evaluation in the engine thread', function () {
  this.timeout(120_000);
  let bundle: EngineBundle;
  let engine: ReturnType<typeof startEngine>;
  let files: MemoryFiles;

  before(async () => {
    bundle = await bundleEngine();
    engine = startEngine(
      bundle,
      editorFilesOf(() => files),
    );
    await rejects(evaluation(), /nothing can be evaluated now: the engine is starting; try again/);
    // Answered once the model is loaded.
    await engine.client.complete(requestFor('const a'), neverCancelled);
  });

  after(async () => {
    await engine.shutDown();
    bundle.dispose();
  });

  beforeEach(() => {
    files = orchard();
  });

  function request(tokens: number): EvaluationRequest {
    const folder = { prefix: '', uri: 'memfs:/orchard', diskPath: null, excludes: [] };
    const workspace = { folders: [folder], capBytes: 1e6, storeFile: null, storeKey: '1' };
    return { workspace, seed: 0, tokens, showThreshold: 0.3 };
  }

  function evaluation(
    tokens = 200,
    onProgress: (what: string) => void = () => undefined,
    cancellation: CancellationToken = neverCancelled,
  ): Promise<EvaluationReport | undefined> {
    return evaluateWorkspace(engine.client, request(tokens), onProgress, cancellation);
  }

  it('tells what it does, and reports figures and what they were measured on', async () => {
    const told: string[] = [];
    const report = await evaluation(200, what => told.push(what));
    ok(report !== undefined);
    deepStrictEqual(
      ['reading files', 'remembering 5 files', 'typing with both'].map(what => told.includes(what)),
      [true, true, true],
    );
    const { network, both } = report.configs;
    ok(both.bitsPerByte < network.bitsPerByte && both.bitsPerByte > 0, JSON.stringify(report.configs));
    ok(both.keystrokesSaved > 0);
    deepStrictEqual([report.heldOut.files, report.workspace.files, report.seed], [3, 5, 0]);
    deepStrictEqual(report.corpus.leftOut['secret']?.examples, ['.env']);
    ok(!files.reads.includes('.env'));
    // What was remembered for it is not what suggestions draw on.
    equal(engine.memory.state.kind, 'off');
  });

  it('lets suggestions in: one after another is answered before it is over', async () => {
    const running = { isOver: false };
    const report = evaluation(1_500).finally(() => {
      running.isOver = true;
    });
    let answered = 0;
    for (let index = 0; index < 10; index++) {
      await askAbout(1, `b${index}`);
      if (!running.isOver) answered++;
    }
    equal(answered, 10);
    ok((await report) !== undefined);
  });

  it('gives the same figures whatever is asked meanwhile', async () => {
    const first = await evaluation(150);
    const second = evaluation(150);
    await askAbout(10, 'same');
    const timeless = (report: EvaluationReport | undefined) =>
      Object.values(report?.configs ?? {}).map(figures => ({ ...figures, latencyMs: undefined }));
    deepStrictEqual(timeless(await second), timeless(first));
  });

  it('ends soon after it is cancelled, and can be started again', async () => {
    const source = new CancellationSource();
    let toldAfterwards = 0;
    const report = await evaluation(
      8_000,
      what => {
        if (!what.startsWith('typing')) return;
        if (source.token.isCancellationRequested) toldAfterwards++;
        source.cancel();
      },
      source.token,
    );
    equal(report, undefined);
    // Typing with the next configuration would begin with another line.
    equal(toldAfterwards, 0);
    await evaluation(100);
  });

  it('refuses a second one at the same time', async () => {
    const first = evaluation(100);
    await rejects(evaluation(100), /running already; wait for it or cancel it/);
    ok((await first) !== undefined);
  });

  it('says how many files are needed where there are too few', async () => {
    files = new MemoryFiles({ 'a.ts': 'let a = 1;\n'.repeat(40), 'b.md': '# Words\n'.repeat(40) });
    await rejects(evaluation(), (error: Error) => {
      match(error.message, /too few files of code .*: 1 of 200 bytes and more, 4 are needed/);
      return true;
    });
  });

  /** Asks for so many suggestions, of texts that no other asked for. */
  async function askAbout(count: number, name: string): Promise<void> {
    for (let index = 0; index < count; index++) {
      const result = await engine.client.complete(
        requestFor(`// ${name} ${index}\nfunction ${name}${index}(value: number) {\n  return `),
        neverCancelled,
      );
      if (result.kind === 'none') ok(!['engine-failed', 'cancelled'].includes(result.reason), result.reason);
    }
  }
});
