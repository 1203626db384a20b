// The worker's side of what chat looks things up in: an index of the open workspace beside memory, kept up to date by an
// indexer of its own, and the texts that answers quote.

import type { CancellationToken } from '../../base/cancellation.ts';
import { throwIfCancelled } from '../../base/cancellation.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import { chunkFile } from '../../chat/chunks/chunkFile.ts';
import { encodeChunks } from '../../chat/search/chunkTerms.ts';
import type { Grammar } from '../../chat/chunks/grammars.ts';
import { Grammars } from '../../chat/chunks/grammars.ts';
import type { ChatSources } from '../../chat/search/retrieve.ts';
import { SearchIndex } from '../../chat/search/searchIndex.ts';
import type { WordVectors } from '../../chat/search/wordVectors.ts';
import { noWordVectors, readWordVectors } from '../../chat/search/wordVectors.ts';
import { admissionVersion, readAdmitted } from '../../corpus/admit.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';
import { normalizeLineEnds } from '../../text/window.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import { Indexer } from '../indexing/indexer.ts';
import type { IndexerRules } from '../indexing/indexer.ts';
import { locate } from '../indexing/indexerScan.ts';
import type { MemoryState } from '../protocol/memoryState.ts';
import type { Workspace } from '../protocol/workspace.ts';
import { chatStorePath, storeFile } from '../storage/storeFile.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';

/** Changes when chunks, what is kept of them, or the word vectors do. */
const indexVersion = 'chat 3';
/** The integers of an index are below this. */
const integerLimit = 2 ** 30;

export class SearchHost {
  private readonly home: Pick<EngineHome, 'storage' | 'asset'>;
  private readonly slicer: Slicer;
  private readonly logger: Logger;
  private readonly mark: ReadingMark;
  private readonly grammars: Grammars;
  private readonly index = new SearchIndex();
  /** Read when a workspace is first opened. */
  private vectors: Promise<WordVectors> | undefined;
  private indexer: Indexer | undefined;
  private rules: IndexerRules = { folders: [], capBytes: 0 };
  private storePath: string | null | undefined;
  private state: MemoryState = { kind: 'off' };
  private readonly watchers = new Set<() => void>();

  constructor(
    home: Pick<EngineHome, 'storage' | 'asset'>,
    slicer: Slicer,
    logger: Logger,
    mark: ReadingMark,
  ) {
    this.mark = mark;
    this.home = home;
    this.slicer = slicer;
    this.logger = logger;
    this.grammars = new Grammars(home.asset, message => {
      logger.warn(`chat: ${message}`);
    });
  }

  /** Indexes the workspace by these rules once `after` has resolved. The caller closes the index of another one first. */
  open(rules: IndexerRules, workspace: Workspace, after: Promise<void>): void {
    this.rules = rules;
    if (this.indexer === undefined || this.storePath !== workspace.storeFile) {
      this.storePath = workspace.storeFile;
      this.indexer = this.newIndexer(workspace);
    }
    const { indexer } = this;
    this.setState({ kind: 'indexing', files: 0, tokens: 0, sizeBytes: 0, done: 0, total: 0 });
    void after.then(() => {
      if (this.indexer === indexer) indexer.open(rules);
    });
  }

  changed(paths: readonly string[]): void {
    this.indexer?.changed(paths);
  }

  rescan(): void {
    this.indexer?.rescan();
  }

  async close(save: boolean): Promise<void> {
    const { indexer } = this;
    this.indexer = undefined;
    await indexer?.stop(save);
    this.index.clear();
    this.setState({ kind: 'off' });
  }

  /** Closes, and deletes what was kept. */
  async forget(): Promise<void> {
    await this.indexer?.forget();
    await this.close(false);
  }

  /** As WorkspaceHost's. */
  async sources(
    patienceMs: number,
    onWait: (text: string) => void,
    cancellation: CancellationToken,
  ): Promise<ChatSources | undefined> {
    const deadlineMs = performance.now() + patienceMs;
    while (this.state.kind === 'indexing' && performance.now() < deadlineMs) {
      const { done, total } = this.state;
      onWait(total === 0 ? 'Reading the workspace' : `Reading the workspace: ${done} of ${total} files`);
      await this.change(deadlineMs - performance.now(), cancellation);
      throwIfCancelled(cancellation);
    }
    if (this.indexer === undefined) return undefined;
    const vectors = (await this.vectors) ?? noWordVectors;
    const { index, grammars, state } = this;
    return {
      index,
      grammars,
      vectors,
      isPartial: state.kind === 'indexing',
      leftOut: state.kind === 'ready' ? state.leftOut : {},
      read: path => this.read(path),
    };
  }

  private async read(path: string): Promise<string | undefined> {
    const located = locate(this.rules.folders, path);
    if (located === undefined) return undefined;
    const admission = await readAdmitted(
      located.folder.tree,
      { path: located.inFolder },
      located.folder.rules,
    );
    return admission.kind === 'admitted' ? admission.text : undefined;
  }

  private newIndexer({ storeFile: path, storeKey }: Workspace): Indexer {
    const { home, grammars, index, slicer, logger, mark } = this;
    this.vectors ??= readWordVectors(home.asset).catch((error: unknown) => {
      logger.warn(`chat: ${errorMessage(error)}`);
      return noWordVectors;
    });
    const { vectors } = this;
    return new Indexer({
      name: 'chat',
      memory: index,
      encode: async (file, text) => encodeFile(file, text, { grammars, vectors: await vectors }),
      store: path === null ? undefined : storeFile(home.storage.files, chatStorePath(path)),
      storeKey: `${indexVersion} ${storeKey} ${admissionVersion}`,
      vocabularySize: integerLimit,
      slicer,
      mark,
      logger,
      onState: state => {
        this.setState(state);
      },
    });
  }

  private setState(state: MemoryState): void {
    this.state = state;
    for (const tell of [...this.watchers]) tell();
  }

  /** Resolves when the state changes, after `maxMs`, or when cancelled. */
  private async change(maxMs: number, cancellation: CancellationToken): Promise<void> {
    const owned = new DisposableStore();
    await new Promise<void>(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        this.watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, maxMs);
      this.watchers.add(done);
      owned.add(cancellation.onCancellationRequested(done));
    });
    owned.dispose();
  }
}

/** What the index keeps of a file. */
export async function encodeFile(
  path: string,
  text: string,
  { grammars, vectors }: Pick<ChatSources, 'grammars' | 'vectors'>,
): Promise<Generator<undefined, number[], undefined>> {
  const grammar = await grammars.of(path);
  return encodeText(path, normalizeLineEnds(text), grammar, vectors);
}

function* encodeText(
  path: string,
  text: string,
  grammar: Grammar | undefined,
  vectors: WordVectors,
): Generator<undefined, number[], undefined> {
  const chunks = yield* chunkFile(path, text, grammar);
  return yield* encodeChunks(path, chunks, vectors);
}
