// What a session stores is its owner's alone while it is stored, not only after the next start: the folder of storage is
// walked after each thing that a real engine and a training write there.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { connect } from '../../src/base/requests/connect.ts';
import { serve } from '../../src/base/requests/serve.ts';
import { onlyOn } from '../../src/runtime/deviceLadder.ts';
import { nodeFiles, nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import { engineApi, engineEvents } from '../../src/worker/protocol/engineApi.ts';
import type { MemoryState } from '../../src/worker/protocol/memoryState.ts';
import { storeFile } from '../../src/worker/storage/storeFile.ts';
import { TrainingFolder } from '../../src/worker/storage/trainingFolder.ts';
import { trainOnWorkspace } from '../../src/worker/training/trainingJob.ts';
import { requestOf, sampleFiles } from '../chat/support/sampleSources.ts';
import { bundledFolder, wasmRuntime } from '../support/engine.ts';
import { orchard } from '../worker/support/orchard.ts';
import { MemoryFiles } from '../worker/support/memoryFiles.ts';
import { portedEngine } from '../worker/support/portedEngine.ts';

describe('the rights to what a session stores', function () {
  this.timeout(240_000);
  let folder: string;
  let umask: number;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-rights-'));
    // The most permissive one: what is narrow then is narrow everywhere.
    umask = process.umask(0);
  });
  after(() => {
    process.umask(umask);
    rmSync(folder, { recursive: true });
  });

  /** Asserts of all that is stored that only its owner may use it; gives the files. */
  const walk = (after: string): readonly string[] => {
    const files: string[] = [];
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const stat = statSync(join(folder, name));
      const rights = (stat.mode & 0o777).toString(8);
      if (process.platform !== 'win32')
        assert.equal(rights, stat.isDirectory() ? '700' : '600', `${name} after ${after}`);
      if (stat.isFile()) files.push(name.replaceAll('\\', '/'));
    }
    return files.sort();
  };

  it('are their owner’s alone after it indexed and answered', async () => {
    const { port } = portedEngine(new MemoryFiles(sampleFiles));
    const { calls } = connect(engineApi, port);
    const isRemembered = new Promise<void>(resolve => {
      const memory = ({ kind }: MemoryState): void => {
        if (kind === 'ready') resolve();
      };
      serve(engineEvents, port, { memory, deviceChanged: () => undefined }, fault => assert.fail(fault));
    });
    await calls.load({ modelFolder: bundledFolder, trainings: null, runtimeFolder: '', threads: 1 });
    const workspace = {
      folders: [{ prefix: '', uri: 'memfs:/folder', diskPath: null, excludes: [] }],
      capBytes: 1e6,
      storeFile: join(folder, 'storage/memory.bin'),
      storeKey: 'key',
    };
    calls.openWorkspace(workspace);
    await isRemembered;
    walk('it was indexed');
    const kinds: string[] = [];
    for await (const { kind } of calls.ask({ request: requestOf('What is a basket?') })) kinds.push(kind);
    assert.equal(kinds.at(-1), 'done');
    walk('it answered');
    await calls.prepareToEnd();
    assert.deepEqual(walk('it was saved'), ['storage/memory.bin', 'storage/memory.bin-chat']);
    // What is damaged is set aside by the next.
    writeFileSync(workspace.storeFile, 'damaged');
    await storeFile(nodeFiles, workspace.storeFile).setAside();
    assert.ok(walk('it was set aside').includes('storage/memory.bin.damaged'));
  });

  it('are their owner’s alone while it trains, and after', async () => {
    const output = new TrainingFolder(join(folder, 'storage/trainings'), nodeStorage);
    const seen = new Set<string>();
    const look = (after: string): void => {
      for (const name of walk(after)) seen.add(name.replace('storage/trainings/', ''));
    };
    const report = await trainOnWorkspace({
      folders: [{ prefix: '', tree: orchard(30), rules: {} }],
      modelFolder: bundledFolder,
      options: {
        mode: { kind: 'scratch', size: '0.1M', tokenizer: 'own' },
        minutes: 1,
        steps: 1,
        seed: 0,
      },
      output,
      devices: onlyOn(wasmRuntime()),
      logger: silentLogger,
      judgedTokens: 100,
      keepsWorse: true,
      cancellation: neverCancelled,
      mayGoOn: () => Promise.resolve(true),
      onPhase: look,
      onProgress: () => undefined,
    });
    await output.setActive(report.id);
    look('it was put into use');
    for (const name of [
      'active.json',
      'checkpoint.safetensors',
      'unfinished.json',
      `${report.id}/model/checksums.json`,
      `${report.id}/model/model.safetensors`,
      `${report.id}/training.json`,
    ])
      assert.ok(seen.has(name), `${name} is not among ${[...seen].join()}`);
    assert.ok(
      [...seen].some(name => name.startsWith('lock/')),
      'no lock was seen',
    );
    await output.setModelAside();
    assert.ok(walk('it was set aside').some(name => name.includes('/model.damaged/')));
  });
});
