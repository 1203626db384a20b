// The command "Evaluate on This Workspace" in the bundled extension, with an engine that has no model; and its report
// as HTML: every figure in it, nothing that runs, no text of the workspace taken for markup.

import assert from 'node:assert/strict';
import { configurationNames, reportFigures } from '../../src/editor/reports/evaluationFigures.ts';
import { evaluationPage } from '../../src/editor/reports/evaluationView.ts';
import type { EvaluationReport } from '../../src/worker/protocol/evaluation.ts';
import { ExtensionBench } from './support/extensionBench.ts';
import { fakeUri } from './support/fakeVscode.ts';

describe('the command to evaluate', () => {
  let bench: ExtensionBench;

  before(async () => {
    bench = new ExtensionBench();
    await bench.build();
  });
  after(() => {
    bench.dispose();
  });
  afterEach(() => bench.deactivate());

  async function evaluate(folder: string | undefined, isCancelled = false): Promise<string[]> {
    bench.reset();
    const { vscode } = bench;
    if (folder !== undefined) vscode.state.folders.push({ name: folder, uri: fakeUri(`file:/${folder}`) });
    vscode.state.cancelsProgress = isCancelled;
    bench.activate();
    while (!vscode.log.some(line => line.includes('ready in'))) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await vscode.api.commands.executeCommand('tinymemory.evaluateWorkspace');
    return vscode.messages;
  }

  it('says what it does, and opens a report', async () => {
    assert.deepEqual(await evaluate('folder'), ['scoring a(command:b).ts']);
    const { panels, api } = bench.vscode;
    assert.equal(panels.length, 1);
    assert.match(panels[0]?.html ?? '', /saved <strong>25 % of the keystrokes.*from 0\.35 on/s);
    await api.commands.executeCommand('tinymemory.evaluateWorkspace');
    assert.equal(panels.length, 1);
  });

  it('opens nothing when it is cancelled', async () => {
    assert.deepEqual(await evaluate('large', true), ['scoring a(command:b).ts']);
    assert.equal(bench.vscode.panels.length, 0);
  });

  it('tells why nothing can be evaluated', async () => {
    assert.equal((await evaluate('small')).at(-1), 'TinyMemory: too few files of code');
    await bench.deactivate();
    assert.deepEqual(await evaluate(undefined), ['TinyMemory: open a folder to evaluate on']);
    await bench.deactivate();
    await evaluate('folder');
    const { api, messages } = bench.vscode;
    await api.commands.executeCommand('tinymemory.toggle');
    await api.commands.executeCommand('tinymemory.evaluateWorkspace');
    assert.match(messages.at(-1) ?? '', /the engine is not running; switch suggestions on/);
  });

  it('is cancelled when the workspace is forgotten, and its report goes with it', async () => {
    const done = evaluate('large');
    while (!bench.vscode.messages.some(message => message.includes('scoring'))) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    bench.vscode.state.answer = 'Forget';
    await bench.vscode.api.commands.executeCommand('tinymemory.forgetWorkspace');
    await done;
    assert.equal(bench.vscode.panels.length, 0);
    await bench.deactivate();
    await evaluate('folder');
    assert.equal(bench.vscode.panels.length, 1);
    bench.vscode.state.answer = 'Forget';
    await bench.vscode.api.commands.executeCommand('tinymemory.forgetWorkspace');
    assert(![...bench.vscode.live].some(name => name.includes('tinymemory.evaluation')));
  });

  it('ends when the engine does', async () => {
    const done = evaluate('large');
    while (!bench.vscode.messages.some(message => message.includes('scoring'))) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await bench.vscode.api.commands.executeCommand('tinymemory.restartEngine');
    assert.match((await done).at(-1) ?? '', /cut off: the engine is starting; try again/);
  });
});

