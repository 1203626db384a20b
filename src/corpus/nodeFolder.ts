// A folder of the disk as a FileTree, for the command line and for workspaces on the disk. The only file of this layer
// that needs Node.

import { constants } from 'node:fs';
import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { childPath } from './fileTree.ts';
import type { EntryKind, FileTree } from './fileTree.ts';
import type { OuterIgnores } from './ignoreRules.ts';

/** Opening a pipe must not wait for its writer, nor a link lead elsewhere; Windows knows neither flag. */
const openFlags =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** `folder` is a path of this machine, absolute or relative to the working directory. */
export function nodeFolder(folder: string): FileTree {
  const root = resolve(folder);
  return {
    async list(path) {
      const entries = await readdir(join(root, path), { withFileTypes: true });
      return entries.map(entry => ({ name: entry.name, kind: kindOf(entry) }));
    },
    async stat(path) {
      const { size, mtimeMs } = await lstat(join(root, path));
      return { sizeBytes: size, mtimeMs };
    },
    async read(path) {
      const file = await open(join(root, path), openFlags);
      try {
        if (!(await file.stat()).isFile()) throw new Error(`${path} is not a plain file`);
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
  };
}

/**
 * The ignore files between the folder and the top of its Git repository, which a workspace opened in the middle of a
 * repository obeys too; undefined where the folder is a repository's top or in none. Files that cannot be read count
 * as absent.
 */
export async function nodeOuterIgnores(folder: string): Promise<OuterIgnores | undefined> {
  const names: string[] = [];
  let top = resolve(folder);
  while (!(await exists(join(top, '.git')))) {
    const above = dirname(top);
    if (above === top) return undefined;
    names.unshift(basename(top));
    top = above;
  }
  if (names.length === 0) return undefined;
  const folders = names.map((_, depth) => names.slice(0, depth).join('/'));
  const read = (name: string) => (at: string) => textOf(join(top, at, name));
  const git = await Promise.all(folders.map(read('.gitignore')));
  const own = await Promise.all(folders.map(read('.tinymemoryignore')));
  return {
    prefix: names.reduce(childPath, ''),
    exclude: await textOf(join(top, '.git', 'info', 'exclude')),
    files: folders.map((at, index) => ({ folder: at, git: git[index] ?? '', own: own[index] ?? '' })),
  };
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

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
