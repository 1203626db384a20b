// A whole training of a tiny model from the files to the decision: what it reports and leaves behind, that it goes on
// from its checkpoint as if never interrupted, and that nothing that goes wrong on the way is fatal or loses anything.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationError, CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import { LockLostError } from '../../src/base/files.ts';
import { readModelFolder } from '../../src/model/modelFolder.ts';
import { nodeFileReader } from '../../src/model/nodeFiles.ts';
import type { HeldTensors } from '../../src/runtime/session.ts';
import { DeviceLadder, onlyOn } from '../../src/runtime/deviceLadder.ts';
import { DeviceError } from '../../src/runtime/session.ts';
import type { TrainingProgress } from '../../src/train/progress.ts';
import { loadEngine } from '../../src/worker/engine/loadEngine.ts';
import { markOf, markText } from '../../src/worker/platform/nodeProcess.ts';
import { nodeFiles, nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import { TrainingFolder } from '../../src/worker/storage/trainingFolder.ts';
import type { TrainingJob } from '../../src/worker/training/trainingJob.ts';
import { trainOnWorkspace } from '../../src/worker/training/trainingJob.ts';
import { defaultLora } from '../../src/worker/protocol/trainingOptions.ts';
import { bundledFolder, wasmRuntime } from '../support/engine.ts';
import { recordingLogger } from './support/fakeWorker.ts';
import type { MemoryFiles } from './support/memoryFiles.ts';
import { orchard } from './support/orchard.ts';

const runtime = wasmRuntime();
const tiny = { kind: 'scratch', size: '0.1M', tokenizer: 'own' } as const;
const oneStep = { mode: tiny, minutes: 1, steps: 1, seed: 0 };

describe('a training', function () {
  this.timeout(300_000);
  let place: string;
  let output: TrainingFolder;
  const logger = recordingLogger();

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'training-'));
    output = new TrainingFolder(place, nodeStorage);
  });

  afterEach(() => rm(place, { recursive: true, force: true }));

  const job = (change: Partial<TrainingJob> = {}, files: MemoryFiles = orchard(30)): TrainingJob => ({
    folders: [{ prefix: '', tree: files, rules: {} }],
    modelFolder: bundledFolder,
    options: { mode: tiny, minutes: 1, steps: 24, seed: 0 },
    output,
    devices: onlyOn(runtime),
    logger,
    judgedTokens: 400,
    cancellation: neverCancelled,
    mayGoOn: () => Promise.resolve(true),
    onPhase: () => undefined,
    onProgress: () => undefined,
    ...change,
  });

  it('reports what it learnt and what that is worth, and leaves a model that others can read', async () => {
    const seen: TrainingProgress[] = [];
    const report = await trainOnWorkspace(
      job({ onProgress: progress => seen.push(progress), keepsWorse: true }),
    );
    assert.equal(report.end, 'finished');
    assert.equal(report.progress.step, 24);
    assert.deepEqual(report.files, { training: 24, validation: 3, heldOut: 3 });
    const [first, last] = [report.progress.checks[0], report.progress.checks.at(-1)];
    assert.ok(
      first !== undefined && last !== undefined && last.loss < first.loss - 0.5,
      JSON.stringify([first, last]),
    );
    assert.ok(seen.length >= 24 && seen.at(-1)?.share === 1);
    assert.ok(report.before.bitsPerByte > 0 && report.after.bitsPerByte > 0);
    assert.deepEqual(await output.reports(), [report]);
    assert.equal(await output.unfinished(), undefined);
    assert.ok(readdirSync(output.modelFolder(report.id)).includes('checksums.json'));
    // The tokenizer was learnt on these files: their words are tokens.
    const files = await readModelFolder(output.modelFolder(report.id), nodeFileReader);
    assert.match(JSON.stringify(files.tokenizer), /Basket/);
    const engine = await loadEngine(nodeFiles, output.modelFolder(report.id), onlyOn(runtime));
    assert.equal(engine.report.parameters, report.parameters);
    engine.dispose();
    assert.equal((await output.active())?.id, report.kept ? report.id : undefined);
  });

  it('goes on from its checkpoint with the same losses as if it had never been interrupted', async () => {
    const whole = await trainOnWorkspace(job());
    const other = new TrainingFolder(join(place, 'other'), nodeStorage);
    let asked = 0;
    const crash = {
      mayGoOn: () => (++asked > 15 ? Promise.reject(new Error('killed')) : Promise.resolve(true)),
    };
    await assert.rejects(trainOnWorkspace(job({ output: other, ...crash })), /killed/);
    assert.deepEqual(await other.unfinished(), job().options);
    const phases: string[] = [];
    const rest = await trainOnWorkspace(job({ output: other, onPhase: what => phases.push(what) }));
    assert.ok(phases.includes('going on from step 10'), phases.join());
    assert.deepEqual(rest.progress.losses, whole.progress.losses);
    assert.deepEqual(rest.progress.checks, whole.progress.checks);
    assert.deepEqual(rest.after, whole.after);
  });

  it('goes on from its checkpoint on another device when the first is lost', async () => {
    const whole = await trainOnWorkspace(job());
    let asked = 0;
    let isLost = false;
    const losable = {
      ...runtime,
      device: 'losable',
      async createKeepingSession(model: Uint8Array) {
        const session = await runtime.createSession(model);
        return {
          run: (feeds: HeldTensors) =>
            isLost ? Promise.reject(new DeviceError('it was lost')) : session.run(feeds),
          dispose() {
            session.dispose();
          },
        };
      },
    };
    const phases: string[] = [];
    const reasons: string[] = [];
    const report = await trainOnWorkspace(
      job({
        output: new TrainingFolder(join(place, 'losing'), nodeStorage),
        devices: new DeviceLadder({ runtime: losable, why: 'it is fast' }, ({ message }) => {
          reasons.push(message);
          return Promise.resolve({ runtime, why: 'the other one was lost' });
        }),
        mayGoOn() {
          isLost ||= ++asked > 15;
          return Promise.resolve(true);
        },
        onPhase: what => phases.push(what),
      }),
    );
    assert.deepEqual(reasons, ['it was lost']);
    assert.ok(phases.includes('going on from step 10'), phases.join());
    assert.deepEqual(report.progress.losses, whole.progress.losses);
    assert.deepEqual([report.device, report.after], ['wasm', whole.after]);
  });

  it('adapts the model by LoRA, and exports the adapter beside the merged model', async () => {
    const mode = { ...defaultLora, rank: 2, targets: [...defaultLora.targets] };
    const options = { mode, minutes: 1, steps: 2, seed: 0 };
    const report = await trainOnWorkspace(job({ options, keepsWorse: true }));
    assert.ok(report.trainedParameters < report.parameters / 20);
    const adapter = output.adapterFolder(report.id);
    const config: unknown = JSON.parse(await readFile(join(adapter, 'adapter_config.json'), 'utf8'));
    assert.deepEqual((config as { r: unknown }).r, 2);
    const engine = await loadEngine(nodeFiles, output.modelFolder(report.id), onlyOn(runtime));
    engine.dispose();
  });

  it('is lost without a trace when it is cancelled', async () => {
    const source = new CancellationSource();
    let asked = 0;
    const mayGoOn = () => {
      if (++asked > 12) throw new CancellationError();
      return Promise.resolve(true);
    };
    await assert.rejects(trainOnWorkspace(job({ mayGoOn, cancellation: source.token })), CancellationError);
    assert.deepEqual(await readdir(place), []);
    source.cancel();
    await assert.rejects(trainOnWorkspace(job({ cancellation: source.token })), CancellationError);
  });

  it('is judged with what it has when it is stopped', async () => {
    let asked = 0;
    const report = await trainOnWorkspace(job({ mayGoOn: () => Promise.resolve(++asked <= 5) }));
    assert.equal(report.end, 'stopped');
    assert.equal(report.progress.step, 5);
  });

  it('sets a damaged checkpoint aside and starts anew', async () => {
    await mkdir(place, { recursive: true });
    await writeFile(output.checkpoint.name, 'no checkpoint');
    const report = await trainOnWorkspace(job({ options: oneStep }));
    assert.equal(report.progress.step, 1);
    assert.ok(
      logger.lines.some(line => line.includes('the checkpoint is damaged')),
      logger.lines.join('\n'),
    );
  });

  it('goes on without a checkpoint where the disk is full, and leaves nothing half written', async () => {
    let failed = 0;
    const files = {
      ...nodeFiles,
      write(path: string, bytes: Uint8Array) {
        if (!path.includes('checkpoint')) return nodeFiles.write(path, bytes);
        failed++;
        return Promise.reject(
          Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }),
        );
      },
    };
    const full = new TrainingFolder(place, { ...nodeStorage, files });
    const report = await trainOnWorkspace(job({ output: full, options: oneStep }));
    assert.equal(report.end, 'finished');
    assert.ok(failed > 0);
    assert.ok(logger.lines.some(line => line.includes('goes on without a checkpoint')));
  });

  it('is a failure where the disk is full when its model is written, and can go on from its checkpoint', async () => {
    const files = {
      ...nodeFiles,
      write: (path: string, bytes: Uint8Array) =>
        path.includes('model.safetensors')
          ? Promise.reject(new Error('ENOSPC: no space left on device'))
          : nodeFiles.write(path, bytes),
    };
    const full = new TrainingFolder(place, { ...nodeStorage, files });
    await assert.rejects(trainOnWorkspace(job({ output: full, keepsWorse: true })), /ENOSPC/);
    const [id = '', ...rest] = (await readdir(place)).sort();
    assert.deepEqual(
      [await readdir(join(place, id)), rest],
      [[], ['checkpoint.safetensors', 'unfinished.json']],
    );
    const report = await trainOnWorkspace(job({ keepsWorse: true }));
    assert.ok(await output.hasModel(report.id));
    // Whether it is better, and so in use, depends on the network and the memory of the day.
    const kept = (await readdir(place)).filter(name => name !== 'active.json');
    assert.deepEqual(kept, [report.id]);
  });

  it('writes no model before it is judged, and sweeps away what killed ones left', async () => {
    const left = join(place, '2026-01-01T00-00-00-000Z');
    await nodeFiles.write(join(left, 'model/model.safetensors'), Uint8Array.of(1));
    await output.cleanUp();
    assert.deepEqual(await readdir(place), []);
    await nodeFiles.write(join(left, 'model.x1.tmp/model.safetensors'), Uint8Array.of(1));
    const source = new CancellationSource();
    const seen: string[] = [];
    const cancelled = trainOnWorkspace(
      job({
        cancellation: source.token,
        options: oneStep,
        onPhase(what) {
          if (!what.startsWith('the trained model')) return;
          seen.push(...readdirSync(place));
          source.cancel();
        },
      }),
    );
    await assert.rejects(cancelled, CancellationError);
    assert.ok(seen.includes('lock'), 'it was judged');
    assert.deepEqual(
      seen.filter(name => name !== 'lock' && name !== 'unfinished.json' && !name.startsWith('checkpoint')),
      [],
    );
    assert.deepEqual(await readdir(place), []);
  });

  it('lets what others left alone while they train, and finished ones always', async () => {
    const other = `${markText(await markOf(process.ppid))}~00`;
    await nodeFiles.write(join(place, 'lock', other), new Uint8Array());
    await nodeFiles.write(join(place, 'killed/model/model.safetensors'), Uint8Array.of(1));
    await output.cleanUp();
    await rm(join(place, 'lock'), { recursive: true });
    await output.setActive('active');
    await nodeFiles.write(join(place, 'active/model/model.safetensors'), Uint8Array.of(1));
    await nodeFiles.write(join(place, 'damaged/training.json'), Uint8Array.of(1));
    assert.deepEqual((await readdir(place)).sort(), ['active', 'active.json', 'damaged', 'killed']);
    await output.cleanUp();
    assert.deepEqual((await readdir(place)).sort(), ['active', 'active.json', 'damaged']);
    await new TrainingFolder(join(place, 'none'), nodeStorage).cleanUp();
    assert.equal(await nodeFiles.exists(join(place, 'none')), false);
  });

  it('writes nothing more once another has taken over its lock', async () => {
    let asked = 0;
    const mayGoOn = async () => {
      if (++asked === 5) await rm(join(place, 'lock'), { recursive: true });
      return true;
    };
    await assert.rejects(trainOnWorkspace(job({ mayGoOn })), LockLostError);
    const before = await readFile(output.checkpoint.name);
    assert.ok(before.byteLength > 0);
    assert.deepEqual((await readdir(place)).sort(), ['checkpoint.safetensors', 'unfinished.json']);
  });

  it('says what is too little to learn from', async () => {
    await assert.rejects(trainOnWorkspace(job({}, orchard(0))), /too few files of code/);
    await assert.rejects(trainOnWorkspace(job({}, orchard(5))), /too few files of code to train on/);
    await assert.rejects(trainOnWorkspace(job({}, orchard(10))), /too little code to train on: \d+\.\d KB/);
  });
});
