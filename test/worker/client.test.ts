// The client against a fake worker: every way in which an engine answers, dies, hangs or babbles.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import type { EngineLimits } from '../../src/worker/client/engineLimits.ts';
import type { Files } from '../../src/base/files.ts';
import { engineLimits } from '../../src/worker/client/engineLimits.ts';
import { RestartBudget } from '../../src/worker/client/restartBudget.ts';
import { EngineClient } from '../../src/worker/client/client.ts';
import { evaluateWorkspace } from '../../src/worker/client/evaluationClient.ts';
import { MemoryClient } from '../../src/worker/client/memoryClient.ts';
import { noEditorFiles } from '../../src/worker/client/serveEditor.ts';
import { engineOptions, FakeWorker, recordingLogger, report, requestFor } from './support/fakeWorker.ts';

const limits: EngineLimits = {
  readyWaitMs: 1_000,
  requestTimeoutMs: 1_000,
  loadTimeoutMs: 1_000,
  restarts: { delaysMs: [1, 1], windowMs: 60_000 },
};

describe('EngineClient', () => {
  let clients: EngineClient[] = [];
  let timersBefore = 0;
  const timerCount = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;

  beforeEach(() => {
    timersBefore = timerCount();
  });

  function start(changed: Partial<EngineLimits> = {}) {
    const workers: FakeWorker[] = [];
    const states: string[] = [];
    const problems: (string | undefined)[] = [];
    const logger = recordingLogger();
    const client = new EngineClient({
      startWorker({ avoid }) {
        problems.push(avoid?.reason);
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      options: engineOptions,
      files: noEditorFiles,
      logger,
      limits: { ...limits, ...changed },
    });
    client.onDidChangeState(state => states.push(state.kind));
    clients.push(client);
    const worker = (): FakeWorker => {
      const last = workers.at(-1);
      assert(last !== undefined);
      return last;
    };
    const ask = async (prefix: string, token = neverCancelled) => {
      const result = await client.complete(requestFor(prefix), token);
      return result.kind === 'none' ? result.reason : result.items[0]?.text;
    };
    const nextWorker = async (count: number) => {
      while (workers.length < count) await sleep(1);
    };
    return { client, workers, worker, states, problems, logger, ask, nextWorker };
  }

  afterEach(() => {
    for (const client of clients) client.dispose();
    clients = [];
    assert(timerCount() <= timersBefore, 'a timer was left');
  });

  it('loads at once, says so, and completes', async () => {
    const { client, worker, states, ask } = start();
    assert.equal(client.state.kind, 'loading');
    assert.deepEqual(worker().last('load').input, engineOptions);
    await worker().load();
    assert.deepEqual(client.report, report);
    const answer = ask('a');
    await sleep(0);
    await worker().answer('b');
    assert.equal(await answer, 'b');
    assert.deepEqual(states, ['ready']);
  });

  it('tells of a device that another takes the place of, while what runs goes on', async () => {
    const { client, worker, states } = start();
    const workspace = { folders: [], capBytes: 1, storeFile: null, storeKey: '' };
    const memory = new MemoryClient({ client, files: {} as Files, logger: recordingLogger() });
    memory.open(workspace);
    await worker().load();
    const request = { workspace, seed: 0, tokens: 1, showThreshold: 0 };
    const evaluation = evaluateWorkspace(client, request, () => undefined, neverCancelled);
    worker().say('deviceChanged', { device: 'wasm', why: 'webgpu was lost', threads: 3 });
    assert.deepEqual(states, ['ready', 'ready']);
    assert.deepEqual(client.report, { ...report, device: 'wasm', why: 'webgpu was lost', threads: 3 });
    const opened = worker().received.filter(({ kind }) => kind === 'openWorkspace');
    assert.equal(opened.length, 1, 'once when it was ready');
    client.stop();
    await assert.rejects(evaluation, /cut off/);
    memory.dispose();
  });

  it('outlives a listener that throws', async () => {
    const { client, worker, ask, logger } = start();
    client.onDidChangeState(() => {
      throw new Error('boom');
    });
    await worker().load();
    const answer = ask('a');
    await sleep(1);
    await worker().answer('b');
    assert.equal(await answer, 'b');
    assert.ok(logger.lines.includes('error: a listener to the engine failed: boom'));
  });

  it('lets a request wait for the model', async () => {
    const { worker, ask } = start();
    const answer = ask('a');
    await sleep(1);
    await worker().load();
    await sleep(1);
    await worker().answer('b');
    assert.equal(await answer, 'b');
  });

  it('gives up waiting for the model as engine-not-ready', async () => {
    const { ask } = start({ readyWaitMs: 5 });
    assert.equal(await ask('a'), 'engine-not-ready');
  });

  it('posts cancel and answers a cancelled request at once', async () => {
    const { worker, ask } = start();
    await worker().load();
    const source = new CancellationSource();
    const answer = ask('a', source.token);
    await sleep(0);
    source.cancel();
    assert.equal(await answer, 'cancelled');
    assert.equal(worker().last('cancel').id, worker().last('complete').id);
    await worker().answer('late');
    const next = ask('b');
    await sleep(0);
    await worker().answer('c');
    assert.equal(await next, 'c');
  });

  it('answers a request that is cancelled before or while the model loads', async () => {
    const { worker, ask } = start();
    const source = new CancellationSource();
    const answer = ask('a', source.token);
    source.cancel();
    assert.equal(await answer, 'cancelled');
    assert.equal(await ask('a', source.token), 'cancelled');
    assert.equal(worker().received.length, 1);
  });

  it('answers engine-failed when the worker dies, and restarts it', async () => {
    const { worker, states, ask, nextWorker } = start();
    await worker().load();
    const answer = ask('a');
    await sleep(0);
    worker().emit('error', new Error('boom'));
    worker().emit('exit', 1);
    assert.equal(await answer, 'engine-failed');
    await nextWorker(2);
    await worker().load();
    const next = ask('b');
    await sleep(0);
    await worker().answer('c');
    assert.equal(await next, 'c');
    assert.deepEqual(states, ['ready', 'restarting', 'loading', 'ready']);
  });

  it('gives up on an engine that hangs each time, however long a hang takes to be noticed', () => {
    for (const everyMs of [engineLimits.requestTimeoutMs, engineLimits.loadTimeoutMs]) {
      const budget = new RestartBudget(engineLimits.restarts);
      const delays = [0, 1, 2, 3].map(death => budget.takeDelayMs(death * (everyMs + 10_000)));
      assert.deepEqual(delays, [...engineLimits.restarts.delaysMs, undefined]);
    }
  });

  it('gives up after too many deaths with the reason, and restart() begins anew', async () => {
    const { client, workers, worker, ask, nextWorker } = start();
    for (let deaths = 1; deaths <= 3; deaths++) {
      await nextWorker(deaths);
      worker().emit('exit', 7);
    }
    assert.equal(client.state.kind, 'failed');
    assert.match('message' in client.state ? client.state.message : '', /code 7.*too often/);
    assert.equal(await ask('a'), 'engine-failed');
    client.restart({ ...engineOptions, threads: 4 });
    assert.equal(workers.length, 4);
    assert.equal(worker().last('load').input.threads, 4);
    worker().emit('exit', 7);
    assert.equal(client.state.kind, 'restarting');
  });

  it('stays in its home when it is loaded anew, and tries a lost one again when it is restarted', async () => {
    const { client, worker, problems } = start();
    await worker().load();
    worker().say('handOver', 'its tab was closed');
    await worker().load();
    client.reload({ ...engineOptions, modelFolder: 'trained' });
    assert.equal(worker().last('load').input.modelFolder, 'trained');
    client.restart();
    assert.equal(worker().last('load').input.modelFolder, 'trained');
    assert.deepEqual(problems, [undefined, 'its tab was closed', 'its tab was closed', undefined]);
  });

  it('does not retry a model that cannot be loaded, and says why', async () => {
    const { client, worker, workers, ask } = start();
    const waiting = ask('a');
    await worker().fail('load', 'config.json: not JSON');
    assert.equal(await waiting, 'engine-failed');
    assert.deepEqual(client.state, { kind: 'failed', message: 'config.json: not JSON' });
    await sleep(5);
    assert.equal(workers.length, 1);
    assert(worker().terminated);
  });

  it('goes on after a request that failed', async () => {
    const { client, worker, logger, ask } = start();
    await worker().load();
    const answer = ask('a');
    await sleep(0);
    await worker().fail('complete', 'no memory');
    assert.equal(await answer, 'engine-failed');
    assert.equal(client.state.kind, 'ready');
    assert.deepEqual(logger.lines, ['error: engine: no memory']);
  });

  for (const cancelled of [false, true]) {
    it(`takes silence for a hang${cancelled ? ', also of a cancelled request' : ''}`, async () => {
      const { worker, workers, ask, nextWorker } = start({ requestTimeoutMs: 10 });
      await worker().load();
      const source = new CancellationSource();
      const answer = ask('a', source.token);
      await sleep(0);
      if (cancelled) source.cancel();
      assert.equal(await answer, cancelled ? 'cancelled' : 'engine-failed');
      await nextWorker(2);
      assert(workers[0]?.terminated);
    });
  }

  it('takes silence for a hang however much is asked meanwhile', async () => {
    const { worker, ask, nextWorker } = start({ requestTimeoutMs: 30 });
    await worker().load();
    const asking = setInterval(() => void ask('a'), 5);
    await nextWorker(2);
    clearInterval(asking);
  });

  it('does not take idleness for a hang', async () => {
    const { worker, workers, ask } = start({ requestTimeoutMs: 5, loadTimeoutMs: 5 });
    await worker().load();
    const answer = ask('a');
    await sleep(0);
    await worker().answer('b');
    await answer;
    await sleep(15);
    assert.equal(workers.length, 1);
  });

  it('restarts a worker that never finishes loading', async () => {
    const { nextWorker, logger } = start({ loadTimeoutMs: 5 });
    await nextWorker(2);
    assert.match(logger.lines.join(), /did not answer/);
  });

  it('restarts a worker that sends malformed messages', async () => {
    const { worker, ask, logger, nextWorker } = start();
    await worker().load();
    const answer = ask('a');
    await sleep(0);
    worker().emit('message', { api: 'engine', kind: 'answer', id: 'one' });
    assert.equal(await answer, 'engine-failed');
    assert.match(logger.lines.join(), /malformed: id/);
    await nextWorker(2);
  });

  it('ignores what an abandoned worker still says', async () => {
    const { client, workers, worker } = start();
    client.restart();
    assert(workers[0]?.terminated);
    await workers[0].load();
    assert.equal(client.state.kind, 'loading');
    await worker().load();
    await sleep(1);
    assert.equal(client.state.kind, 'ready');
  });

  it('treats a worker that cannot be started as dead', async () => {
    const logger = recordingLogger();
    const client = new EngineClient({
      startWorker() {
        throw new Error('no such file');
      },
      options: engineOptions,
      files: noEditorFiles,
      logger,
      limits,
    });
    clients.push(client);
    while (client.state.kind !== 'failed') await sleep(1);
    assert.match(client.state.message, /no such file/);
  });

  it('prefetches only when ready, and logs what the engine logs', async () => {
    const { client, worker, logger } = start();
    client.prefetch(requestFor('a'));
    await worker().load();
    client.prefetch(requestFor('b'));
    const kinds = worker().received.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['load', 'prefetch']);
    worker().say('log', { level: 'info', message: 'hello' });
    assert.deepEqual(logger.lines, ['info: engine: hello']);
  });

  it('ends the thread when stopped, until restart()', async () => {
    const { client, worker, workers, ask } = start();
    const waiting = ask('a');
    client.stop();
    assert(worker().terminated);
    assert.equal(await waiting, 'engine-not-ready');
    assert.equal(await ask('b'), 'engine-not-ready');
    assert.equal(client.state.kind, 'stopped');
    client.restart();
    assert.equal(workers.length, 2);
    assert.deepEqual(worker().last('load').input, engineOptions);
  });

  it('starts nothing without options', () => {
    const startWorker = () => assert.fail('started');
    const client = new EngineClient({
      startWorker,
      options: undefined,
      files: noEditorFiles,
      logger: recordingLogger(),
    });
    clients.push(client);
    client.restart();
    assert.equal(client.state.kind, 'stopped');
  });

  it('answers everything and ends the thread when disposed', async () => {
    const waiting = start();
    const asked = start();
    await asked.worker().load();
    const answers = [waiting.ask('a'), asked.ask('b')];
    await sleep(0);
    await Promise.all([waiting.client.shutDown(), asked.client.shutDown()]);
    assert.deepEqual(await Promise.all(answers), ['cancelled', 'cancelled']);
    assert.equal(await asked.ask('c'), 'engine-not-ready');
    assert(waiting.worker().terminated && asked.worker().terminated);
    asked.client.restart();
    assert.equal(asked.workers.length, 1);
  });
});
