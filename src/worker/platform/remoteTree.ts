// The worker's end of a file tree that only the editor reaches: virtual file systems. Sizes asked for in one go travel in
// one message.

import type { Calls } from '../../base/requests/api.ts';
import type { EntryKind, FileStat, FileTree } from '../../corpus/fileTree.ts';
import type { editorApi } from '../protocol/editorApi.ts';
import { entryLetters } from '../protocol/editorApi.ts';

/** What of the editor's API trees are made of. */
export type TreeCalls = Pick<Calls<typeof editorApi>, 'listFolder' | 'statFiles' | 'readFile'>;

const kindOfLetter = new Map<string, EntryKind>(
  Object.entries(entryLetters).map(([kind, letter]) => [letter, kind as EntryKind]),
);

/** The tree of the folder with this URI. */
export function remoteTree(folder: string, calls: TreeCalls): FileTree {
  const stats = new StatBatches(folder, calls);
  return {
    async list(path) {
      const { names, kinds } = await calls.listFolder({ folder, path });
      return names.map((name, at) => ({ name, kind: kindOfLetter.get(kinds.charAt(at)) ?? 'other' }));
    },
    stat: path => stats.stat(path),
    read: path => calls.readFile({ folder, path }),
  };
}

interface WantedStat {
  readonly path: string;
  readonly resolve: (stat: FileStat) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers what is asked for before the next turn. */
class StatBatches {
  private readonly folder: string;
  private readonly calls: TreeCalls;
  private wanted: WantedStat[] = [];

  constructor(folder: string, calls: TreeCalls) {
    this.folder = folder;
    this.calls = calls;
  }

  stat(path: string): Promise<FileStat> {
    return new Promise((resolve, reject) => {
      this.wanted.push({ path, resolve, reject });
      if (this.wanted.length === 1) {
        queueMicrotask(() => {
          void this.send(this.wanted.splice(0));
        });
      }
    });
  }

  private async send(wanted: readonly WantedStat[]): Promise<void> {
    try {
      const paths = wanted.map(({ path }) => path);
      const stats = await this.calls.statFiles({ folder: this.folder, paths });
      for (const [at, { path, resolve, reject }] of wanted.entries()) {
        const stat = stats[at] ?? { error: `nothing was answered for ${path}` };
        if ('error' in stat) reject(new Error(stat.error));
        else resolve(stat);
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}
