// Memory's place in the editor: says which workspace is to be remembered and by which rules, reports what changes in
// it, and forgets it on command. A workspace that was forgotten stays so until the user has it remembered again.

import type { Memento, Uri } from 'vscode';
import { window, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { placeIn } from '../../base/files.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { ExcludeMap } from '../../corpus/excludes.ts';
import type { BlamedFiles, KeptBlame } from '../../worker/storage/blamedFiles.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import { MemoryClient } from '../../worker/client/memoryClient.ts';
import type { Workspace } from '../../worker/protocol/workspace.ts';
import { ChangeBatches } from './changeBatches.ts';
import { openSettings } from '../settings/configuration.ts';
import type { EditorHome } from '../engine/editorHome.ts';
import type { MemoryStatus } from './memoryStatus.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { DocumentEncodings } from './documentEncodings.ts';
import { UnsavedDocuments } from './unsavedDocuments.ts';
import { folderPrefix, memoryPath } from '../settings/workspacePaths.ts';

export interface WorkspaceMemoryParts {
  readonly client: EngineClient;
  readonly settings: Pick<SettingsStore, 'current' | 'onDidChange'>;
  readonly logger: Logger;
  readonly home: EditorHome;
  /** Remembers that the workspace is to stay forgotten. */
  readonly workspaceState: Memento;
  /** The workspace's own folder for data; undefined where no folder is open. */
  readonly storageUri: Uri | undefined;
  /** Of the extension: another one may remember other things of the same file. */
  readonly version: string;
  /** Forgets what else is known of the workspace. */
  readonly onForget: () => Promise<unknown>;
}

const forgottenKey = 'tinymemory.forgotten';
const blamedKey = 'tinymemory.endedTheEngine';
const keysOfMemory = ['memory.enable', 'memory.maxMegabytes'] as const;

export class EditorMemory implements Disposable {
  private readonly parts: WorkspaceMemoryParts;
  private readonly owned = new DisposableStore();
  private readonly changes: Emitter<MemoryStatus>;
  private readonly memory: MemoryClient;
  private readonly batches: ChangeBatches;
  private readonly encodings: DocumentEncodings;
  private readonly storeFile: string | undefined;

  /** Fires after every change of `status`. */
  readonly onDidChange;

  constructor(parts: WorkspaceMemoryParts) {
    this.parts = parts;
    const { client, home, logger, settings, storageUri } = parts;
    const place = storageUri === undefined ? undefined : home.placeOf(storageUri);
    this.storeFile = place === undefined ? undefined : placeIn(place, 'memory.bin');
    this.changes = this.owned.add(new Emitter<MemoryStatus>());
    this.onDidChange = this.changes.event;
    const { files } = home.storage;
    const keptBlame = keptBlameIn(parts.workspaceState, parts.version, logger);
    this.memory = this.owned.add(new MemoryClient({ client, files, keptBlame, logger }));
    this.batches = this.owned.add(
      new ChangeBatches({
        changed: paths => {
          this.memory.changed(paths);
        },
        rescan: () => {
          this.memory.rescan();
        },
      }),
    );
    this.owned.add(
      new UnsavedDocuments((path, text) => {
        this.memory.unsaved(path, text);
      }),
    );
    this.encodings = this.owned.add(
      new DocumentEncodings(path => {
        this.open();
        this.memory.changed([path]);
      }),
    );
    this.owned.add(
      this.memory.onDidChangeState(() => {
        this.changes.fire(this.status);
      }),
    );
    this.owned.add(
      settings.onDidChange(({ before, after }) => {
        if (keysOfMemory.some(key => before[key] !== after[key])) this.open();
      }),
    );
    this.watch();
    this.open();
  }

  get status(): MemoryStatus {
    const { state } = this.memory;
    if (state.kind !== 'off') return state;
    const engine = this.parts.client.state.kind;
    const isComing = engine === 'loading' || engine === 'restarting' || engine === 'ready';
    return { kind: 'off', reason: this.obstacle() ?? (isComing ? 'starting' : 'engine') };
  }

  /** Files that ended an engine. */
  get blamed(): BlamedFiles {
    return this.memory.blamed;
  }

  /** Asks the user, then forgets the workspace for good. */
  async forget(): Promise<void> {
    const forget = 'Forget';
    const detail =
      "TinyMemory deletes, on the disk too, what it remembers of this workspace's files, chat's history here, the " +
      'statistics of this workspace and every model trained on it. A training or an evaluation that runs ends. Memory ' +
      'stays off here until you run "TinyMemory: Remember This Workspace". Your files are not touched.';
    const options = { modal: true, detail };
    if ((await window.showWarningMessage('Forget this workspace?', options, forget)) !== forget) return;
    await this.parts.workspaceState.update(forgottenKey, true);
    await this.memory.forget(this.storeFile);
    await this.parts.onForget();
    this.changes.fire(this.status);
    this.parts.logger.info('memory: this workspace is forgotten');
  }

  /** Remembers the workspace (again); one that is remembered is looked at anew. */
  async remember(): Promise<void> {
    await this.parts.workspaceState.update(forgottenKey, undefined);
    const obstacle = this.obstacle();
    if (obstacle === 'no-folder') throw new Error('open a folder to remember');
    this.open();
    if (obstacle !== 'setting') return;
    const open = 'Open Settings';
    const message = 'TinyMemory: memory is switched off by the setting tinymemory.memory.enable.';
    if ((await window.showInformationMessage(message, open)) === open) {
      await openSettings('tinymemory.memory.enable');
    }
  }

  /** Resolves once what is to be kept was saved. */
  async shutDown(): Promise<void> {
    await this.memory.shutDown();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private obstacle(): 'setting' | 'forgotten' | 'no-folder' | undefined {
    if (!this.parts.settings.current['memory.enable']) return 'setting';
    if (this.parts.workspaceState.get(forgottenKey) === true) return 'forgotten';
    return (workspace.workspaceFolders ?? []).length === 0 ? 'no-folder' : undefined;
  }

  private open(): void {
    this.memory.open(this.obstacle() === undefined ? this.description() : undefined);
    this.changes.fire(this.status);
  }

  /** Which files the workspace has, by which rules, whether or not it is remembered. */
  description(): Workspace {
    const folders = workspace.workspaceFolders ?? [];
    const { home, settings } = this.parts;
    return this.blamed.without({
      folders: folders.map(folder => ({
        prefix: folderPrefix(folder),
        uri: folder.uri.toString(),
        diskPath: home.disk !== undefined && folder.uri.scheme === 'file' ? folder.uri.fsPath : null,
        excludes: [excludesOf('files', folder.uri), excludesOf('search', folder.uri)],
        ...encodingOf(folder.uri),
        encodings: this.encodings.within(folderPrefix(folder)),
      })),
      capBytes: settings.current['memory.maxMegabytes'] * 1e6,
      storeFile: this.storeFile ?? null,
      storeKey: this.parts.version,
    });
  }

  private watch(): void {
    const { batches, owned } = this;
    const note = (uri: Uri): void => {
      if (batches.isStorm) return;
      const path = memoryPath(uri);
      if (path !== undefined) batches.add(path);
    };
    const watcher = owned.add(workspace.createFileSystemWatcher('**/*'));
    owned.add(watcher.onDidCreate(note));
    owned.add(watcher.onDidChange(note));
    owned.add(watcher.onDidDelete(note));
    // The watcher may be blind to excluded folders and to some file systems, so changes that VS Code itself makes are reported too.
    owned.add(
      workspace.onDidSaveTextDocument(({ uri }) => {
        note(uri);
      }),
    );
    owned.add(
      workspace.onDidCreateFiles(({ files }) => {
        files.forEach(note);
      }),
    );
    owned.add(
      workspace.onDidDeleteFiles(({ files }) => {
        files.forEach(note);
      }),
    );
    owned.add(
      workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) [oldUri, newUri].forEach(note);
      }),
    );
    owned.add(
      workspace.onDidChangeWorkspaceFolders(() => {
        this.open();
      }),
    );
    owned.add(
      workspace.onDidChangeConfiguration(change => {
        if (
          ['files.exclude', 'search.exclude', 'files.encoding'].some(key => change.affectsConfiguration(key))
        )
          this.open();
      }),
    );
  }
}

