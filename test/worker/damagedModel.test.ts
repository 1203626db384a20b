// A trained model with a changed bit: the engine and a training set it aside, say so once, and use the other model.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../src/worker/host/engineHost.ts';
import { nodeHome } from '../../src/worker/platform/nodeHome.ts';
import { nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import type { FromWorker, ToWorker } from '../../src/worker/protocol/messages.ts';
import { TrainingFolder } from '../../src/worker/storage/trainingFolder.ts';
import { bundledFolder } from '../support/engine.ts';
import { answerFrom } from './support/memoryFiles.ts';
import { orchard } from './support/orchard.ts';

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

  /** Posts a message to an engine of its own; gives all that it says, up to what it ends with. */
  const converse = (message: ToWorker, last: readonly FromWorker['kind'][]): Promise<readonly FromWorker[]> =>
    new Promise(resolve => {
      const said: FromWorker[] = [];
      const files = orchard(30);
      const receive = startEngine(nodeHome('a test has none'), answer => {
        said.push(answer);
        if (answer.kind === 'treeList' || answer.kind === 'treeStat' || answer.kind === 'treeRead')
          void answerFrom(files, answer).then(receive);
        // Long enough to see that it goes on.
        if (answer.kind === 'trainingProgress') receive({ kind: 'controlTraining', control: 'cancel' });
        if (last.includes(answer.kind)) resolve(said);
      });
      receive(message);
    });
  const load = async (): Promise<{ name: string; setAside: readonly string[] }> => {
    const options = { modelFolder: bundledFolder, trainings: trainings.path, runtimeFolder: '', threads: 1 };
    const said = await converse({ kind: 'load', id: 1, options }, ['loaded', 'failed']);
    const answer = said.at(-1);
    assert.ok(answer?.kind === 'loaded', JSON.stringify(answer));
    const setAside = said.flatMap(each => (each.kind === 'modelSetAside' ? [each.problem] : []));
    return { name: answer.report.modelName, setAside };
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
    const said = await converse({ kind: 'train', workspace, request }, ['trained', 'notTrained']);
    assert.deepEqual(said.at(-1), { kind: 'notTrained', problem: null });
    assert.ok(
      said.some(({ kind }) => kind === 'trainingProgress'),
      'it does not train',
    );
    assert.equal(said.filter(({ kind }) => kind === 'modelSetAside').length, 1);
    assert.deepEqual(readdirSync(join(trainings.path, id)).sort(), ['model.damaged', 'training.json']);
    assert.equal(await trainings.activeModelFolder(), undefined);
  });
});
