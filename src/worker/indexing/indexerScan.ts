// Looks at the folders of a workspace as one tree: the walk of each, with the paths that memory knows, and reading a
// file such that what is read belongs to the size and time that are noted.

import type { CancellationToken } from '../../base/cancellation.ts';
import type { Admission } from '../../corpus/admit.ts';
import { readAdmitted } from '../../corpus/admit.ts';
import type { CorpusFile, FileStat, FileTree } from '../../corpus/fileTree.ts';
import type { LeftOut } from '../../corpus/leftOut.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';
import type { CorpusRules } from '../../corpus/walk.ts';
import { walkCorpus } from '../../corpus/walk.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';

export interface IndexedFolder {
  /** Stands before the paths of its files in memory: '' or ending in a slash, and different for each folder. */
  readonly prefix: string;
  readonly tree: FileTree;
  readonly rules: CorpusRules;
}

export interface Scan {
  /** Paths as memory knows them. */
  readonly files: readonly CorpusFile[];
  /** Prefixes of folders that could not be read at all: nothing is known of their files. */
  readonly unreadable: readonly string[];
}

/** The folder that a path of memory lies in, and the path within it. */
export function locate(
  folders: readonly IndexedFolder[],
  path: string,
): { readonly folder: IndexedFolder; readonly inFolder: string } | undefined {
  const [folder] = folders
    .filter(({ prefix }) => path.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return folder === undefined ? undefined : { folder, inFolder: path.slice(folder.prefix.length) };
}

/**
 * Walks all folders, or with `only` judges just these paths. Throws a CancellationError.
 */
export async function scanFolders(
  folders: readonly IndexedFolder[],
  only: Iterable<string> | undefined,
  onLeftOut: (leftOut: LeftOut) => void,
  slicer: Slicer,
  cancellation: CancellationToken,
): Promise<Scan> {
  const files: CorpusFile[] = [];
  const unreadable: string[] = [];
  for (const folder of folders) {
    const { prefix, tree, rules } = folder;
    const wanted = only === undefined ? undefined : inside(folders, folder, only);
    if (wanted?.length === 0) continue;
    const options = {
      onLeftOut(leftOut: LeftOut) {
        if (leftOut.path === '/') unreadable.push(prefix);
        onLeftOut({ ...leftOut, path: `${prefix}${leftOut.path}` });
      },
      sliceMs: 4,
      ...(wanted === undefined ? {} : { only: wanted }),
    };
    for await (const file of walkCorpus(tree, rules, options, cancellation)) {
      files.push({ ...file, path: `${prefix}${file.path}` });
      await slicer.giveWay();
    }
  }
  return { files, unreadable };
}

function inside(
  folders: readonly IndexedFolder[],
  folder: IndexedFolder,
  paths: Iterable<string>,
): readonly string[] {
  return [...paths].flatMap(path => {
    const located = locate(folders, path);
    return located?.folder === folder ? [located.inFolder] : [];
  });
}

/** What became of a file that was read, with the size and time that it had then. */
export interface Reading extends FileStat {
  readonly path: string;
  readonly admission: Admission;
}

/**
 * Reads a file; once more if it changed meanwhile. If it changed again, the size and time given are those before, so
 * that the next look at the workspace reads it anew. Never rejects.
 */
export async function readSettled(
  folders: readonly IndexedFolder[],
  file: CorpusFile,
  mark: ReadingMark,
): Promise<Reading> {
  const located = locate(folders, file.path);
  if (located === undefined) return { ...file, admission: { kind: 'left-out', reason: 'unreadable' } };
  const { folder, inFolder } = located;
  let before: FileStat = file;
  const onRead = (): void => {
    mark.set({ ...before, path: file.path });
  };
  for (let attempt = 1; ; attempt++) {
    const admission = await readAdmitted(folder.tree, { path: inFolder }, { ...folder.rules, onRead });
    // Admission reports what has vanished meanwhile.
    const after = await folder.tree.stat(inFolder).catch(() => before);
    const isSettled = isSameStat(before, after);
    if (isSettled || attempt === 2) {
      const { sizeBytes, mtimeMs } = before;
      return { path: file.path, sizeBytes, mtimeMs, admission };
    }
    before = after;
  }
}

export function isSameStat(a: FileStat, b: FileStat): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs;
}
