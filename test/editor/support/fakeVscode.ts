// The pieces of VS Code's API that the extension uses, in memory. It counts what is registered and not yet disposed, so
// that a test can tell whether anything leaks.

import { CancellationSource } from '../../../src/base/cancellation.ts';
import { fakeTasks } from './fakeTasks.ts';
import { fakeChatApi } from './fakeChatApi.ts';
import type { FakeDocument } from './fakeDocument.ts';
import { fakeDocument, fakeUri } from './fakeDocument.ts';

export type { FakeDocument };
export { fakeDocument, fakeUri };

export class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }

  translate(lines: number, characters: number): Position {
    return new Position(this.line + lines, this.character + characters);
  }

  isEqual(other: Position): boolean {
    return this.line === other.line && this.character === other.character;
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(start: Position, end: Position) {
    this.start = start;
    this.end = end;
  }

  get isSingleLine(): boolean {
    return this.start.line === this.end.line;
  }
}

class InlineCompletionItem {
  readonly insertText: string;
  readonly range: Range;
  readonly command: unknown;

  constructor(insertText: string, range: Range, command: unknown) {
    this.insertText = insertText;
    this.range = range;
    this.command = command;
  }
}

class MarkdownString {
  readonly value: string;
  isTrusted: unknown;

  constructor(value: string) {
    this.value = value;
  }
}

