// A trained model with a changed bit: the engine and a training set it aside, say so once, and use the other model.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationError } from '../../src/base/cancellation.ts';
import { connect } from '../../src/base/requests/connect.ts';
import { engineApi } from '../../src/worker/protocol/engineApi.ts';
import { trainingApi } from '../../src/worker/protocol/trainingApi.ts';
import { nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import { TrainingFolder } from '../../src/worker/storage/trainingFolder.ts';
import { bundledFolder } from '../support/engine.ts';
import { orchard } from './support/orchard.ts';
import { portedEngine } from './support/portedEngine.ts';

const id = 'of-a-test';
const bundledName = 'TinyMemory 6M';

describe('a trained model that is damaged', function () {
  this.timeout(120_000);
  let trainings: TrainingFolder;

  beforeEach(async () => {
    trainings = new TrainingFolder(mkdtempSync(join(tmpdir(), 'tinymemory-damaged-')), nodeStorage);
    const files = new Map(
      readdirSync(bundledFolder).map(name => [name, new Uint8Array(readFileSync(join(bundledFolder, name)))]),
    );
    const manifest = { formatVersion: 1, name: 'Trained', prompt: { header: '// {path}\n' } };
    files.set('tinymemory.json', new TextEncoder().encode(JSON.stringify(manifest)));
    await trainings.writeModel(id, files);
    await trainings.setActive(id);
    writeFileSync(join(trainings.path, id, 'training.json'), 'of a finished training');
  });
  afterEach(() => {
    rmSync(trainings.path, { recursive: true });
  });

  const damage = (): void => {
    const file = join(trainings.modelFolder(id), 'model.safetensors');
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(5_000_000) ^ 0x10, 5_000_000);
    writeFileSync(file, bytes);
  };

  const load = async (): Promise<{ name: string; setAside: readonly string[] }> => {
    const { port, setAside } = portedEngine(orchard(30));
    const options = { modelFolder: bundledFolder, trainings: trainings.path, runtimeFolder: '', threads: 1 };
    const { modelName } = await connect(engineApi, port).calls.load(options);
    return { name: modelName, setAside };
  };

  it('is set aside by the engine, which says so once and loads the other', async () => {
    assert.deepEqual(await load(), { name: 'Trained', setAside: [] });
    damage();
    const { name, setAside } = await load();
    assert.equal(name, bundledName);
    assert.equal(setAside.length, 1);
    assert.match(setAside[0] ?? '', /of-a-test\/model\/model\.safetensors: is damaged\. Use another copy/);
    assert.deepEqual(readdirSync(join(trainings.path, id)).sort(), ['model.damaged', 'training.json']);
    assert.deepEqual(await load(), { name, setAside: [] });
  });

  it('is set aside also where one was set aside before', async () => {
    damage();
    await load();
    await trainings.writeModel(
      id,
      new Map([['config.json', new Uint8Array(readFileSync(`${bundledFolder}/config.json`))]]),
    );
    await trainings.setActive(id);
    writeFileSync(join(trainings.modelFolder(id), 'checksums.json'), '{}');
    assert.equal((await load()).setAside.length, 1);
    assert.deepEqual(readdirSync(join(trainings.path, id, 'model.damaged')).sort(), [
      'checksums.json',
      'config.json',
    ]);
  });

  it('is set aside by a training, which starts from the other', async () => {
    damage();
    const workspace = {
      folders: [{ prefix: '', uri: 'memfs:/folder', diskPath: null, excludes: [] }],
      capBytes: 1e9,
      storeFile: null,
      storeKey: 'key',
    };
    const request = {
      modelFolder: bundledFolder,
      outputFolder: trainings.path,
      runtimeFolder: '',
      threads: 1,
      options: {
        mode: { kind: 'scratch', size: '0.1M', tokenizer: 'own' } as const,
        minutes: 1,
        steps: 100,
        seed: 0,
      },
      pauseOnBattery: false,
      pauseWhenBusy: false,
    };
    const { port, setAside } = portedEngine(orchard(30));
    const { calls } = connect(trainingApi, port);
    let hasProgress = false;
    await assert.rejects(async () => {
      for await (const { kind } of calls.train({ workspace, request })) {
        // Long enough to see that it goes on.
        if (kind === 'progress') calls.control('cancel');
        hasProgress ||= kind === 'progress';
      }
    }, CancellationError);
    assert.ok(hasProgress, 'it does not train');
    assert.equal(setAside.length, 1);
    assert.deepEqual(readdirSync(join(trainings.path, id)).sort(), ['model.damaged', 'training.json']);
    assert.equal(await trainings.activeModelFolder(), undefined);
  });
});
