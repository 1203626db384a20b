// The worker's side of the open workspace: from its description in a message to an indexer on the engine's memory, and
// from the editor's reports to the indexer's work.

import type { CancellationToken } from '../../base/cancellation.ts';
import type { Logger } from '../../base/logger.ts';
import { SerialQueue } from '../../base/scheduling/serialQueue.ts';
import { admissionVersion } from '../../corpus/admit.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';
import { crc32 } from '../../base/crc32.ts';
import { encodeInSlices } from '../../tokenizer/slicedEncoding.ts';
import type { ChatSources } from '../../chat/search/retrieve.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import { Indexer } from '../indexing/indexer.ts';
import type { IndexedFolder } from '../indexing/indexerScan.ts';
import type { Engine } from '../engine/loadEngine.ts';
import type { FromWorker, TreeAnswer, Workspace } from '../protocol/messages.ts';
import { postingLogger } from './postingLogger.ts';
import { TreeRequests } from '../platform/remoteTree.ts';
import { SearchHost } from './searchHost.ts';
import { storeFile } from '../storage/storeFile.ts';
import type { Traffic } from '../../base/scheduling/traffic.ts';
import { TrafficSlices } from '../../base/scheduling/traffic.ts';
import { UnsavedTexts } from '../indexing/unsavedTexts.ts';
import { workspaceFolders } from '../indexing/workspaceFolders.ts';

export class WorkspaceHost {
  private readonly home: EngineHome;
  private readonly engine: Engine;
  private readonly post: (message: FromWorker) => void;
  private readonly logger: Logger;
  private readonly slicer: TrafficSlices;
  private readonly mark: ReadingMark;
  private readonly requests: TreeRequests;
  /** Opening and closing, one after another. */
  private readonly queue = new SerialQueue();
  private readonly texts = new UnsavedTexts();
  private indexer: Indexer | undefined;
  private readonly search: SearchHost;
  private storeFile: string | null | undefined;

  /** Work gives way to those who wait in `traffic`; `mark` is told of the file at hand. */
  constructor(
    home: EngineHome,
    engine: Engine,
    traffic: Traffic,
    post: (message: FromWorker) => void,
    mark: ReadingMark,
  ) {
    this.mark = mark;
    this.home = home;
    this.engine = engine;
    this.post = post;
    this.logger = postingLogger(post);
    this.slicer = new TrafficSlices(traffic);
    this.requests = new TreeRequests(post);
    this.search = new SearchHost(home, this.slicer, this.logger, mark);
  }

  open(workspace: Workspace): Promise<void> {
    return this.queue.run(async () => {
      const folders = await this.folders(workspace);
      if (this.indexer === undefined || this.storeFile !== workspace.storeFile) {
        await this.leave(true);
        this.indexer = this.newIndexer(workspace);
        this.storeFile = workspace.storeFile;
      }
      const { capBytes, skip } = workspace;
      const rules = { folders, capBytes, skip };
      this.indexer.open(rules);
      // Suggestions come first: what chat looks up is indexed when memory is.
      this.search.open(rules, workspace, this.indexer.idle());
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
      await this.search.forget();
      await this.indexer?.forget();
      await this.leave(false);
      this.post({ kind: 'memory', state: { kind: 'off' } });
    });
  }

  /** Saves what is to be kept; nothing is indexed after it. */
  prepareToEnd(): Promise<void> {
    return this.queue.run(async () => {
      await this.search.close(true);
      await this.indexer?.stop(true);
    });
  }

  /** The folders of a workspace, open or not. */
  folders(workspace: Workspace): Promise<readonly IndexedFolder[]> {
    const { home, requests, texts } = this;
    return workspaceFolders(workspace, requests, home, (tree, prefix) => texts.over(tree, prefix));
  }

  /**
   * What chat looks things up in, once it is complete or `patienceMs` have passed; undefined where no workspace is open.
   * Throws a CancellationError.
   */
  sources(
    patienceMs: number,
    onWait: (text: string) => void,
    cancellation: CancellationToken,
  ): Promise<ChatSources | undefined> {
    return this.search.sources(patienceMs, onWait, cancellation);
  }

  changed(paths: readonly string[]): void {
    this.indexer?.changed(paths);
    this.search.changed(paths);
  }

  /** An open document is not saved; with null, it is again as on the disk. */
  unsaved(path: string, text: string | null): void {
    if (this.indexer === undefined) return;
    this.texts.set(path, text);
    this.indexer.changed([path]);
    this.search.changed([path]);
  }

  rescan(): void {
    this.indexer?.rescan();
    this.search.rescan();
  }

  answer(answer: TreeAnswer): void {
    this.requests.answer(answer);
  }

  private async leave(save: boolean): Promise<void> {
    await this.search.close(save);
    await this.indexer?.stop(save);
    this.indexer = undefined;
    this.texts.clear();
    this.engine.memory.clear();
    // An answer that was computed with memory may quote it.
    this.engine.completer.clear();
  }

  private newIndexer(workspace: Workspace): Indexer {
    const { memory, prompts, tokenizer } = this.engine;
    return new Indexer({
      name: 'memory',
      memory,
      *encode(path, text) {
        const tokens = yield* encodeInSlices(tokenizer, text);
        return [...prompts.header(path), ...tokens];
      },
      store:
        workspace.storeFile === null ? undefined : storeFile(this.home.storage.files, workspace.storeFile),
      storeKey: `${workspace.storeKey} ${fingerprint(this.engine)} ${admissionVersion}`,
      vocabularySize: tokenizer.size,
      slicer: this.slicer,
      mark: this.mark,
      logger: this.logger,
      onState: state => {
        this.post({ kind: 'memory', state });
      },
    });
  }
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
