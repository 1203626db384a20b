// Files and locks of a machine's disk, by their paths. A lock is a file that says who holds it, and that its holder
// touches: one that was left by a process that died is taken over at once where it can be told, else after a while.

import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Files, Locks, Storage } from '../base/files.ts';
import { nodeFileReader } from '../model/nodeFiles.ts';

/** A lock that nobody has touched for so long was left by a process that died, on whatever machine. */
const staleLockMs = 60_000;
const touchLockMs = 10_000;

export const nodeFiles: Files = {
  ...nodeFileReader,
  async write(path, bytes) {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
    try {
      await writeFile(temporary, bytes, { flush: true });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries.map(entry => ({ name: entry.name, isFile: entry.isFile() }));
  },
  exists: path =>
    stat(path).then(
      () => true,
      () => false,
    ),
  rename,
  remove: path => rm(path, { recursive: true, force: true }),
};

/** A process holds a lock once at a time: one of its own was left by a worker that died. */
export const nodeLocks: Locks = {
  async acquire(path) {
    await mkdir(dirname(path), { recursive: true });
    const mine = `${process.pid} ${Math.random().toString(36).slice(2)} ${hostname()}`;
    if (!(await created(path, mine))) {
      if (await isHeld(path)) return undefined;
      await rm(path, { force: true });
      if (!(await created(path, mine))) return undefined;
    }
    const timer = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, touchLockMs);
    timer.unref();
    return {
      async release() {
        clearInterval(timer);
        // Who took over a lock that seemed stale keeps it.
        const owner = await readFile(path, 'utf8').catch(() => undefined);
        if (owner === mine) await rm(path, { force: true });
      },
    };
  },
  isHeld,
};

export const nodeStorage: Storage = { files: nodeFiles, locks: nodeLocks };

async function isHeld(path: string): Promise<boolean> {
  const [found, owner] = await Promise.all([
    stat(path).catch(() => undefined),
    readFile(path, 'utf8').catch(() => ''),
  ]);
  if (found === undefined || Date.now() - found.mtimeMs > staleLockMs) return false;
  const [pid, , host] = owner.split(' ');
  return host !== hostname() || (Number(pid) !== process.pid && isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function created(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
