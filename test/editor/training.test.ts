// Training in the bundled extension, with an engine that has no model and trains at once: questions, the task and its
// terminal, the model that is switched in and back, what is left of a session that was cut off, and what is refused.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainingHostApi } from '../../src/pages/training/api.ts';
import { nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import { TrainingFolder } from '../../src/worker/storage/trainingFolder.ts';
import { onWire } from '../support/spoken.ts';
import { ExtensionBench } from './support/extensionBench.ts';
import type { createFakeVscode } from './support/fakeVscode.ts';
import { fakeUri } from './support/fakeVscode.ts';
import { trainingBench } from './support/trainingBench.ts';

describe('training in the editor', function () {
  this.timeout(60_000);
  const bench = new ExtensionBench();
  const { reset, activate, run, trainings, terminal, logged, told, modelInUse, until } = trainingBench(bench);
  let vscode: ReturnType<typeof createFakeVscode>;

  before(() => bench.build());
  after(() => {
    bench.dispose();
  });

  beforeEach(() => {
    vscode = reset();
  });
  afterEach(async () => {
    vscode.state.answer = 'Discard';
    await vscode.api.commands.executeCommand('tinymemory.discardTraining');
    await until(() => !vscode.trainingBar.shown, 'a training still runs');
    vscode.state.answer = 'Forget';
    await vscode.api.commands.executeCommand('tinymemory.forgetWorkspace');
    assert.equal(existsSync(trainings()), false, 'forgetting left trainings behind');
    await bench.deactivate();
  });

  /** Trains to the end, and gives the id of what was kept or not. */
  async function trainToEnd(choice: object): Promise<void> {
    const before = vscode.tasks.terminals.length;
    await run('train', choice);
    await until(() => vscode.tasks.terminals.length > before, 'no task was started');
    await until(() => terminal().exitCode !== undefined, 'the training does not end');
  }

  it('asks what to train and for how long, and offers the same the next time', async () => {
    await activate();
    vscode.state.picks.push('LoRA', 'Another time');
    vscode.state.typed = '0.5';
    await run('train');
    await until(() => terminal().exitCode === 0, 'it does not end');
    assert.match(terminal().name, /^train: LoRA, 0\.5 minutes$/);
    assert(logged(/"mode":\{"kind":"lora","rank":16,"alpha":32/));
    assert(logged(/"minutes":0\.5,"seed":0\}.*"pauseOnBattery":true,"pauseWhenBusy":true/));
    vscode.state.picks.push('As last time');
    await run('train');
    await until(() => vscode.tasks.terminals.length === 2, 'no second task');
    assert.equal(terminal().name, 'train: LoRA, 0.5 minutes');
    await until(() => terminal().exitCode === 0, 'the second does not end');
  });

  it('asks for the tokenizer of a model from scratch, and tells why a training failed', async () => {
    await activate();
    vscode.state.picks.push('From scratch, 0.1 million', 'The tokenizer of the model', '2 minutes');
    await run('train');
    await until(() => terminal().exitCode === 1, 'it does not fail');
    assert(logged(/"kind":"scratch","size":"0\.1M","tokenizer":"bundled"/));
    assert.match(terminal().text, /too little code to train on/);
    assert(told(/the training failed: too little code to train on/));
  });

  it('starts nothing when the user thinks better of it', async () => {
    await activate();
    await run('train');
    vscode.state.picks.push('Full', 'nothing of the kind');
    await run('train');
    assert.deepEqual(vscode.tasks.terminals, []);
  });

  it('shows how it goes and what it bought, and switches the model in', async () => {
    await activate();
    assert.equal(modelInUse(), 'echo');
    await trainToEnd({ mode: 'full', minutes: 2 });
    const { text, exitCode } = terminal();
    assert.equal(exitCode, 0);
    for (const shown of [
      /full fine-tuning, 2 minutes/,
      /On none, 1 thread\./,
      /step 10: loss of files held out .*2\.250/,
      / 50 %.*█▁.*loss 2\.000/,
      /Bits per byte +0\.800 -> +0\.760 .*5\.0 % fewer/,
      /Kept: on 3 files that it never saw the trained model needs 5\.0 % fewer bits/,
    ]) {
      assert.match(text, shown);
    }
    await until(() => modelInUse() === 'trained echo', 'the model was not switched in');
    assert(told(/Kept: on 3 files/));
    await run('rollBackTraining');
    await until(() => modelInUse() === 'echo', 'it was not rolled back');
    await run('rollBackTraining');
    assert(told(/no trained model is in use/));
  });

  it('rolls back to the training before, and loads what was in use at the next start', async () => {
    await activate();
    await trainToEnd({ mode: 'full', minutes: 2 });
    await trainToEnd({ mode: 'lora', minutes: 2 });
    await trainToEnd({ mode: 'full', minutes: 2 });
    await run('rollBackTraining');
    await until(() => told(/now the model of the training before/), 'not rolled back');
    await bench.deactivate();
    bench.activate();
    await until(() => modelInUse() === 'trained echo', 'the model in use was not loaded');
    await run('rollBackTraining');
    await until(() => modelInUse() === 'echo', 'not rolled back to the base model');
  });

  it('falls back to the base model from a damaged one, and says so', async () => {
    await activate();
    await trainToEnd({ mode: 'full', minutes: 2 });
    await bench.deactivate();
    const [id = ''] = readdirSync(trainings()).filter(name => name.startsWith('training-'));
    writeFileSync(join(trainings(), id, 'model/model.safetensors'), 'half of i');
    bench.activate();
    await until(() => modelInUse() === 'echo', 'the base model does not answer');
    assert(told(/cannot be used, so the base model answers again.*is damaged/s));
    await bench.deactivate();
    vscode.messages.length = 0;
    await activate();
    assert(!told(/cannot be used/));
  });

  it('warns of damage to what it keeps of trainings', async () => {
    await activate();
    await trainToEnd({ mode: 'full', minutes: 2 });
    await bench.deactivate();
    const file = join(trainings(), 'active.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('training-', 'training_'));
    bench.activate();
    await until(() => logged(/active\.json of the trainings here is damaged/), 'no warning');
    await until(() => modelInUse() === 'echo', 'a model is in use of which nobody knows');
  });

  it('says that the engine set a damaged model aside', async () => {
    await activate();
    await trainToEnd({ mode: 'full', minutes: 2 });
    await bench.deactivate();
    const [id = ''] = readdirSync(trainings()).filter(name => name.startsWith('training-'));
    writeFileSync(join(trainings(), id, 'model/model.safetensors'), 'flipped');
    vscode.messages.length = 0;
    await activate();
    assert.equal(modelInUse(), 'echo');
    const notices = vscode.messages.filter(line => line.includes('the base model answers again'));
    assert.equal(notices.length, 1, vscode.messages.join());
    assert.match(notices[0] ?? '', /is not what was written/);
  });

  it('pauses, goes on, stops and judges', async () => {
    await activate();
    await run('train', { mode: 'full', minutes: 60 });
    await until(() => vscode.trainingBar.text.includes('50 %, 6 s left'), 'no progress in the status bar');
    await run('pauseTraining');
    await until(
      () => vscode.trainingBar.text === '$(debug-pause) Training 50 %, 6 s left',
      'it does not pause',
    );
    assert(vscode.executed.includes('setContext tinymemory.training paused'));
    await run('resumeTraining');
    await until(() => vscode.trainingBar.text.startsWith('$(mortar-board) 50 %'), 'it does not go on');
    await run('train', { minutes: 1 });
    assert(told(/a training runs already/));
    terminal().type('p');
    await until(() => vscode.trainingBar.text.startsWith('$(debug-pause)'), 'the key does not pause');
    terminal().type('\x03');
    await until(() => terminal().exitCode === 0, 'Ctrl+C does not stop it');
    assert.match(terminal().text, /what was learnt is judged.*it was stopped\..*Kept/s);
    assert.equal(vscode.trainingBar.shown, false);
  });

  it('offers to go on with what the end of a session cut off', async () => {
    await activate();
    await run('train', { mode: 'full', minutes: 60 });
    await until(() => vscode.trainingBar.text.includes('50 %'), 'no progress');
    await bench.deactivate();
    assert(existsSync(join(trainings(), 'unfinished.json')));
    vscode.state.answer = 'Resume';
    await activate();
    await until(() => vscode.trainingBar.shown, 'it was not resumed');
    assert(told(/a training on this workspace was interrupted/));
    assert.equal(terminal().name, 'train: full fine-tuning, 1 hour');
    await bench.deactivate();
    vscode.values.set('training.resume', 'always');
    vscode.state.answer = undefined;
    vscode.messages.length = 0;
    await activate();
    await until(() => vscode.trainingBar.shown, 'it was not resumed by itself');
    assert(!told(/was interrupted/));
    await bench.deactivate();
    vscode.values.set('training.resume', 'ask');
    vscode.state.answer = 'Discard';
    await activate();
    await until(() => !existsSync(join(trainings(), 'unfinished.json')), 'it was not discarded');
    await run('resumeTraining');
    assert(told(/no training was interrupted here/));
  });

  it('does not offer what another window trains right now', async () => {
    mkdirSync(trainings(), { recursive: true });
    const options = { mode: { kind: 'full' }, minutes: 2, seed: 0 } as const;
    await new TrainingFolder(trainings(), nodeStorage).begin(options);
    mkdirSync(join(trainings(), 'lock'));
    // Of another machine, of whose processes only the age of their files tells.
    writeFileSync(join(trainings(), 'lock', '7~~elsewhere~0123456789abcdef'), '');
    await activate();
    await run('resumeTraining');
    assert(told(/no training was interrupted here/));
    assert(!told(/was interrupted\. What/));
  });

  it('asks before it trains beside an evaluation', async () => {
    vscode.state.folders.splice(0, 1, { name: 'large', uri: fakeUri('file:/large') });
    await activate();
    const evaluation = run('evaluateWorkspace');
    await until(() => told(/^scoring/), 'no evaluation runs');
    await run('train', { mode: 'full', minutes: 1 });
    await until(() => terminal().exitCode === 1, 'it is not given up');
    assert.match(terminal().text, /Not started/);
    assert(told(/An evaluation on this workspace is running/));
    assert(!logged(/training on file:\/large/));
    vscode.state.answer = 'Train Anyway';
    await trainToEnd({ mode: 'full', minutes: 1 });
    assert.equal(terminal().exitCode, 0);
    vscode.state.answer = 'Forget';
    await run('forgetWorkspace');
    await evaluation;
  });

  it('tells the training when somebody waits for a suggestion', async () => {
    await activate();
    await run('train', { mode: 'full', minutes: 60 });
    await until(() => vscode.trainingBar.text.includes('50 %'), 'no progress');
    const { fakeDocument, Position } = await import('./support/fakeVscode.ts');
    const { neverCancelled } = await import('../../src/base/cancellation.ts');
    await vscode.state.provider?.provideInlineCompletionItems(
      fakeDocument('file:/folder/a.ts', 'c', 'ab'),
      new Position(0, 2),
      { triggerKind: 0 },
      neverCancelled,
    );
    await until(() => logged(/told to suggesting/), 'the training was not told');
  });

  it('says what cannot be: no folder, no disk, a wrong argument', async () => {
    await activate();
    await run('train', { mode: 'large' });
    assert(told(/this is no training: mode must be "full", "lora" or "scratch"/));
    await run('train', { minute: 3 });
    assert(told(/this is no training/));
    vscode.state.folders.length = 0;
    await run('train', { minutes: 1 });
    assert(told(/open a folder to train on/));
    assert.deepEqual(vscode.tasks.terminals, []);
    vscode.state.folders.push({ name: 'folder', uri: fakeUri('file:/folder') });
  });

  it('provides a task, and runs those of a tasks.json, also one that asks for what cannot be', async () => {
    await activate();
    const provider = vscode.tasks.providers.get('tinymemory') ?? assert.fail('no provider');
    const [task] = provider.provideTasks();
    assert(task !== undefined);
    assert.deepEqual(task.definition, { type: 'tinymemory' });
    const { FakeTask } = await import('./support/fakeTasks.ts');
    const definition = { type: 'tinymemory', mode: 'huge' };
    const wrong = provider.resolveTask(new FakeTask(definition, 2, 'mine', 'workspace', task.execution));
    assert(wrong !== undefined);
    assert.equal(wrong.definition, definition);
    await vscode.api.tasks.executeTask(wrong);
    assert.equal(terminal().exitCode, 1);
    assert.match(terminal().text, /mode must be/);
    await vscode.api.tasks.executeTask(task);
    await until(() => terminal().exitCode === 0, 'it does not end');
    assert(logged(/"mode":\{"kind":"full"\},"minutes":10/));
  });

  it('exports the model in use, and imports one once an engine has loaded it', async () => {
    await activate();
    await trainToEnd({ mode: 'full', minutes: 2 });
    await until(() => modelInUse() === 'trained echo', 'the model was not switched in');
    const target = join(bench.storageFolder, 'exported');
    mkdirSync(target);
    vscode.state.dialogFolder = target;
    await run('exportModel');
    await run('exportModel');
    assert.deepEqual(readdirSync(target).sort(), ['echo-trained', 'echo-trained-2']);
    assert.equal(readFileSync(join(target, 'echo-trained/model.safetensors'), 'utf8'), 'whole');
    assert(told(/the model is in .*echo-trained-2/));

    vscode.state.dialogFolder = '/models/missing';
    await run('importModel');
    assert(told(/TinyMemory: no model in missing/));
    assert.equal(vscode.values.get('modelFolder'), undefined);
    vscode.state.dialogFolder = join(target, 'echo-trained');
    await run('importModel');
    assert.equal(vscode.values.get('modelFolder'), undefined);
    vscode.state.picks.push('For this workspace');
    await run('importModel');
    assert.equal(vscode.values.get('modelFolder'), join(target, 'echo-trained'));
    await until(() => modelInUse() === 'echo', 'the imported model is not in use');
  });

  it('goes on with the trained model when the setting changes, unless the user wishes it', async () => {
    await activate();
    await trainToEnd({ mode: 'full', minutes: 2 });
    const configuration = vscode.api.workspace.getConfiguration();
    await configuration.update('modelFolder', '/models/one');
    await until(() => told(/goes on with the model that was trained on it/), 'nothing was said');
    await until(() => modelInUse() === 'trained echo', 'the trained model is not in use');
    vscode.state.answer = 'Use the Model of the Setting';
    await configuration.update('modelFolder', '/models/two');
    await until(() => modelInUse() === 'echo', 'the model of the setting is not in use');
  });

  it('shows all of it in its view, and does what its page asks for', async () => {
    await activate();
    await trainToEnd({ mode: 'full', minutes: 2 });
    const [panel] = vscode.panels;
    assert(panel !== undefined);
    assert.match(panel.html, /default-src &#39;none&#39;|default-src 'none'/);
    assert.match(panel.html, /dist\/webview\/training\.js/);
    assert.deepEqual(panel.posted, []);
    const post = (message: { kind: string; id?: string | null; more?: number }): void => {
      panel.post(onWire(trainingHostApi, message));
    };
    const changes = () => panel.posted.map(message => (message as { input: unknown }).input as Told);
    post({ kind: 'ready' });
    interface Told {
      kind: string;
      trainings: { report: { id: string } }[];
      activeId: string | null;
      text: string;
    }
    const last = (kind: string) => changes().findLast(message => message.kind === kind);
    await until(() => last('trainings') !== undefined, 'the page was told nothing');
    assert.deepEqual(changes()[0], { kind: 'run', run: null, obstacle: null });
    const id = last('trainings')?.trainings[0]?.report.id ?? assert.fail('no training listed');
    assert.equal(last('trainings')?.activeId, id);
    post({ kind: 'rollBack' });
    await until(() => last('trainings')?.activeId === null, 'not rolled back');
    post({ kind: 'use', id });
    await until(() => last('trainings')?.activeId === id, 'not in use again');
    post({ kind: 'use', id: '../../elsewhere' });
    post({ kind: 'remove', id: 'gone', more: 1 });
    panel.post('nonsense');
    post({ kind: 'use', id: 'gone' });
    await until(() => (last('notice')?.text ?? '').includes('model of this training is gone'), 'no notice');
    assert(logged(/malformed/));
    vscode.state.answer = 'Delete';
    post({ kind: 'remove', id });
    await until(() => last('trainings')?.trainings.length === 0, 'not deleted');
    await until(() => modelInUse() === 'echo', 'what was deleted is still in use');
    panel.close();
  });
});
