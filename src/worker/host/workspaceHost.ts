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
import type { MemoryState } from '../protocol/memoryState.ts';
import type { Workspace } from '../protocol/workspace.ts';
import type { TreeCalls } from '../platform/remoteTree.ts';
import { SearchHost } from './searchHost.ts';
import { storeFile } from '../storage/storeFile.ts';
import type { Traffic } from '../../base/scheduling/traffic.ts';
import { TrafficSlices } from '../../base/scheduling/traffic.ts';
import { UnsavedTexts } from '../indexing/unsavedTexts.ts';
import { workspaceFolders } from '../indexing/workspaceFolders.ts';

export interface WorkspaceHostParts {
  readonly home: EngineHome;
  readonly engine: Engine;
  /** Work gives way to those who wait in it. */
  readonly traffic: Traffic;
  /** Reads files that only the editor reaches. */
  readonly tree: TreeCalls;
  readonly onState: (state: MemoryState) => void;
  /** Takes the file at hand. */
  readonly mark: ReadingMark;
  readonly logger: Logger;
}

export class WorkspaceHost {
  private readonly parts: WorkspaceHostParts;
  private readonly slicer: TrafficSlices;
  /** Opening and closing, one after another. */
  private readonly queue = new SerialQueue();
  private readonly texts = new UnsavedTexts();
  private indexer: Indexer | undefined;
  private readonly search: SearchHost;
  private storeFile: string | null | undefined;

  constructor(parts: WorkspaceHostParts) {
    const { home, logger, mark, traffic } = parts;
    this.parts = parts;
    this.slicer = new TrafficSlices(traffic);
    this.search = new SearchHost(home, this.slicer, logger, mark);
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
      this.parts.onState({ kind: 'off' });
    });
  }

  /** Memory is off, and nothing is left of it, in suggestions that wait neither. */
  forget(): Promise<void> {
    return this.queue.run(async () => {
      await this.search.forget();
      await this.indexer?.forget();
      await this.leave(false);
      this.parts.onState({ kind: 'off' });
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
    const { home, tree: calls } = this.parts;
    const { texts } = this;
    return workspaceFolders(workspace, calls, home, (tree, prefix) => texts.over(tree, prefix));
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

  private async leave(save: boolean): Promise<void> {
    await this.search.close(save);
    await this.indexer?.stop(save);
    this.indexer = undefined;
    this.texts.clear();
    const { memory, completer } = this.parts.engine;
    memory.clear();
    // An answer that was computed with memory may quote it.
    completer.clear();
  }

  private newIndexer(workspace: Workspace): Indexer {
    const { home, engine, mark, logger, onState } = this.parts;
    const { memory, prompts, tokenizer } = engine;
    return new Indexer({
      name: 'memory',
      memory,
      *encode(path, text) {
        const tokens = yield* encodeInSlices(tokenizer, text);
        return [...prompts.header(path), ...tokens];
      },
      store: workspace.storeFile === null ? undefined : storeFile(home.storage.files, workspace.storeFile),
      storeKey: `${workspace.storeKey} ${fingerprint(engine)} ${admissionVersion}`,
      vocabularySize: tokenizer.size,
      slicer: this.slicer,
      mark,
      logger,
      onState,
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
