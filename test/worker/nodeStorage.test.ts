// What is stored on a disk: written in one step and seen by its owner alone, also where an older version let others see it.

import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFolder } from '../../src/base/files.ts';
import { nodeLocks } from '../../src/worker/platform/nodeLocks.ts';
import { markText, ownMark } from '../../src/worker/platform/nodeProcess.ts';
import { mendFolder, nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import { storeFile } from '../../src/worker/storage/storeFile.ts';

const keepsRights = process.platform !== 'win32';

describe('what is stored on a disk', () => {
  let folder: string;
  let umask: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-stored-'));
    // The most permissive one: what is narrow then is narrow everywhere.
    umask = process.umask(0);
  });
  afterEach(() => {
    process.umask(umask);
    rmSync(folder, { recursive: true });
  });

  /** The rights of each file and folder below, by its path. */
  const rights = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .sort()
        .map(name => [name.replaceAll('\\', '/'), (statSync(join(folder, name)).mode & 0o777).toString(8)]),
    );
  const assertRights = (expected: Record<string, string>): void => {
    if (keepsRights) assert.deepEqual(rights(), expected);
    else assert.deepEqual(Object.keys(rights()), Object.keys(expected));
  };

  it('is seen by its owner alone, with the folders above it', async () => {
    const bytes = Uint8Array.of(1);
    const store = storeFile(nodeFiles, join(folder, 'a/b/memory.bin'));
    await store.save(bytes);
    await store.setAside();
    await store.save(bytes);
    await writeFolder(nodeFiles, join(folder, 'a/model'), new Map([['config.json', bytes]]));
    const lock = await nodeLocks().acquire(join(folder, 'c/lock'));
    const [holder = ''] = readdirSync(join(folder, 'c/lock'));
    assertRights({
      a: '700',
      'a/b': '700',
      'a/b/memory.bin': '600',
      'a/b/memory.bin.damaged': '600',
      'a/model': '700',
      'a/model/config.json': '600',
      c: '700',
      'c/lock': '700',
      [`c/lock/${holder}`]: '600',
    });
    await lock?.release();
  });

  it('is mended where others could see it, and nothing behind a link is touched', async () => {
    mkdirSync(join(folder, 'kept/trainings'), { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, 'kept/memory.bin'), 'x', { mode: 0o644 });
    writeFileSync(join(folder, 'kept/trainings/report'), 'x', { mode: 0o400 });
    mkdirSync(join(folder, 'other'), { mode: 0o755 });
    writeFileSync(join(folder, 'other/file'), 'x', { mode: 0o644 });
    if (keepsRights) {
      symlinkSync(join(folder, 'other'), join(folder, 'kept/link'));
      symlinkSync(join(folder, 'other/file'), join(folder, 'kept/trainings/link'));
      symlinkSync(join(folder, 'nothing'), join(folder, 'kept/broken'));
      chmodSync(join(folder, 'kept/trainings'), 0o777);
    }
    for (let again = 0; again < 2; again++) {
      await mendFolder(join(folder, 'kept'));
      if (!keepsRights) continue;
      const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
      assert.deepEqual(
        ['kept', 'kept/memory.bin', 'kept/trainings', 'kept/trainings/report', 'other', 'other/file'].map(
          mode,
        ),
        ['700', '600', '700', '400', '755', '644'],
      );
    }
    await mendFolder(join(folder, 'nothing'));
  });

  it('loses what a process wrote that died, and nothing that one writes that lives', async () => {
    const mark = await ownMark();
    const names = [
      `memory.bin.${markText({ ...mark, pid: 2 ** 30 })}~x1.tmp`,
      `memory.bin.${markText(mark)}~x1.tmp`,
      `memory.bin.${markText({ ...mark, machine: 'elsewhere' })}~x1.tmp`,
      'memory.bin.x1.tmp',
      'memory.bin',
    ];
    for (const name of names) await nodeFiles.write(join(folder, 'a', name), Uint8Array.of(1));
    await mendFolder(folder);
    assert.deepEqual(readdirSync(join(folder, 'a')), names.slice(1).sort());
  });
});