describe('the report of an evaluation', () => {
  const figures = (factor: number) => ({
    bitsPerByte: 0.7 * factor,
    tokenAccuracy: 0.11 * factor,
    lineExact: 0.12 * factor,
    lineSimilarity: 0.13 * factor,
    keystrokesSaved: 0.14 * factor,
    shown: 1_234,
    precision: 0.15 * factor,
    latencyMs: { p50: 1.6 * factor, p95: 17 * factor },
  });
  const report: EvaluationReport = {
    files: 21,
    bytes: 22_000,
    configs: { network: figures(1), memory: figures(2), both: figures(3) },
    sample: { tokens: 8_001, cursors: 101, keys: 4_001, showThreshold: 0.35 },
    workspace: { files: 310, tokens: 32_000 },
    heldOut: { files: 41, bytes: 42_000 },
    corpus: {
      admittedFiles: 351,
      redactions: 5,
      redactedFiles: 2,
      leftOut: {
        secret: { files: 61, folders: 0, examples: ['<img src=x onerror="alert(1)">.env', 'a&b.pem'] },
        folder: { files: 0, folders: 71, examples: ['node_modules/'] },
      },
    },
    modelName: '<script>alert(2)</script>',
    parameters: 4_200_000,
    device: 'wasm',
    threads: 2,
    seed: 7,
    elapsedMs: 81_000,
  };
  const html = evaluationPage(report, 'abc');

  it('holds each figure of each configuration, in the table, in the charts and as a description', () => {
    for (const { name, text, meaning } of reportFigures) {
      const cells = configurationNames.map(({ key }) => `<td>${text(report.configs[key])}</td>`).join('');
      assert(html.includes(`</small></th>${cells}</tr>`), name);
      for (const { key, name: configuration } of configurationNames) {
        const value = text(report.configs[key]);
        assert(html.includes(`>${value}</text>`) && html.includes(`${configuration} ${value}`), name);
      }
      assert(html.includes(`<dt>${name}</dt><dd>${meaning(report)}</dd>`), name);
    }
    assert.match(html, /42 % of the keystrokes/);
    assert.match(html, /1,234 suggestions shown, 45 % were right/);
  });

  it('tells what was held out, remembered and left out and why, the seed and the model', () => {
    for (const told of [
      '351 files were read. 5 secrets in 2 of them were replaced. 310 were remembered (32,000 tokens); 41 were held out',
      '21 were scored (22,000 bytes, 8,001 tokens), 101 lines completed and 4,001 keys typed',
      '(4,200,000 parameters) on wasm, 2 threads; seed 7,',
      '81 seconds',
      'from 0.35 on',
      '<th scope="row">secret</th><td>61</td><td>0</td>',
      '<th scope="row">folder</th><td>0</td><td>71</td><td class="paths">node_modules/</td>',
      'sent nowhere',
    ])
      assert(html.includes(told), told);
    assert(!evaluationPage({ ...report, corpus: { ...report.corpus, leftOut: {} } }, 'a').includes('Reason'));
  });

  it('draws the longest bar over the whole width, and none where all is nothing', () => {
    const widths = (page: string) => [...page.matchAll(/width="([\d.]+)"/g)].map(([, width]) => width);
    assert.deepEqual(widths(html).slice(0, 3), ['66.7', '133.3', '200.0']);
    const none = { ...figures(0), shown: 0 };
    const empty = evaluationPage({ ...report, configs: { network: none, memory: none, both: none } }, 'abc');
    assert.deepEqual(new Set(widths(empty)), new Set(['0.0']));
    assert.match(empty, /showed no suggestion/);
    assert.doesNotMatch(empty, /NaN|Infinity|undefined/);
  });

  it('lets nothing run, loads nothing, and takes no text for markup', () => {
    assert.match(html, /default-src 'none'; style-src 'nonce-abc'"/);
    assert.doesNotMatch(html, /<script|<img|\sstyle=|https?:|href=/);
    assert.match(html, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;\.env, a&amp;b\.pem/);
    assert.match(html, /&lt;script&gt;alert/);
  });
});
