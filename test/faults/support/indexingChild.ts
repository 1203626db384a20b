// Keeps the memory of a folder: restores it, says what is wrong with it, then changes one file after another, and saves
// after each, until it is killed.

import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seededRandom } from '../../../src/base/random.ts';
import { nodeFolder } from '../../../src/corpus/nodeFolder.ts';
import { mendFolder, nodeFiles } from '../../../src/worker/platform/nodeStorage.ts';
import { storeFile } from '../../../src/worker/storage/storeFile.ts';
import { IndexerBench } from '../../worker/support/indexerBench.ts';
import { say, told, toldFiles } from './childVoice.ts';

const folder = told('FOLDER');
const place = told('STORE');
const random = seededRandom(Number(told('SEED')));
let saved = (): void => undefined;

await mendFolder(dirname(place));
const store = storeFile(toldFiles, place);
const { done, known, indexer, logger } = new IndexerBench().start(
  [{ prefix: '', tree: nodeFolder(folder), rules: {} }],
  {
    store: {
      ...store,
      async save(bytes) {
        await store.save(bytes);
        saved();
      },
    },
    limits: { saveAfterMs: 1, saveEveryMs: 1 },
  },
);
const { filesRead } = await done();
say({
  kind: 'restored',
  filesRead,
  files: Object.keys(known()).length,
  left: (await nodeFiles.list(dirname(place))).map(({ name }) => name),
  problems: logger.lines.filter(line => /^(warn|error)/.test(line)),
});
const names = readdirSync(folder);
for (let round = 0; ; round++) {
  const save = new Promise<void>(resolve => (saved = resolve));
  const name = names[Math.floor(random() * names.length)] ?? '';
  say({ kind: 'changing', name });
  // In one step, as editors do.
  writeFileSync(
    `${folder}.draft`,
    `export const value${round} = ${Math.floor(random() * 1e9)};\n`.repeat(20),
  );
  renameSync(`${folder}.draft`, join(folder, name));
  indexer.changed([name]);
  await save;
  say({ kind: 'saved', name });
}
