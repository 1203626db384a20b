// Files and locks of a machine's disk, by their paths. What is stored quotes the workspace, so none but its owner may read
// it, on every platform that knows whose a file is.

import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files, Storage } from '../../base/files.ts';
import { errorMessage } from '../../base/logger.ts';
import { nodeFileReader } from '../../model/nodeFiles.ts';
import { nodeLocks } from './nodeLocks.ts';
import { fateOf, markText, ownMark, parseMark } from './nodeProcess.ts';

const ownersFolder = 0o700;
const ownersFile = 0o600;

export const nodeFiles: Files = {
  ...nodeFileReader,
  async write(path, bytes) {
    await mkdir(dirname(path), { recursive: true, mode: ownersFolder });
    const temporary = `${path}.${markText(await ownMark())}~${Math.random().toString(36).slice(2)}.tmp`;
    try {
      await writeFile(temporary, bytes, { flush: true, mode: ownersFile });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      // Of a full disk Node says neither which file nor which disk it is.
      throw new Error(`${path}: ${errorMessage(error)}`, { cause: error });
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
 * Mends a folder of what is stored: takes from other users of the machine what rights they have to it and to all that is in
 * it, and deletes what processes that died were writing. Links are left alone; no folder is fine.
 */
export async function mendFolder(folder: string): Promise<void> {
  if (!(await nodeFiles.exists(folder))) return;
  await narrow(folder, ownersFolder);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await mendFolder(path);
    else if (entry.isFile() && (await isLeftOver(entry.name))) await nodeFiles.remove(path);
    else if (entry.isFile()) await narrow(path, ownersFile);
  }
}

/** Whether the name is that of a file that a process wrote when it died. */
async function isLeftOver(name: string): Promise<boolean> {
  const [, written] = /\.(\d+~[^~]*~[^~]*~\w+)\.tmp$/.exec(name) ?? [];
  const mark = written === undefined ? undefined : parseMark(written);
  return mark !== undefined && (await fateOf(mark)) === 'dead';
}

/** Windows keeps these rights elsewhere, and gives what lies in a user's folder to that user alone. */
async function narrow(path: string, rights: number): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && (found.mode & 0o077) !== 0) await chmod(path, found.mode & rights);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
