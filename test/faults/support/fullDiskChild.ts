// Runs on a small file system of its own, or with files that say that they are full: writes all that is kept on a disk,
// sees each write fail while there is no room, and succeed once there is. Ends with an error where that is not so.

import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Files } from '../../../src/base/files.ts';
import { exportModel } from '../../../src/editor/training/trainingExport.ts';
import { nodeFiles, nodeStorage } from '../../../src/worker/platform/nodeStorage.ts';
import { storeFile } from '../../../src/worker/storage/storeFile.ts';
import { TrainingFolder } from '../../../src/worker/storage/trainingFolder.ts';
import { IndexerBench } from '../../worker/support/indexerBench.ts';
import { MemoryFiles } from '../../worker/support/memoryFiles.ts';
import { told } from './childVoice.ts';

const disk = told('DISK');
const ballast = join(disk, 'ballast');
const old = new Uint8Array(1_000).fill(1);
const fresh = new Uint8Array(100_000).fill(2);

const isMounted = told('MOUNTED') === 'yes';
let isFull = false;
const files: Files = isMounted
  ? nodeFiles
  : {
      ...nodeFiles,
      write: (place, bytes) =>
        isFull && bytes.byteLength > 0
          ? Promise.reject(new Error(`${place}: ENOSPC: no space left on device, write`))
          : nodeFiles.write(place, bytes),
    };

/** Takes all the room that is left. */
function fill(): void {
  isFull = true;
  for (let size = 2 ** 20; isMounted && size >= 1; size = Math.floor(size / 2)) {
    for (let fits = true; fits;) {
      try {
        appendFileSync(ballast, new Uint8Array(size));
      } catch (error) {
        assert.match(String(error), /ENOSPC/);
        fits = false;
      }
    }
  }
}

function free(): void {
  isFull = false;
  rmSync(ballast, { force: true });
}

function listed(): readonly string[] {
  const names = readdirSync(disk, { recursive: true, encoding: 'utf8' });
  return names.filter(name => name !== 'ballast').sort();
}

const trainings = new TrainingFolder(join(disk, 'trainings'), { ...nodeStorage, files });
const model = (bytes: Uint8Array) => new Map([['model.safetensors', bytes]]);
const options = { mode: { kind: 'full' }, minutes: 2, seed: 0 } as const;

/** What is kept: how it is written, and where it lies. */
const kept: readonly [string, string, (bytes: Uint8Array) => Promise<unknown>][] = [
  ['memory', 'memory.bin', bytes => storeFile(files, join(disk, 'memory.bin')).save(bytes)],
  [
    'the index of chat',
    'memory.bin-chat',
    bytes => storeFile(files, join(disk, 'memory.bin-chat')).save(bytes),
  ],
  ['a checkpoint', 'trainings/checkpoint.safetensors', bytes => trainings.checkpoint.save(bytes)],
  [
    'a model',
    'trainings/first/model/model.safetensors',
    bytes => trainings.writeModel('first', model(bytes)),
  ],
];

async function replaceKept(): Promise<void> {
  for (const [what, file, write] of kept) {
    await write(old);
    const before = listed();
    fill();
    await assert.rejects(write(fresh), (error: unknown) => {
      assert.match(String(error), /ENOSPC/, what);
      assert.match(
        String(error),
        new RegExp(file.split('/').pop() ?? ''),
        `${what}: the error does not name it`,
      );
      return true;
    });
    assert.deepEqual(readFileSync(join(disk, file)), Buffer.from(old), `${what}: the old one is gone`);
    assert.deepEqual(listed(), before, `${what}: something is left`);
    free();
    await write(fresh);
    assert.deepEqual(readFileSync(join(disk, file)), Buffer.from(fresh), `${what}: there was room again`);
  }
}

async function replaceRecords(): Promise<void> {
  await trainings.setActive('first');
  await trainings.begin(options);
  const before = listed();
  fill();
  await assert.rejects(trainings.setActive('second'), /active\.json: ENOSPC/);
  await assert.rejects(trainings.begin({ ...options, minutes: 3 }), /unfinished\.json: ENOSPC/);
  await assert.rejects(trainings.writeModel('second', model(fresh)), /ENOSPC/);
  await assert.rejects(
    exportModel(files, trainings.modelFolder('first'), undefined, disk, 'export'),
    /ENOSPC/,
  );
  assert.equal(await trainings.activeModelFolder(), trainings.modelFolder('first'));
  assert.deepEqual(await trainings.unfinished(), options);
  // Folders take no room here, and an empty one is nothing that is accepted.
  assert.deepEqual(
    listed().filter(name => name !== 'trainings/second'),
    before,
  );
  free();
  await trainings.setActive('second');
  await trainings.end();
}

/** A lock is an empty file: it is taken or refused, and never left behind. */
async function lock(): Promise<void> {
  fill();
  for (let round = 0; round < 3; round++) {
    const taken = await trainings.lock().catch((error: unknown) => {
      assert.match(String(error), /ENOSPC/);
      return undefined;
    });
    await taken?.release();
    assert.ok(!listed().some(name => /(^|\/)lock/.test(name)), listed().join());
  }
  free();
  await (await trainings.lock()).release();
}

/** Saves by itself when there is room again, without another change. */
async function saveMemory(): Promise<void> {
  const place = join(disk, 'indexed.bin');
  const store = storeFile(files, place);
  fill();
  const { done, logger, indexer } = new IndexerBench().start(
    new MemoryFiles({ 'a.ts': 'let a = 1;\n'.repeat(2_000) }),
    {
      store,
      limits: { saveAfterMs: 5, saveEveryMs: 5 },
    },
  );
  await done();
  while (!logger.lines.some(line => line.includes(`${place} cannot be written`) && line.includes('ENOSPC')))
    await sleep(5);
  assert.equal((await done()).isKept, false);
  free();
  while (!(await done()).isKept) await sleep(5);
  assert.ok(readFileSync(place).byteLength > 0);
  await indexer.stop(false);
}

await replaceKept();
await replaceRecords();
if (isMounted) await lock();
await saveMemory();
console.log('all was kept');
