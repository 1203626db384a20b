// The worker's side of the open workspace: from its description in a message to an indexer on the engine's memory, and
// from the editor's reports to the indexer's work.

import type { Logger } from '../base/logger.ts';
import { SerialQueue } from '../base/serialQueue.ts';
import type { FileTree } from '../corpus/fileTree.ts';
import { nodeFolder, nodeOuterIgnores } from '../corpus/nodeFolder.ts';
import { crc32 } from '../memory/crc32.ts';
import { encodeInSlices } from '../tokenizer/slicedEncoding.ts';
import { Indexer } from './indexer.ts';
import type { IndexedFolder } from './indexerScan.ts';
import type { Engine } from './loadEngine.ts';
import type { FromWorker, TreeAnswer, Workspace } from './messages.ts';
import { remoteTree, TreeRequests } from './remoteTree.ts';
import { storeFile } from './storeFile.ts';
import type { Traffic } from './turns.ts';
import { Turns } from './turns.ts';
import { UnsavedTexts } from './unsavedTexts.ts';

export class WorkspaceHost {
  private readonly engine: Engine;
  private readonly post: (message: FromWorker) => void;
  private readonly logger: Logger;
  private readonly turns: Turns;
  private readonly requests: TreeRequests;
  /** Opening and closing, one after another. */
  private readonly queue = new SerialQueue();
  private readonly texts = new UnsavedTexts();
  private indexer: Indexer | undefined;
  private storeFile: string | null | undefined;

  /** Work gives way to those who wait in `traffic`. */
  constructor(engine: Engine, traffic: Traffic, post: (message: FromWorker) => void) {
    this.engine = engine;
    this.post = post;
    this.logger = postingLogger(post);
    this.turns = new Turns(traffic);
    this.requests = new TreeRequests(post);
  }

  open(workspace: Workspace): Promise<void> {
    return this.queue.run(async () => {
      const folders = await this.folders(workspace);
      if (this.indexer === undefined || this.storeFile !== workspace.storeFile) {
        await this.leave(true);
        this.indexer = this.newIndexer(workspace);
        this.storeFile = workspace.storeFile;
      }
      this.indexer.open({ folders, capBytes: workspace.capBytes });
    });
  }

  /** Memory is off, and what is kept stays. */
  close(): Promise<void> {
    return this.queue.run(async () => {
      await this.leave(true);
      this.post({ kind: 'memory', state: { kind: 'off' } });
    });
  }

  /** Memory is off, and nothing is left of it, in suggestions that wait neither. */
  forget(): Promise<void> {
    return this.queue.run(async () => {
      await this.indexer?.forget();
      await this.leave(false);
      this.post({ kind: 'memory', state: { kind: 'off' } });
    });
  }

  /** Saves what is to be kept; nothing is indexed after it. */
  prepareToEnd(): Promise<void> {
    return this.queue.run(async () => {
      await this.indexer?.stop(true);
    });
  }

  /** The folders of a workspace, open or not. */
  folders(workspace: Workspace): Promise<readonly IndexedFolder[]> {
    return Promise.all(workspace.folders.map(folder => this.folder(folder, workspace)));
  }

  changed(paths: readonly string[]): void {
    this.indexer?.changed(paths);
  }

  /** An open document is not saved; with null, it is again as on the disk. */
  unsaved(path: string, text: string | null): void {
    if (this.indexer === undefined) return;
    this.texts.set(path, text);
    this.indexer.changed([path]);
  }

  rescan(): void {
    this.indexer?.rescan();
  }

  answer(answer: TreeAnswer): void {
    this.requests.answer(answer);
  }

  private async leave(save: boolean): Promise<void> {
    await this.indexer?.stop(save);
    this.indexer = undefined;
    this.texts.clear();
    this.engine.memory.clear();
    // An answer that was computed with memory may quote it.
    this.engine.completer.clear();
  }

  private async folder(
    { prefix, uri, diskPath, excludes }: Workspace['folders'][number],
    { folders }: Workspace,
  ): Promise<IndexedFolder> {
    const files = diskPath === null ? remoteTree(uri, this.requests) : nodeFolder(diskPath);
    const tree = this.texts.over(files, prefix);
    const nested = folders.flatMap(other =>
      other.uri.startsWith(`${uri}/`) ? [other.uri.slice(uri.length + 1)] : [],
    );
    return {
      prefix,
      tree: nested.length === 0 ? tree : without(tree, new Set(nested.map(decodeURIComponent))),
      rules: {
        excludes,
        ignoreCase: diskPath !== null && (process.platform === 'win32' || process.platform === 'darwin'),
        outer: diskPath === null ? undefined : await nodeOuterIgnores(diskPath),
      },
    };
  }

  private newIndexer(workspace: Workspace): Indexer {
    const { memory, prompts, tokenizer } = this.engine;
    return new Indexer({
      memory,
      *encode(path, text) {
        const tokens = yield* encodeInSlices(tokenizer, text.replaceAll('\r\n', '\n'));
        return [...prompts.header(path), ...tokens];
      },
      store: workspace.storeFile === null ? undefined : storeFile(workspace.storeFile),
      storeKey: `${workspace.storeKey} ${fingerprint(this.engine)}`,
      vocabularySize: tokenizer.size,
      turns: this.turns,
      logger: this.logger,
      onState: state => {
        this.post({ kind: 'memory', state });
      },
    });
  }
}

/** A logger whose lines are messages. */
export function postingLogger(post: (message: FromWorker) => void): Logger {
  const at = (level: Extract<FromWorker, { kind: 'log' }>['level']) => (message: string) => {
    post({ kind: 'log', level, message });
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Differs between tokenizers that differ in what they make of ordinary source text, or in the header of a file. */
function fingerprint({ tokenizer, prompts }: Engine): string {
  const sample =
    'export function f(x: number) {\n    return x.map((a) => `${a}`); // naïve\n}\n\tdef g(self):\n\n';
  const parts = [
    tokenizer.tokenBytes.join('\0'),
    tokenizer.encode(sample).join(),
    prompts.header('src/a.ts').join(),
  ];
  return crc32(new TextEncoder().encode(parts.join('\n'))).toString(16);
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
