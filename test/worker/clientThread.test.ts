// The client against real worker threads that die, throw and hang in the middle of a request.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { EngineClient } from '../../src/worker/client/client.ts';
import type { EngineWorker } from '../../src/worker/client/engineWorker.ts';
import { engineThread } from '../../src/worker/client/engineThread.ts';
import { noEditorFiles } from '../../src/worker/client/serveEditor.ts';
import { engineOptions, recordingLogger, requestFor } from './support/fakeWorker.ts';

const enginePath = fileURLToPath(new URL('support/fakeEngine.mjs', import.meta.url));

describe('EngineClient with a real thread', () => {
  async function withClient(
    options: { requestTimeoutMs?: number; modelFolder?: string; path?: string },
    use: (
      ask: (prefix: string) => Promise<string | undefined>,
      client: EngineClient,
      log: string[],
    ) => Promise<void>,
  ): Promise<void> {
    const logger = recordingLogger();
    const startThread = engineThread(options.path ?? enginePath, logger);
    const started: EngineWorker[] = [];
    const client = new EngineClient({
      startWorker(wish) {
        const worker = startThread(wish);
        started.push(worker);
        return worker;
      },
      options: { ...engineOptions, modelFolder: options.modelFolder ?? 'models' },
      files: noEditorFiles,
      logger,
      limits: {
        requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
        restarts: { delaysMs: [10, 10], windowMs: 60_000 },
      },
    });
    const ask = async (prefix: string) => {
      const result = await client.complete(requestFor(prefix), neverCancelled);
      return result.kind === 'none' ? result.reason : result.items[0]?.text;
    };
    try {
      await use(ask, client, logger.lines);
    } finally {
      await client.shutDown();
    }
    for (const worker of started) {
      assert(worker instanceof Worker);
      assert.equal(worker.threadId, -1, 'a thread outlived its client');
    }
  }

  for (const misfortune of ['exit', 'throw']) {
    it(`survives a thread that dies by ${misfortune} during a request`, async () => {
      await withClient({}, async ask => {
        assert.equal(await ask('a'), 'a!');
        assert.equal(await ask(misfortune), 'engine-failed');
        assert.equal(await ask('b'), 'b!');
      });
    });
  }

  it('ends and replaces a thread that hangs', async () => {
    await withClient({ requestTimeoutMs: 300 }, async ask => {
      assert.equal(await ask('a'), 'a!');
      assert.equal(await ask('hang'), 'engine-failed');
      assert.equal(await ask('b'), 'b!');
    });
  });

  it('says what the engine says of a model that cannot be loaded', async () => {
    await withClient({ modelFolder: 'missing' }, async (ask, client) => {
      assert.equal(await ask('a'), 'engine-failed');
      assert.deepEqual(client.state, { kind: 'failed', message: 'no model in missing' });
    });
  });

  it('fails with the path when there is no engine', async () => {
    await withClient({ path: `${enginePath}.missing` }, async (ask, client) => {
      assert.equal(await ask('a'), 'engine-failed');
      assert.match('message' in client.state ? client.state.message : '', /fakeEngine\.mjs\.missing/);
    });
  });

  it('logs what the thread prints', async () => {
    await withClient({}, async (ask, _client, log) => {
      await ask('print');
      for (let turn = 0; turn < 100 && !log.join().includes('a line'); turn++) {
        await new Promise(resolve => setTimeout(resolve, 10));
      }
      assert.match(log.join(), /warn: engine printed: a line on standard error/);
    });
  });
});
