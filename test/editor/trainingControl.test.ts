// What can be done about a training that runs, in the bundled extension: what the user is told at once, what asks first, and
// what else may run beside it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ExtensionBench } from './support/extensionBench.ts';
import type { createFakeVscode } from './support/fakeVscode.ts';
import { trainingBench } from './support/trainingBench.ts';

describe('controlling a training in the editor', function () {
  this.timeout(60_000);
  const bench = new ExtensionBench();
  const { reset, activate, run, terminal, logged, told, modelInUse, until } = trainingBench(bench);
  let vscode: ReturnType<typeof createFakeVscode>;

  before(() => bench.build());
  after(() => {
    bench.dispose();
  });
  beforeEach(() => {
    vscode = reset();
  });
  afterEach(async () => {
    vscode.state.answer = 'Forget';
    await run('forgetWorkspace');
    assert(!vscode.trainingBar.shown, 'a forgotten workspace is still trained on');
    await bench.deactivate();
  });

  it('is discarded only once the user has said so twice, and leaves the model as it was', async () => {
    await activate();
    await run('train', { mode: 'full', minutes: 60 });
    await until(() => vscode.trainingBar.text.includes('50 %'), 'no progress');
    await run('discardTraining');
    assert(told(/^Discard this training\?$/));
    assert(vscode.trainingBar.shown, 'it was discarded unasked');
    vscode.state.answer = 'Discard';
    await run('discardTraining');
    await until(() => terminal().exitCode === 1, 'it is not discarded');
    assert.match(terminal().text, /Discarded; the model in use is as it was/);
    assert.equal(modelInUse(), 'echo');
  });

  it('says at once that it stops, how far the judging is, and what can still be done', async () => {
    await activate();
    await run('train', { mode: 'full', minutes: 60, steps: 1 });
    await until(() => vscode.trainingBar.text.includes('50 %'), 'no progress');
    const stopping = run('stopTraining');
    assert.equal(vscode.trainingBar.text, '$(mortar-board) Stopping the training');
    await stopping;
    await until(
      () => vscode.trainingBar.text.startsWith('$(mortar-board) Judging 25 %'),
      'it does not judge',
    );
    const hover = vscode.trainingBar.tooltip.value;
    assert.match(hover, /judging the model before: scoring/);
    assert.doesNotMatch(hover, /pauseTraining|stopTraining|resumeTraining/);
    assert.match(hover, /discardTraining/);
    await until(
      () => vscode.executed.includes('setContext tinymemory.training ending'),
      'the palette still offers to stop',
    );
    assert.match(terminal().text, / 25 %/);
    terminal().type('\x03');
    await until(() => told(/^Discard this training\?$/), 'Ctrl+C again does not ask');
  });

  it('trains although the machine is busy when told to, and follows the settings at once', async () => {
    await activate();
    await run('train', { mode: 'full', minutes: 60 });
    await until(() => vscode.trainingBar.text.includes('50 %'), 'no progress');
    const configuration = vscode.api.workspace.getConfiguration();
    await configuration.update('training.pauseOnBattery', false);
    await until(() => logged(/rules \{"pauseOnBattery":false,"pauseWhenBusy":true\}/), 'the rules stay');
    await until(() => vscode.trainingBar.text.startsWith('$(debug-pause)'), 'it does not pause');
    assert.match(vscode.trainingBar.tooltip.value, /other programs.*\[Train Anyway\]/s);
    assert(vscode.executed.includes('setContext tinymemory.training waiting'));
    await run('trainAnyway');
    await until(() => logged(/told to insist/), 'it was not told');
    await until(() => vscode.trainingBar.text.startsWith('$(mortar-board) 50 %'), 'it does not train');
  });

  it('asks before an evaluation starts beside it', async () => {
    await activate();
    await run('train', { mode: 'full', minutes: 60 });
    await until(() => vscode.trainingBar.text.includes('50 %'), 'no progress');
    await run('evaluateWorkspace');
    assert(told(/A training on this workspace is running/));
    assert(!told(/scoring/));
    vscode.state.answer = 'Evaluate Anyway';
    await run('evaluateWorkspace');
    assert(told(/scoring/));
  });

  it('offers to resume only what can be resumed', async () => {
    await activate();
    await until(() => vscode.executed.includes('setContext tinymemory.training idle'), 'no context');
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      contributes: { commands: { command: string; enablement?: string }[] };
    };
    const resume = manifest.contributes.commands.find(({ command }) => command.endsWith('.resumeTraining'));
    assert.equal(
      resume?.enablement,
      "tinymemory.training == 'paused' || tinymemory.training == 'interrupted'",
    );
    await run('train', { mode: 'full', minutes: 60 });
    await until(() => vscode.trainingBar.text.includes('50 %'), 'no progress');
    await bench.deactivate();
    vscode.executed.length = 0;
    await activate();
    await until(() => vscode.executed.includes('setContext tinymemory.training interrupted'), 'no context');
    await run('showMenu');
    assert(vscode.state.choices.some(label => label.includes('Resume the interrupted training')));
  });
});
