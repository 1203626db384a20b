// A lock between processes: a file made exclusively, with the owner's process id in it. A lock whose owner is no
// longer alive is taken over, so that a killed install never blocks the next one.

import { rmSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { onProcessEnd } from './childProcesses.ts';

/** Runs `work` while holding the lock file `path`; waits, as long as it takes, for a living owner. */
export async function withFileLock<T>(
  path: string,
  say: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  let waited = false;
  while (!(await tryLock(path))) {
    if (!waited) say(`waiting for another process that holds ${path}`);
    waited = true;
    await sleep(500);
  }
  const release = onProcessEnd(() => {
    rmSync(path, { force: true });
  });
  try {
    return await work();
  } finally {
    release.dispose();
  }
}

async function tryLock(path: string): Promise<boolean> {
  // Linked into place with its content: nobody ever reads a lock without an owner.
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  const owner = await readOwner(path);
  if (owner === undefined || isAlive(owner)) return false;
  // Only one process wins the rename; the file is looked at again, for it may be a newer lock by now.
  const taken = `${path}.stale-${process.pid}`;
  try {
    await rename(path, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  if (Object.is(await readOwner(taken), owner)) await rm(taken, { force: true });
  else await rename(taken, path);
  return false;
}

/** The owner's process id, NaN when the content is none; undefined when the file is gone. */
async function readOwner(path: string): Promise<number | undefined> {
  try {
    return Number(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
