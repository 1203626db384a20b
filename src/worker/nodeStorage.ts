// Files and locks of a machine's disk, by their paths. What is stored quotes the workspace, so none but its owner may read
// it, on every platform that knows whose a file is.

import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files, Storage } from '../base/files.ts';
import { nodeFileReader } from '../model/nodeFiles.ts';
import { nodeLocks } from './nodeLocks.ts';

const ownersFolder = 0o700;
const ownersFile = 0o600;

export const nodeFiles: Files = {
  ...nodeFileReader,
  async write(path, bytes) {
    await mkdir(dirname(path), { recursive: true, mode: ownersFolder });
    const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
    try {
      await writeFile(temporary, bytes, { flush: true, mode: ownersFile });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
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

export const nodeStorage: Storage = { files: nodeFiles, locks: nodeLocks() };

/**
 * Takes from other users of the machine what rights they have to a folder and to all that is in it; links are left alone. No
 * folder is fine, and so is a platform that keeps no such rights.
 */
export async function makePrivate(folder: string): Promise<void> {
  if (process.platform === 'win32' || !(await nodeFiles.exists(folder))) return;
  await narrow(folder, ownersFolder);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makePrivate(path);
    else if (entry.isFile()) await narrow(path, ownersFile);
  }
}

async function narrow(path: string, rights: number): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && (found.mode & 0o077) !== 0) await chmod(path, found.mode & rights);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
