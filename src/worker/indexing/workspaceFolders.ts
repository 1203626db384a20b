// The folders of a workspace as trees of files, from its description in a message: read from the disk where they lie
// there, asked of the editor where only it reaches them.

import type { FileTree } from '../../corpus/fileTree.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import type { IndexedFolder } from './indexerScan.ts';
import type { Workspace } from '../protocol/workspace.ts';
import type { TreeCalls } from '../platform/remoteTree.ts';
import { remoteTree } from '../platform/remoteTree.ts';

/** `over` may put something over the files of the folder with this prefix. */
export function workspaceFolders(
  { folders }: Workspace,
  calls: TreeCalls,
  home: Pick<EngineHome, 'diskTree' | 'diskRules'>,
  over: (tree: FileTree, prefix: string) => FileTree = tree => tree,
): Promise<readonly IndexedFolder[]> {
  return Promise.all(
    folders.map(async ({ prefix, uri, diskPath, excludes, encoding, encodings }) => {
      const diskTree = diskPath === null ? undefined : home.diskTree(diskPath);
      const tree = over(diskTree ?? remoteTree(uri, calls), prefix);
      const disk = diskPath === null ? undefined : await home.diskRules(diskPath);
      const nested = folders.flatMap(other =>
        other.uri.startsWith(`${uri}/`) ? [other.uri.slice(uri.length + 1)] : [],
      );
      return {
        prefix,
        tree: nested.length === 0 ? tree : without(tree, new Set(nested.map(decodeURIComponent))),
        rules: {
          excludes,
          encoding,
          encodings,
          ignoreCase: disk?.ignoreCase ?? false,
          outer: disk?.outer,
        },
      };
    }),
  );
}

/** The tree without some folders, which are folders of the workspace themselves. */
function without(tree: FileTree, folders: ReadonlySet<string>): FileTree {
  return {
    async list(path) {
      const entries = await tree.list(path);
      return entries.filter(({ name }) => !folders.has(path === '' ? name : `${path}/${name}`));
    },
    stat: path => tree.stat(path),
    read: path => tree.read(path),
  };
}
