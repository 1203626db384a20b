// A folder of the disk as a FileTree, for the command line and for workspaces on the disk. With nodeRepository.ts, the
// only files of this layer that need Node.

import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EntryKind, FileTree } from './fileTree.ts';

/** Opening a pipe must not wait for its writer, nor a link lead elsewhere; Windows knows neither flag. */
const openFlags =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** No text that anybody wants is larger: what is read whole must fit into memory. */
const largestBytes = 64 * 2 ** 20;

/**
 * `folder` is a path of this machine, absolute or relative to the working directory. It may itself be a link; below it
 * none is followed: what is listed and read lies in the folder.
 */
export function nodeFolder(folder: string): FileTree {
  const root = resolve(folder);
  const locate = async (path: string): Promise<string> => {
    const place = placeOf(root, path);
    const [realRoot, realPlace] = await Promise.all([realpath(root), realpath(place)]);
    if (realPlace !== join(realRoot, path)) throw new Error(`${path} leads through a symbolic link`);
    return place;
  };
  return {
    async list(path) {
      const entries = await readdir(await locate(path), { withFileTypes: true });
      return entries.map(entry => ({ name: entry.name, kind: kindOf(entry) }));
    },
    async stat(path) {
      const { size, mtimeMs } = await lstat(placeOf(root, path));
      return { sizeBytes: size, mtimeMs };
    },
    read: async path => readPlainFile(await locate(path), largestBytes),
  };
}

/**
 * The whole of a plain file. Rejects where it is a link, a pipe or a device, which may have no end, and where it is
 * larger than `maxBytes`; a file that grows meanwhile is read up to the size that it had.
 */
export async function readPlainFile(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, openFlags);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error(`${path} is not a plain file`);
    if (stat.size > maxBytes)
      throw new Error(`${path} has ${stat.size} bytes, more than the ${maxBytes} that are read`);
    return await readUpTo(file, stat.size);
  } finally {
    await file.close();
  }
}

async function readUpTo(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Throws for what is no path of a tree, such as one that leads up. */
function placeOf(root: string, path: string): string {
  const isOdd = (part: string) => part === '' || part === '.' || part === '..' || part.includes('\0');
  if (
    path !== '' &&
    path.split(/[/\\]/).some((part, at) => isOdd(part) || (at === 0 && /^[a-z]:/i.test(part)))
  )
    throw new Error(`${path} is not a path within the folder`);
  return join(root, path);
}

interface Typed {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function kindOf(entry: Typed): EntryKind {
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : 'other';
}