class ThemeColor {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export interface Provider {
  provideInlineCompletionItems(
    document: FakeDocument,
    position: Position,
    context: unknown,
    token: unknown,
  ): Promise<{ insertText: string; range: Range; command: { command: string; arguments: unknown[] } }[]>;
}

type Listener = (value: unknown) => void;

/** A memento that keeps everything in a map. */
export function fakeMemento(values = new Map<string, unknown>()) {
  return {
    values,
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update(key: string, value: unknown) {
      if (value === undefined) values.delete(key);
      else values.set(key, structuredClone(value));
      return Promise.resolve();
    },
  };
}

/** An open webview panel: what the extension posted to it, and what it posts. */
interface FakePanel {
  html: string;
  readonly title: string;
  readonly posted: unknown[];
  /** Posts to the extension, as the page would. */
  post(message: unknown): void;
  close(): void;
}

export function createFakeVscode() {
  const live = new Set<string>();
  const commands = new Map<string, (...args: unknown[]) => unknown>();
  const executed: string[] = [];
  const messages: string[] = [];
  const log: string[] = [];
  const values = new Map<string, unknown>();
  const listeners = {
    configuration: new Set<Listener>(),
    activeEditor: new Set<Listener>(),
    editorSelection: new Set<Listener>(),
    textDocument: new Set<Listener>(),
    openedTextDocument: new Set<Listener>(),
    closedTextDocument: new Set<Listener>(),
    saved: new Set<Listener>(),
    createdFiles: new Set<Listener>(),
    deletedFiles: new Set<Listener>(),
    renamedFiles: new Set<Listener>(),
    folders: new Set<Listener>(),
    fileCreated: new Set<Listener>(),
    fileChanged: new Set<Listener>(),
    fileDeleted: new Set<Listener>(),
  };
  const panels: FakePanel[] = [];
  const statusBar = { text: '', tooltip: new MarkdownString(''), shown: false };
  const trainingBar = { ...statusBar };
  const state: {
    provider: Provider | undefined;
    chosen: string | undefined;
    choices: string[];
    notebooks: unknown[];
    editors: unknown[];
    /** Whether whoever sees progress cancels it. */
    cancelsProgress: boolean;
    /** Button that the next messages are answered with. */
    answer: string | undefined;
    /** What is chosen of the next lists, one after another, before `chosen` is. */
    picks: string[];
    /** What is typed into input boxes. */
    typed: string | undefined;
    /** What is chosen in dialogs for files and folders. */
    dialogFolder: string | undefined;
    folders: { name: string; uri: ReturnType<typeof fakeUri> }[];
    /** The virtual file system: texts by URI; folders are those that files lie in. */
    files: Map<string, string>;
  } = {
    provider: undefined,
    chosen: undefined,
    choices: [],
    notebooks: [],
    editors: [],
    cancelsProgress: false,
    answer: undefined,
    picks: [],
    typed: undefined,
    dialogFolder: undefined,
    folders: [],
    files: new Map(),
  };

  function owned(name: string, onDispose: () => void = () => undefined) {
    if (live.has(name)) throw new Error(`${name} is registered twice`);
    live.add(name);
    return {
      dispose() {
        live.delete(name);
        onDispose();
      },
    };
  }
  let lastListener = 0;
  function listen(name: keyof typeof listeners) {
    return (listener: Listener) => {
      listeners[name].add(listener);
      const number = ++lastListener;
      return owned(`listener ${name} ${number}`, () => listeners[name].delete(listener));
    };
  }
  const say = (message: string, ...rest: unknown[]) => {
    messages.push(message);
    return Promise.resolve(rest.includes(state.answer) ? state.answer : undefined);
  };
  const fire = (name: keyof typeof listeners, value: unknown): void => {
    for (const listener of [...listeners[name]]) listener(value);
  };
  const logLine = (message: string) => log.push(message);
  const chat = fakeChatApi({ owned, files: state.files });
  const tasks = fakeTasks(owned);

  const api = {
    ...chat.api,
    ...tasks.api,
    Position,
    Range,
    InlineCompletionItem,
    MarkdownString,
    ThemeColor,
    InlineCompletionTriggerKind: { Invoke: 0, Automatic: 1 },
    EndOfLine: { LF: 1, CRLF: 2 },
    StatusBarAlignment: { Left: 1, Right: 2 },
    ConfigurationTarget: { Global: 1, Workspace: 2 },
    QuickPickItemKind: { Separator: -1, Default: 0 },
    FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
    ViewColumn: { Active: -1 },
    ProgressLocation: { Notification: 15 },
    Uri: Object.assign(class Uri extends Object {}, {
      joinPath: (uri: FakeDocument['uri'], ...path: string[]) => fakeUri([uri.toString(), ...path].join('/')),
      parse: fakeUri,
      file: (path: string) => fakeUri(`file:${path}`),
    }),
    window: {
      ...chat.api.window,
      get activeTextEditor() {
        return state.editors[0];
      },
      get visibleTextEditors() {
        return state.editors;
      },
      onDidChangeActiveTextEditor: listen('activeEditor'),
      onDidChangeTextEditorSelection: listen('editorSelection'),
      createOutputChannel: (name: string) => ({
        ...owned(`channel ${name}`),
        trace: logLine,
        debug: logLine,
        info: logLine,
        warn: logLine,
        error: logLine,
        show: () => executed.push('channel shown'),
      }),
      createStatusBarItem(id: string) {
        const item = id === 'tinymemory.status' ? statusBar : trainingBar;
        const show = () => (item.shown = true);
        const registration = owned(`item ${id}`, () => Object.assign(item, { text: '', shown: false }));
        return Object.assign(item, registration, { show, hide: () => (item.shown = false) });
      },
      showWarningMessage: say,
      showErrorMessage: say,
      showInformationMessage: say,
      createWebviewPanel(id: string, title: string) {
        const closed = new Set<Listener>();
        let receive: Listener = () => undefined;
        const panel: FakePanel = {
          html: '',
          title,
          posted: [],
          post: message => {
            receive(message);
          },
          close,
        };
        const registration = owned(`panel ${id}`);
        function close() {
          registration.dispose();
          for (const listener of closed) listener(undefined);
        }
        panels.push(panel);
        return {
          webview: Object.assign(panel, {
            cspSource: 'https://host.example',
            asWebviewUri: (uri: { path: string }) => `https://host.example${uri.path}`,
            onDidReceiveMessage(listener: Listener) {
              receive = listener;
              return { dispose: () => (receive = () => undefined) };
            },
            postMessage(message: unknown) {
              panel.posted.push(structuredClone(message));
              return Promise.resolve(true);
            },
          }),
          reveal: () => undefined,
          onDidDispose: (listener: Listener) => closed.add(listener),
          dispose: close,
        };
      },
      withProgress(
        _options: unknown,
        task: (progress: unknown, token: unknown) => Promise<unknown>,
      ): Promise<unknown> {
        const source = new CancellationSource();
        const report = ({ message }: { message: string }): void => {
          messages.push(message);
          if (state.cancelsProgress) source.cancel();
        };
        return task({ report }, source.token);
      },
      showQuickPick(all: { label: string; kind?: number }[]) {
        const items = all.filter(({ kind }) => kind !== -1);
        state.choices = items.map(({ label }) => label);
        const chosen = state.picks.shift() ?? state.chosen ?? '\n';
        return Promise.resolve(items.find(({ label }) => label.includes(chosen)));
      },
      showInputBox: () => Promise.resolve(state.typed),
      showOpenDialog: () =>
        Promise.resolve(
          state.dialogFolder === undefined ? undefined : [fakeUri(`file:${state.dialogFolder}`)],
        ),
    },
    workspace: {
      ...chat.api.workspace,
      get notebookDocuments() {
        return state.notebooks;
      },
      get workspaceFolders() {
        return state.folders.length === 0 ? undefined : state.folders;
      },
      onDidChangeConfiguration: listen('configuration'),
      textDocuments: [],
      onDidOpenTextDocument: listen('openedTextDocument'),
      onDidChangeTextDocument: listen('textDocument'),
      onDidCloseTextDocument: listen('closedTextDocument'),
      onDidSaveTextDocument: listen('saved'),
      onDidCreateFiles: listen('createdFiles'),
      onDidDeleteFiles: listen('deletedFiles'),
      onDidRenameFiles: listen('renamedFiles'),
      onDidChangeWorkspaceFolders: listen('folders'),
      createFileSystemWatcher: (glob: string) => ({
        ...owned(`watcher ${glob}`),
        onDidCreate: listen('fileCreated'),
        onDidChange: listen('fileChanged'),
        onDidDelete: listen('fileDeleted'),
      }),
      getWorkspaceFolder: ({ path }: FakeDocument['uri']) =>
        state.folders.find(({ uri }) => path.startsWith(`${uri.path}/`)) ??
        (path.startsWith('/folder/') ? { name: 'folder', uri: fakeUri('file:/folder') } : undefined),
      asRelativePath: ({ path }: FakeDocument['uri']) => {
        const folder = state.folders.find(({ uri }) => path.startsWith(`${uri.path}/`));
        return path.slice((folder?.uri.path ?? '/folder').length + 1);
      },
      fs: {
        readDirectory(uri: FakeDocument['uri']) {
          const start = `${uri.toString()}/`;
          const entries = new Map<string, number>();
          for (const path of state.files.keys()) {
            if (!path.startsWith(start)) continue;
            const [name = '', ...deeper] = path.slice(start.length).split('/');
            entries.set(name, deeper.length > 0 ? 2 : 1);
          }
          return Promise.resolve([...entries]);
        },
        stat(uri: FakeDocument['uri']) {
          const text = state.files.get(uri.toString());
          if (text === undefined) return Promise.reject(new Error(`${uri.toString()}: no such file`));
          return Promise.resolve({ size: text.length, mtime: 1 });
        },
        readFile: (uri: FakeDocument['uri']) =>
          Promise.resolve(new TextEncoder().encode(state.files.get(uri.toString()))),
      },
      getConfiguration: () => ({
        get: (key: string) => values.get(key),
        inspect: (key: string) => ({ globalValue: values.get(key) }),
        update(key: string, value: unknown) {
          values.set(key, value);
          for (const listener of listeners.configuration) listener({ affectsConfiguration: () => true });
          return Promise.resolve();
        },
      }),
    },
    commands: {
      registerCommand(id: string, handler: (...args: unknown[]) => unknown) {
        commands.set(id, handler);
        return owned(`command ${id}`);
      },
      async executeCommand(id: string, ...args: unknown[]) {
        executed.push([id, ...args].join(' '));
        return await commands.get(id)?.(...args);
      },
    },
    languages: {
      registerInlineCompletionItemProvider(_selector: unknown, provider: Provider) {
        state.provider = provider;
        return owned('provider');
      },
    },
  };
  return {
    api,
    live,
    commands,
    executed,
    messages,
    log,
    values,
    statusBar,
    state,
    fire,
    panels,
    trainingBar,
    tasks,
    chat,
  };
}
