// Trains a tiny model from scratch, or goes on with a training that was killed, to the end.

import { neverCancelled } from '../../../src/base/cancellation.ts';
import { onlyOn } from '../../../src/runtime/deviceLadder.ts';
import { createNodeWasmRuntime } from '../../../src/runtime/nodeWasm.ts';
import { mendFolder, nodeStorage } from '../../../src/worker/platform/nodeStorage.ts';
import { TrainingFolder } from '../../../src/worker/storage/trainingFolder.ts';
import { trainOnWorkspace } from '../../../src/worker/training/trainingJob.ts';
import { bundledFolder } from '../../support/engine.ts';
import { recordingLogger } from '../../worker/support/fakeWorker.ts';
import { orchard } from '../../worker/support/orchard.ts';
import { say, told, toldFiles } from './childVoice.ts';

const place = told('OUTPUT');
const logger = recordingLogger();

await mendFolder(place);
const output = new TrainingFolder(place, { ...nodeStorage, files: toldFiles });
await output.cleanUp();
const report = await trainOnWorkspace({
  folders: [{ prefix: '', tree: orchard(30), rules: {} }],
  modelFolder: bundledFolder,
  options: {
    mode: { kind: 'scratch', size: '0.1M', tokenizer: 'own' },
    minutes: 1,
    steps: Number(told('STEPS')),
    seed: 0,
  },
  output,
  devices: onlyOn(createNodeWasmRuntime({ folder: undefined, threads: 1 })),
  logger,
  judgedTokens: 200,
  keepsWorse: true,
  cancellation: neverCancelled,
  mayGoOn: () => Promise.resolve(true),
  onPhase: what => {
    say({ kind: 'phase', what });
  },
  onProgress: ({ step }) => {
    say({ kind: 'step', step });
  },
});
say({
  kind: 'trained',
  id: report.id,
  losses: report.progress.losses,
  problems: logger.lines.filter(line => /^(warn|error)/.test(line)),
});
