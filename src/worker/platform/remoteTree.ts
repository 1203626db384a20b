// The worker's end of a file tree that only the editor reaches: virtual file systems. Requests go out as messages and
// are matched with their answers by number; sizes asked for in one go travel in one message.

import type { EntryKind, FileStat, FileTree } from '../../corpus/fileTree.ts';
import type { TreeAnswer, TreeRequest } from '../protocol/messages.ts';
import { entryLetters } from '../protocol/messages.ts';

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

interface Pending {
  readonly resolve: (answer: TreeAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** A file system that is silent for so long is taken for dead; what was asked counts as unreadable. */
const answerTimeoutMs = 60_000;

const kindOfLetter = new Map<string, EntryKind>(
  Object.entries(entryLetters).map(([kind, letter]) => [letter, kind as EntryKind]),
);

/** The requests of all trees that are not answered yet. */
export class TreeRequests {
  private readonly post: (request: TreeRequest) => void;
  private readonly timeoutMs: number;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor(post: (request: TreeRequest) => void, timeoutMs = answerTimeoutMs) {
    this.post = post;
    this.timeoutMs = timeoutMs;
  }

  /** Rejects with the editor's message, or after a time-out. */
  async ask(request: Unnumbered<TreeRequest>): Promise<TreeAnswer> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new Error(`the file system did not answer for ${this.timeoutMs / 1000} s`));
      }, this.timeoutMs);
      this.pending.set(id, { resolve, reject, timer });
      this.post({ ...request, id });
    });
  }

  /** An answer to what nobody waits for any more is passed over. */
  answer(answer: TreeAnswer): void {
    const pending = this.pending.get(answer.id);
    if (pending === undefined) return;
    this.pending.delete(answer.id);
    clearTimeout(pending.timer);
    if (answer.kind === 'treeFailed') pending.reject(new Error(answer.message));
    else pending.resolve(answer);
  }
}

/** The tree of the folder with this URI. */
export function remoteTree(folder: string, requests: TreeRequests): FileTree {
  const stats = new StatBatches(folder, requests);
  return {
    async list(path) {
      const answer = await requests.ask({ kind: 'treeList', folder, path });
      if (answer.kind !== 'treeListed') throw wrongAnswer(answer);
      return answer.names.map((name, at) => ({
        name,
        kind: kindOfLetter.get(answer.kinds.charAt(at)) ?? 'other',
      }));
    },
    stat: path => stats.stat(path),
    async read(path) {
      const answer = await requests.ask({ kind: 'treeRead', folder, path });
      if (answer.kind !== 'treeFile') throw wrongAnswer(answer);
      return answer.bytes;
    },
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
  private readonly requests: TreeRequests;
  private wanted: WantedStat[] = [];

  constructor(folder: string, requests: TreeRequests) {
    this.folder = folder;
    this.requests = requests;
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
      const answer = await this.requests.ask({ kind: 'treeStat', folder: this.folder, paths });
      if (answer.kind !== 'treeStats') throw wrongAnswer(answer);
      for (const [at, { path, resolve, reject }] of wanted.entries()) {
        const stat = answer.stats[at] ?? { error: `nothing was answered for ${path}` };
        if ('error' in stat) reject(new Error(stat.error));
        else resolve(stat);
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}

function wrongAnswer({ kind }: TreeAnswer): Error {
  return new Error(`the editor answered a request of another kind with ${kind}`);
}
