// Writes models as a training does, puts each into use, exports it and reads the export as an import does, over and over,
// until it is killed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportModel } from '../../../src/editor/training/trainingExport.ts';
import { readModelFolder } from '../../../src/model/modelFolder.ts';
import { mendFolder, nodeStorage } from '../../../src/worker/platform/nodeStorage.ts';
import { TrainingFolder } from '../../../src/worker/storage/trainingFolder.ts';
import { bundledFolder } from '../../support/engine.ts';
import { say, told, toldFiles } from './childVoice.ts';

const place = told('TRAININGS');
const files = new Map(
  readdirSync(bundledFolder).map(name => [name, new Uint8Array(readFileSync(join(bundledFolder, name)))]),
);

await mendFolder(place);
const trainings = new TrainingFolder(place, { ...nodeStorage, files: toldFiles });
await trainings.cleanUp();
say({ kind: 'found', active: (await trainings.activeModelFolder()) ?? null });
for (;;) {
  const id = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  await trainings.writeModel(id, files);
  await trainings.setActive(id);
  say({ kind: 'active', folder: trainings.modelFolder(id) });
  const exported = await exportModel(
    toldFiles,
    trainings.modelFolder(id),
    undefined,
    told('EXPORTS'),
    'model',
  );
  await readModelFolder(exported, toldFiles);
  say({ kind: 'exported', folder: exported });
}
