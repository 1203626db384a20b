// The Git repository around a folder of the disk: where its top is, and the ignore rules that lie outside the folder.
// In a worktree or a submodule `.git` is a file that names the folder where Git keeps the rest.

import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { childPath } from './fileTree.ts';
import type { OuterIgnores } from './ignoreRules.ts';
import { maxIgnoreBytes } from './ignoreRules.ts';
import { readPlainFile } from './nodeFolder.ts';

/** The folder that holds `.git`, the given one or the nearest above it; undefined where there is none. */
export async function repositoryTop(folder: string): Promise<string | undefined> {
  for (let top = resolve(folder); ; top = dirname(top)) {
    if (await exists(join(top, '.git'))) return top;
    if (dirname(top) === top) return undefined;
  }
}

/**
 * The ignore rules outside the folder that a workspace opened in the middle of a repository, in a worktree or in a
 * submodule obeys too; undefined where there are none outside. Files that are missing count as empty, and so do links,
 * pipes and devices, which Git does not read either.
 */
export async function nodeOuterIgnores(folder: string): Promise<OuterIgnores | undefined> {
  const top = await repositoryTop(folder);
  if (top === undefined) return undefined;
  const names: string[] = [];
  for (let at = resolve(folder); at !== top; at = dirname(at)) names.unshift(basename(at));
  const isWithinFolder = names.length === 0 && (await isFolder(join(top, '.git')));
  if (isWithinFolder) return undefined;
  const folders = names.map((_, depth) => names.slice(0, depth).join('/'));
  const read = (name: string) => (at: string) => textOf(join(top, at, name));
  const git = await Promise.all(folders.map(read('.gitignore')));
  const own = await Promise.all(folders.map(read('.tinymemoryignore')));
  return {
    prefix: names.reduce(childPath, ''),
    exclude: await excludeOf(top),
    files: folders.map((at, index) => ({ folder: at, git: git[index] ?? '', own: own[index] ?? '' })),
  };
}

/** The text of `info/exclude` of the repository whose top is `top`; empty where there is none. */
async function excludeOf(top: string): Promise<string> {
  const gitFolder = await gitFolderOf(top);
  if (gitFolder === undefined) return '';
  // A worktree shares it with its repository, to which `commondir` leads.
  const common = (await textOf(join(gitFolder, 'commondir'))).trim();
  const shared = common === '' ? gitFolder : placeNamed(gitFolder, common);
  return shared === undefined ? '' : textOf(join(shared, 'info', 'exclude'));
}

async function gitFolderOf(top: string): Promise<string | undefined> {
  const place = join(top, '.git');
  if (await isFolder(place)) return place;
  const named = /^gitdir: (.+)$/m.exec(await textOf(place))?.[1]?.trim();
  return named === undefined ? undefined : placeNamed(top, named);
}

/** A share of the network, which the file of a stranger may name, is never asked. */
function placeNamed(from: string, named: string): string | undefined {
  return /^[/\\]{2}/.test(named) ? undefined : resolve(from, named);
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    stat => stat.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function textOf(path: string): Promise<string> {
  return readPlainFile(path, maxIgnoreBytes).then(
    bytes => new TextDecoder().decode(bytes),
    () => '',
  );
}
