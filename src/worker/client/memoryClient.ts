// The editor's end of memory: tells whichever engine is running of the open workspace, passes on what changed in it,
// and answers the engine's questions about files that only the editor reaches.

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
import type {
  MemoryState,
  TreeAnswer,
  TreeRequest,
  Workspace,
  WorkspaceMessage,
} from '../protocol/messages.ts';
import { chatStorePath, storeFile } from '../storage/storeFile.ts';

export interface MemoryClientParts {
  readonly client: Pick<EngineClient, 'state' | 'onDidChangeState' | 'onDidReceive' | 'send'>;
  /** Answers a question about a folder of the workspace. Never rejects. */
  readonly askTree: (request: TreeRequest) => Promise<TreeAnswer>;
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
  private lastId = 0;
  private readonly forgetting = new Map<number, (problem: string | null) => void>();
  private ending: (() => void) | undefined;
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
      parts.client.onDidReceive(message => {
        this.receive(message);
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
    else if (wasOpen) this.parts.client.send({ kind: 'closeWorkspace' });
  }

  /** Paths, as memory knows them, of files that were created, changed or deleted. */
  changed(paths: readonly string[]): void {
    if (this.workspace !== undefined) this.parts.client.send({ kind: 'filesChanged', paths: [...paths] });
  }

  /** The text of a document that is not saved, by the path that memory knows; null when it is as on the disk. */
  unsaved(path: string, text: string | null): void {
    if (this.workspace !== undefined) this.parts.client.send({ kind: 'unsavedText', path, text });
  }

  /** The whole workspace is to be looked at. */
  rescan(): void {
    if (this.workspace !== undefined) this.parts.client.send({ kind: 'rescanWorkspace' });
  }

  /**
   * Switches memory off and deletes what was kept in `file` for this workspace, whether or not an engine is running.
   * Rejects where something could not be deleted.
   */
  async forget(file: string | undefined): Promise<void> {
    this.workspace = undefined;
    const id = ++this.lastId;
    const answer = new Promise<string | null>(resolve => this.forgetting.set(id, resolve));
    if (this.parts.client.send({ kind: 'forgetWorkspace', id })) {
      const timeout = 'the engine did not answer; restart it, and what is left is in memory only';
      const problem = await withTimeout(answer, this.patienceMs, timeout);
      if (problem !== null) this.parts.logger.warn(`memory: ${problem}`);
    }
    this.forgetting.delete(id);
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
    const ended = new Promise<undefined>(resolve => {
      this.ending = () => {
        resolve(undefined);
      };
    });
    if (this.parts.client.send({ kind: 'prepareToEnd' }))
      await withTimeout(ended, this.patienceMs, undefined);
  }

  dispose(): void {
    this.ending?.();
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
    if (!this.parts.client.send({ kind: 'openWorkspace', workspace })) return;
    if (this.current.kind === 'off') {
      this.setState({ kind: 'indexing', files: 0, tokens: 0, sizeBytes: 0, done: 0, total: 0 });
    }
  }

  private receive(message: WorkspaceMessage): void {
    switch (message.kind) {
      case 'memory':
        // What was on its way when memory was switched off.
        this.setState(this.workspace === undefined ? off : message.state);
        return;
      case 'reading':
        this.reading = message.file ?? undefined;
        return;
      case 'forgotten':
        this.forgetting.get(message.id)?.(message.problem);
        return;
      case 'readyToEnd':
        this.ending?.();
        return;
      case 'treeList':
      case 'treeStat':
      case 'treeRead':
        this.parts.askTree(message).then(
          answer => this.parts.client.send(answer),
          (error: unknown) => {
            this.parts.logger.error(`memory: ${message.kind} was not answered: ${errorMessage(error)}`);
          },
        );
        return;
      case 'evaluating':
      case 'evaluated':
      case 'notEvaluated':
      case 'chatEvent':
      case 'deviceMeasured':
      case 'modelSetAside':
      case 'deviceChanged':
      case 'rates':
        // Whoever asked listens too.
        return;
      default:
        message satisfies never;
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
