// The lock of a folder of trainings: who lives keeps it, and who died does not keep others waiting.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeStorage } from '../../src/worker/nodeStorage.ts';
import { TrainingFolder, TrainingLockedError } from '../../src/worker/trainingFolder.ts';

describe('the lock of a folder of trainings', () => {
  let folder: TrainingFolder;

  beforeEach(() => {
    folder = new TrainingFolder(mkdtempSync(join(tmpdir(), 'tinymemory-lock-')), nodeStorage);
  });
  afterEach(() => {
    rmSync(folder.path, { recursive: true });
  });

  const lockFile = () => join(folder.path, 'lock');
  const leave = (pid: number, host = hostname()): void => {
    writeFileSync(lockFile(), `${pid} token ${host}`);
  };
  /** No process has it: Linux, macOS and Windows count lower. */
  const deadPid = 2 ** 30;

  it('is kept while its process lives, and nobody else gets it', async () => {
    leave(process.ppid);
    assert.equal(await folder.isLocked(), true);
    await assert.rejects(folder.lock(), TrainingLockedError);
  });

  it('is taken over from a process that died, at once', async () => {
    leave(deadPid);
    assert.equal(await folder.isLocked(), false);
    await (await folder.lock()).release();
  });

  it("is taken over from a worker of one's own process that died", async () => {
    await folder.lock();
    await (await folder.lock()).release();
    assert.equal(existsSync(lockFile()), false);
  });

  it('of another machine counts until nobody has touched it for a minute', async () => {
    leave(deadPid, 'elsewhere');
    await assert.rejects(folder.lock(), /trains this workspace already/);
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(lockFile(), longAgo, longAgo);
    assert.equal(await folder.isLocked(), false);
    await (await folder.lock()).release();
  });

  it('is left alone by who lost it', async () => {
    const lost = await folder.lock();
    leave(process.ppid);
    await lost.release();
    assert.match(readFileSync(lockFile(), 'utf8'), new RegExp(`^${process.ppid} `));
  });
});
