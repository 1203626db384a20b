// The lock of a folder of trainings: who lives keeps it whatever the clock says, who died does not keep others waiting,
// and nothing is left where it cannot be taken.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeLocks } from '../../src/worker/platform/nodeLocks.ts';
import { fateOf, markOf, markText, ownMark, parseMark } from '../../src/worker/platform/nodeProcess.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import { TrainingFolder, TrainingLockedError } from '../../src/worker/storage/trainingFolder.ts';

const times = { touchMs: 8, freshMs: 60_000, watchMs: 80 };

describe('the lock of a folder of trainings', () => {
  let folder: TrainingFolder;
  let lockPlace: string;

  beforeEach(() => {
    const storage = { files: nodeFiles, locks: nodeLocks(times) };
    folder = new TrainingFolder(mkdtempSync(join(tmpdir(), 'tinymemory-lock-')), storage);
    lockPlace = join(folder.path, 'lock');
  });
  afterEach(() => {
    rmSync(folder.path, { recursive: true });
  });

  /** A lock that this holder left; gives its file. */
  const leave = async (holder: { pid?: number; start?: string; machine?: string }): Promise<string> => {
    mkdirSync(lockPlace);
    const file = join(lockPlace, `${markText({ ...(await ownMark()), ...holder })}~0123456789abcdef`);
    writeFileSync(file, '');
    return file;
  };
  const age = (file: string, byMs: number): void => {
    const then = new Date(Date.now() - byMs);
    utimesSync(file, then, then);
  };
  /** No process has it: Linux, macOS and Windows count lower. */
  const deadPid = 2 ** 30;
  const parent = () => markOf(process.ppid);

  it('is kept while its process lives, however old its file seems', async () => {
    const file = await leave(await parent());
    for (const byMs of [0, 3_600_000, -3_600_000]) {
      age(file, byMs);
      if (process.platform === 'linux') {
        assert.equal(await folder.isLocked(), true);
        await assert.rejects(folder.lock(), TrainingLockedError);
      }
    }
    assert.ok(existsSync(file));
  });

  it('is taken over from a process that died, at once, and from a later one of its number', async () => {
    await leave({ pid: deadPid });
    assert.equal(await folder.isLocked(), false);
    const lock = await folder.lock();
    assert.equal(readdirSync(lockPlace).length, 1);
    await lock.release();
    assert.deepEqual(readdirSync(folder.path), []);
    if (process.platform !== 'linux') return;
    await leave({ pid: process.ppid, start: '01234567-1' });
    await (await folder.lock()).release();
  });

  it('is held once by a process, and taken over from a thread of it that ended', async () => {
    const lock = await folder.lock();
    await assert.rejects(folder.lock(), TrainingLockedError);
    assert.equal(await folder.isLocked(), false, 'nobody else holds it');
    await lock.release();
    // Each thread loads the module anew.
    const ofOtherThread = nodeLocks(times);
    assert.ok(await ofOtherThread.acquire(lockPlace));
    await (await folder.lock()).release();
  });

  it('of another machine counts while its holder touches it, whatever that clock says', async () => {
    const file = await leave({ machine: 'elsewhere' });
    await assert.rejects(folder.lock(), /trains this workspace already/);
    for (const byMs of [3_600_000, -3_600_000]) {
      age(file, byMs);
      const touching = setInterval(() => {
        age(file, byMs + Math.random() * 1000);
      }, 1);
      assert.equal(await folder.isLocked(), true);
      await assert.rejects(folder.lock(), TrainingLockedError);
      clearInterval(touching);
    }
    age(file, 3_600_000);
    assert.equal(await folder.isLocked(), false);
    await (await folder.lock()).release();
  });

  it('is touched by its holder', async () => {
    const lock = await folder.lock();
    const [name = ''] = readdirSync(lockPlace);
    age(join(lockPlace, name), 3_600_000);
    while (statSync(join(lockPlace, name)).mtimeMs < Date.now() - 1_800_000) await sleep(1);
    await lock.release();
  });

  it('is left alone by who lost it, and who lost it is told', async () => {
    const lost = await folder.lock();
    assert.equal(await lost.isHeld(), true);
    rmSync(lockPlace, { recursive: true });
    const file = await leave(await parent());
    assert.equal(await lost.isHeld(), false);
    await lost.release();
    assert.ok(existsSync(file));
  });

  it('takes the place of a file, of an empty folder, and of what is no holder', async () => {
    for (const lay of [
      () => {
        writeFileSync(lockPlace, '1 token host');
      },
      () => {
        mkdirSync(lockPlace);
      },
      () => {
        mkdirSync(join(lockPlace, 'x/y'), { recursive: true });
      },
    ]) {
      lay();
      assert.equal(await folder.isLocked(), false);
      const lock = await folder.lock();
      assert.equal(await lock.isHeld(), true);
      await lock.release();
      assert.deepEqual(readdirSync(folder.path), []);
    }
  });

  it('sweeps away what a process left that died while it tried', async () => {
    const left = `${markText({ ...(await ownMark()), pid: deadPid })}~aa`;
    mkdirSync(join(folder.path, `lock.${left}.tmp`));
    writeFileSync(join(folder.path, `lock.${left}.tmp`, left), '');
    const lock = await folder.lock();
    assert.deepEqual(readdirSync(folder.path), ['lock']);
    await lock.release();
  });
});

describe('marks of processes', () => {
  it('tell this process, one that lives, one that died, and those of other machines', async () => {
    const mark = await ownMark();
    assert.deepEqual(parseMark(markText(mark)), mark);
    assert.deepEqual(parseMark(`${markText(mark)}~more`), mark);
    for (const text of ['', 'x', '1', '1~2', '~~host', '1~a/b~host', '1~~../x']) {
      assert.equal(parseMark(text), undefined, text);
    }
    assert.equal(await fateOf(mark), 'this');
    assert.equal(await fateOf({ ...mark, pid: 2 ** 30 }), 'dead');
    assert.equal(await fateOf({ ...mark, machine: 'elsewhere' }), 'unknown');
    assert.equal(await fateOf({ ...mark, pid: process.ppid, start: '' }), 'unknown');
  });
});
