// The editor's end of memory: tells whichever engine is running of the open workspace, and passes on what changed in it.

import type { Disposable } from '../../base/disposable.ts';
import type { Files } from '../../base/files.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { KeptBlame } from '../storage/blamedFiles.ts';
import { BlamedFiles } from '../storage/blamedFiles.ts';
import type { EngineClient, EngineState } from './client.ts';
import type { MemoryState } from '../protocol/memoryState.ts';
import type { Workspace } from '../protocol/workspace.ts';
import { chatStorePath, storeFile } from '../storage/storeFile.ts';

export interface MemoryClientParts {
  readonly client: Pick<
    EngineClient,
    'state' | 'calls' | 'onDidChangeState' | 'onDidChangeMemory' | 'onDidRead'
  >;
  /** By which what was kept is deleted. */
  readonly files: Files;
  /** Where the names of files that ended an engine outlive the session; unless given, nowhere. */
  readonly keptBlame?: KeptBlame;
  readonly logger: Logger;
  /** How long the engine may take to forget, and to save at the end. */
  readonly patienceMs?: number;
}

const off: MemoryState = { kind: 'off' };

export class MemoryClient implements Disposable {
  private readonly parts: MemoryClientParts;
  private readonly owned = new DisposableStore();
  private readonly changes: Emitter<MemoryState>;
  private readonly patienceMs: number;
  private workspace: Workspace | undefined;
  private current: MemoryState = off;
  private isEngineReady: boolean;
  /** What the engine works on. */
  private reading: CorpusFile | undefined;
  /** Files that ended an engine. */
  readonly blamed: BlamedFiles;

  /** Fires after every change of `state`. */
  readonly onDidChangeState;

  constructor(parts: MemoryClientParts) {
    this.parts = parts;
    this.patienceMs = parts.patienceMs ?? 2_000;
    this.blamed = new BlamedFiles(parts.logger, parts.keptBlame);
    this.isEngineReady = parts.client.state.kind === 'ready';
    this.changes = this.owned.add(
      new Emitter<MemoryState>(error => {
        parts.logger.error(`a listener to memory failed: ${errorMessage(error)}`);
      }),
    );
    this.onDidChangeState = this.changes.event;
    this.owned.add(
      parts.client.onDidChangeState(({ kind }) => {
        this.blame(kind);
        // An engine that was ready before has been told.
        if (kind === 'ready' && !this.isEngineReady) this.tellWorkspace();
        else if (kind !== 'ready') this.setState(off);
        this.isEngineReady = kind === 'ready';
      }),
    );
    this.owned.add(
      // What was on its way when memory was switched off is too late.
      parts.client.onDidChangeMemory(state => {
        this.setState(this.workspace === undefined ? off : state);
      }),
    );
    this.owned.add(
      parts.client.onDidRead(file => {
        this.reading = file ?? undefined;
      }),
    );
  }

  /** What memory holds; `off` also while the engine is not ready. */
  get state(): MemoryState {
    return this.current;
  }

  /** Remembers this workspace from now on, or none. An open workspace is looked at anew. */
  open(workspace: Workspace | undefined): void {
    const wasOpen = this.workspace !== undefined;
    this.workspace = workspace;
    if (workspace !== undefined) this.tellWorkspace();
    else if (wasOpen) this.parts.client.calls?.closeWorkspace();
  }

  /** Paths, as memory knows them, of files that were created, changed or deleted. */
  changed(paths: readonly string[]): void {
    if (this.workspace !== undefined) this.parts.client.calls?.filesChanged([...paths]);
  }

  /** The text of a document that is not saved, by the path that memory knows; null when it is as on the disk. */
  unsaved(path: string, text: string | null): void {
    if (this.workspace !== undefined) this.parts.client.calls?.unsavedText({ path, text });
  }

  /** The whole workspace is to be looked at. */
  rescan(): void {
    if (this.workspace !== undefined) this.parts.client.calls?.rescanWorkspace();
  }

  /**
   * Switches memory off and deletes what was kept in `file` for this workspace, whether or not an engine is running.
   * Rejects where something could not be deleted.
   */
  async forget(file: string | undefined): Promise<void> {
    this.workspace = undefined;
    const forgotten = this.parts.client.calls?.forgetWorkspace().then(
      () => undefined,
      (error: unknown) => errorMessage(error),
    );
    if (forgotten !== undefined) {
      const timeout = 'the engine did not answer; restart it, and what is left is in memory only';
      const problem = await withTimeout(forgotten, this.patienceMs, timeout);
      if (problem !== undefined) this.parts.logger.warn(`memory: ${problem}`);
    }
    this.setState(off);
    this.blamed.clear();
    // Whatever the engine did: this is what must be gone.
    if (file === undefined) return;
    await storeFile(this.parts.files, file).forget();
    await storeFile(this.parts.files, chatStorePath(file)).forget();
  }

  /** Lets the engine save what is to be kept; resolves when it did, or when that takes too long. */
  async shutDown(): Promise<void> {
    if (this.workspace === undefined || this.current.kind === 'off') return;
    const saved = this.parts.client.calls?.prepareToEnd().catch((error: unknown) => {
      this.parts.logger.warn(`memory: not all was saved: ${errorMessage(error)}`);
    });
    if (saved !== undefined) await withTimeout(saved, this.patienceMs, undefined);
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** An engine that died, unlike one that was stopped or replaced, died of the file that it worked on. */
  private blame(kind: EngineState['kind']): void {
    if (kind === 'ready') return;
    const { reading } = this;
    this.reading = undefined;
    if (reading !== undefined && (kind === 'restarting' || kind === 'failed'))
      this.blamed.blame(reading, 'the engine');
  }

  private tellWorkspace(): void {
    if (this.workspace === undefined) return;
    const workspace = this.blamed.without(this.workspace);
    const { calls } = this.parts.client;
    if (calls === undefined) return;
    calls.openWorkspace(workspace);
    if (this.current.kind === 'off') {
      this.setState({ kind: 'indexing', files: 0, tokens: 0, sizeBytes: 0, done: 0, total: 0 });
    }
  }

  private setState(state: MemoryState): void {
    if (state.kind === 'off' && this.current.kind === 'off') return;
    this.current = state;
    this.changes.fire(state);
  }
}

async function withTimeout<T>(promise: Promise<T>, timeoutMs: number, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>(resolve => {
    timer = setTimeout(() => {
      resolve(otherwise);
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
