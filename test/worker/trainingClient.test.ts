// The editor's end of a training: its states, a worker that dies, and what the user wishes meanwhile.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { noProgress } from '../../src/train/progress.ts';
import { BlamedFiles } from '../../src/worker/storage/blamedFiles.ts';
import type { TrainingLimits, TrainingState } from '../../src/worker/client/trainingClient.ts';
import { TrainingClient } from '../../src/worker/client/trainingClient.ts';
import type { TrainingRequest } from '../../src/worker/protocol/trainingApi.ts';
import { noEditorFiles } from '../../src/worker/client/serveEditor.ts';
import { FakeWorker, recordingLogger } from './support/fakeWorker.ts';

const request: TrainingRequest = {
  modelFolder: 'model',
  runtimeFolder: 'runtime',
  threads: 1,
  outputFolder: 'trainings',
  options: { mode: { kind: 'full' }, minutes: 1, seed: 0 },
  pauseOnBattery: true,
  pauseWhenBusy: true,
};
const workspace = { folders: [], capBytes: 1, storeFile: null, storeKey: '' };

function started(delaysMs: readonly number[] = [1, 1], limits: Partial<TrainingLimits> = {}) {
  const workers: FakeWorker[] = [];
  const states: TrainingState[] = [];
  const logger = recordingLogger();
  const problems: unknown[] = [];
  const discarded: string[] = [];
  const blamed = new BlamedFiles(logger);
  const client = new TrainingClient({
    startWorker({ avoid }) {
      problems.push(avoid?.reason);
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    files: {
      ...noEditorFiles,
      readFile() {
        throw new Error('nothing is there');
      },
    },
    blamed,
    logger,
    limits,
    discard() {
      discarded.push(client.state.kind);
      return Promise.resolve();
    },
    restarts: { delaysMs: [...delaysMs], windowMs: 60_000 },
  });
  client.onDidChangeState(state => states.push(state));
  client.start(workspace, request);
  const worker = (): FakeWorker => {
    const last = workers.at(-1);
    assert.ok(last !== undefined);
    return last;
  };
  return { client, workers, worker, states, logger, problems, discarded };
}

describe('the client of a training', () => {
  it('asks its worker to train, tells what it does, and ends the worker with the training', async () => {
    const { client, worker, states } = started();
    assert.deepEqual(worker().last('train').input.request, request);
    const progress = { ...noProgress('x'), step: 3 };
    await worker().item('train', { kind: 'phase', what: 'reading files' });
    await worker().item('train', { kind: 'progress', progress });
    await worker().item('train', { kind: 'paused', reason: 'battery' });
    const { state } = client;
    assert.ok(state.kind === 'running' && state.paused === 'battery' && state.progress?.step === 3);
    await worker().fail('train', 'too few files', 'user');
    assert.deepEqual(states.at(-1), { kind: 'failed', message: 'too few files' });
    assert.equal(worker().terminated, true);
    client.dispose();
  });

  it('starts one training at a time, and another after it', async () => {
    const { client, worker, workers } = started();
    assert.throws(() => {
      client.start(workspace, request);
    }, /runs already/);
    await worker().fail('train', 'cancelled', 'cancelled');
    assert.equal(client.state.kind, 'cancelled');
    client.start(workspace, request);
    assert.equal(workers.length, 2);
    client.dispose();
  });

  it('goes on without the file that it read when it died, and blames none that it had read', async () => {
    const { client, worker, workers, logger } = started([1, 1, 1]);
    const deadly = { path: 'deadly.ts', sizeBytes: 9, mtimeMs: 7 };
    worker().say('reading', { ...deadly, path: 'a.ts' });
    worker().say('reading', deadly);
    worker().emit('exit', 1);
    while (workers.length < 2) await sleep(1);
    assert.deepEqual(worker().last('train').input.workspace.skip, [deadly]);
    worker().say('reading', deadly);
    worker().say('reading', null);
    worker().emit('exit', 1);
    while (workers.length < 3) await sleep(1);
    assert.deepEqual(worker().last('train').input.workspace.skip, [deadly]);
    assert.equal(logger.lines.filter(line => line.includes('deadly.ts')).length, 1);
    client.control('cancel');
    worker().say('reading', { ...deadly, path: 'b.ts' });
    await worker().fail('train', 'cancelled', 'cancelled');
    client.start(workspace, request);
    assert.deepEqual(worker().last('train').input.workspace.skip, [deadly]);
    client.dispose();
  });

  it('goes on in another worker where one dies, paused if it was', async () => {
    const { client, worker, workers, logger } = started();
    client.control('pause');
    worker().emit('exit', 1);
    while (workers.length < 2) await sleep(1);
    assert.deepEqual(worker().last('train').input.request, request);
    assert.equal(worker().last('control').input, 'pause');
    assert.equal(client.state.kind, 'running');
    assert.ok(logger.lines.some(line => line.includes('going on from the last checkpoint')));
    client.dispose();
  });

  it('tells another worker that it was to stop and to insist, and says so at once', async () => {
    const { client, worker, workers, states } = started();
    client.control('insist');
    client.control('stop');
    const last = states.at(-1);
    assert.ok(last?.kind === 'running' && last.ending === 'stop');
    client.setPauseRules({ pauseOnBattery: false, pauseWhenBusy: true });
    assert.equal(worker().last('setPauseRules').input.pauseOnBattery, false);
    worker().emit('exit', 1);
    while (workers.length < 2) await sleep(1);
    assert.equal(worker().last('train').input.request.pauseOnBattery, false);
    const controls = worker().received.flatMap(({ kind, input }) => (kind === 'control' ? [input] : []));
    assert.deepEqual(controls, ['insist', 'stop']);
    client.dispose();
  });

  it('tells how far the judging is', async () => {
    const { client, worker } = started();
    await worker().item('train', { kind: 'phase', what: 'the model before', judged: 0.25 });
    const { state } = client;
    assert.ok(state.kind === 'running' && state.judging?.share === 0.25 && state.judging.elapsedMs >= 0);
    client.dispose();
  });

  it('gives up where workers die again and again', async () => {
    const { client, worker, workers } = started();
    for (let deaths = 1; deaths <= 3; deaths++) {
      while (workers.length < deaths) await sleep(1);
      worker().emit('error', new Error('out of memory'));
    }
    assert.ok(client.state.kind === 'failed');
    assert.match(client.state.message, /out of memory, again and again/);
    client.dispose();
  });

  it('takes a message that it cannot read for the death of the worker', async () => {
    const { client, worker, workers } = started();
    await worker().reply('train', { kind: 'item', output: { kind: 'paused', reason: 'boredom' } });
    while (workers.length < 2) await sleep(1);
    client.dispose();
  });

  it('passes on what the worker asks about files', async () => {
    const { client, worker } = started();
    worker().ask(7, 'readFile', { folder: 'memfs:/a', path: 'b' });
    await sleep(1);
    const [answer] = worker().answers;
    assert.ok(answer?.kind === 'failed' && answer.id === 7);
    assert.equal(answer.message, 'nothing is there');
    client.dispose();
  });

  it('ends its worker when the window closes, and starts none afterwards', async () => {
    const { client, worker, workers } = started([0, 0]);
    worker().emit('exit', 1);
    await client.shutDown();
    await sleep(10);
    assert.equal(workers.length, 1);
    client.control('cancel');
  });

  it('takes silence for a hang, and goes on in another worker', async () => {
    const { client, worker, workers, logger } = started([1, 1], { silentMs: 40, graceMs: 10 });
    const said = setInterval(() => {
      void worker().item('train', { kind: 'alive' });
    }, 1);
    await sleep(150);
    clearInterval(said);
    while (workers.length < 2) await sleep(1);
    assert.equal(workers[0]?.terminated, true);
    assert.equal(client.state.kind, 'running');
    assert.ok(logger.lines.some(line => line.includes('the training said nothing for')));
    client.dispose();
  });

  it('ends a cancelled training by force where its worker does not, and deletes what it left', async () => {
    const { client, worker, workers, discarded } = started([1], { cancelMs: 20 });
    client.control('cancel');
    client.control('cancel');
    assert.equal(worker().last('control').input, 'cancel');
    while (client.state.kind === 'running') await sleep(1);
    await client.ended();
    assert.deepEqual([client.state.kind, worker().terminated, discarded], ['cancelled', true, ['cancelled']]);
    // No timer of the one that was cancelled ends the next one.
    client.start(workspace, request);
    await sleep(30);
    assert.deepEqual([client.state.kind, workers.length], ['running', 2]);
    await worker().fail('train', 'cancelled', 'cancelled');
    assert.deepEqual(discarded, ['cancelled'], 'it deleted by itself what it left');
  });

  it('starts nothing again for a cancelled training whose worker dies or waits to be started again', async () => {
    for (const isDead of [true, false]) {
      const { client, worker, workers, discarded } = started([60_000]);
      if (isDead) worker().emit('exit', 1);
      client.control('cancel');
      if (!isDead) worker().emit('exit', 1);
      assert.equal(client.state.kind, 'cancelled');
      await client.ended();
      assert.deepEqual([discarded, workers.length], [['cancelled'], 1]);
    }
  });

  it('goes on in another home when this one is lost, also after a crash there', async () => {
    const { client, workers, worker, problems } = started();
    await worker().item('train', { kind: 'device', device: 'webgpu', threads: 1 });
    client.control('pause');
    const [first] = workers;
    worker().say('handOver', 'its tab was closed');
    assert.equal(first?.terminated, true);
    assert.deepEqual(
      worker().received.map(({ kind }) => kind),
      ['train', 'control'],
    );
    const { state } = client;
    assert.ok(state.kind === 'running' && state.device === undefined);
    worker().emit('exit', 1);
    while (workers.length < 3) await sleep(1);
    assert.deepEqual(problems, [undefined, 'its tab was closed', 'its tab was closed']);
    client.dispose();
  });
});