/** Another version may survive the files of which this one died. */
function keptBlameIn(workspaceState: Memento, version: string, logger: Logger): KeptBlame {
  const kept: unknown = workspaceState.get(blamedKey);
  const isOurs = typeof kept === 'object' && kept !== null && 'version' in kept && kept.version === version;
  return {
    kept: isOurs && 'files' in kept ? kept.files : undefined,
    keep: files => {
      const value = files.length === 0 ? undefined : { version, files };
      workspaceState.update(blamedKey, value).then(undefined, (error: unknown) => {
        logger.warn(`memory: which files ended the engine is not kept: ${errorMessage(error)}`);
      });
    },
  };
}

/** Settings may hold anything; what is no rule is passed over. */
function excludesOf(section: 'files' | 'search', folder: Uri): ExcludeMap {
  const configured: unknown = workspace.getConfiguration(section, folder).get('exclude');
  if (typeof configured !== 'object' || configured === null) return {};
  const rules: Record<string, boolean | { readonly when: string }> = {};
  for (const [glob, rule] of Object.entries(configured) as [string, unknown][]) {
    if (typeof rule === 'boolean') rules[glob] = rule;
    else if (typeof rule === 'object' && rule !== null && 'when' in rule && typeof rule.when === 'string') {
      rules[glob] = { when: rule.when };
    }
  }
  return rules;
}

/** How files that are not UTF-8 are read; nothing where the setting holds no name. */
function encodingOf(folder: Uri): { encoding?: string } {
  const encoding: unknown = workspace.getConfiguration('files', folder).get('encoding');
  return typeof encoding === 'string' ? { encoding } : {};
}
