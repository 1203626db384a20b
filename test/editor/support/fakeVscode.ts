// The pieces of VS Code's API that the extension uses, in memory. It counts what is registered and not yet disposed, so
// that a test can tell whether anything leaks.

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

export interface FakeDocument {
  readonly uri: { readonly scheme: string; readonly path: string; toString(): string };
  readonly languageId: string;
  readonly lineCount: number;
  readonly eol: number;
  readonly isUntitled: boolean;
  readonly isClosed: boolean;
  version: number;
  lineAt(line: number): { readonly text: string };
}

export function fakeUri(text: string): FakeDocument['uri'] {
  const [scheme = '', path = ''] = text.split(':');
  return { scheme, path, toString: () => text };
}

/** A document of `text`, whose line ends tell its kind. */
export function fakeDocument(uri: string, languageId: string, text: string): FakeDocument {
  const lines = text.split(/\r?\n/);
  return {
    uri: fakeUri(uri),
    languageId,
    lineCount: lines.length,
    eol: text.includes('\r\n') ? 2 : 1,
    isUntitled: uri.startsWith('untitled:'),
    isClosed: false,
    version: 1,
    lineAt: line => ({ text: lines[line] ?? '' }),
  };
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

export function createFakeVscode() {
  const live = new Set<string>();
  const commands = new Map<string, (...args: unknown[]) => unknown>();
  const executed: string[] = [];
  const messages: string[] = [];
  const log: string[] = [];
  const values = new Map<string, unknown>();
  const listeners = { configuration: new Set<Listener>(), activeEditor: new Set<Listener>() };
  const statusBar = { text: '', tooltip: new MarkdownString(''), shown: false };
  const state: {
    provider: Provider | undefined;
    chosen: string | undefined;
    choices: string[];
    notebooks: unknown[];
    editors: unknown[];
  } = { provider: undefined, chosen: undefined, choices: [], notebooks: [], editors: [] };

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
  function listen(name: keyof typeof listeners) {
    return (listener: Listener) => {
      listeners[name].add(listener);
      return owned(`listener ${name} ${listeners[name].size}`, () => listeners[name].delete(listener));
    };
  }
  const say = (message: string) => {
    messages.push(message);
    return Promise.resolve(undefined);
  };
  const logLine = (message: string) => log.push(message);

  const api = {
    Position,
    Range,
    InlineCompletionItem,
    MarkdownString,
    ThemeColor,
    InlineCompletionTriggerKind: { Invoke: 0, Automatic: 1 },
    EndOfLine: { LF: 1, CRLF: 2 },
    StatusBarAlignment: { Left: 1, Right: 2 },
    ConfigurationTarget: { Global: 1, Workspace: 2 },
    window: {
      get activeTextEditor() {
        return state.editors[0];
      },
      get visibleTextEditors() {
        return state.editors;
      },
      onDidChangeActiveTextEditor: listen('activeEditor'),
      createOutputChannel: (name: string) => ({
        ...owned(`channel ${name}`),
        trace: logLine,
        debug: logLine,
        info: logLine,
        warn: logLine,
        error: logLine,
        show: () => executed.push('channel shown'),
      }),
      createStatusBarItem: (id: string) =>
        Object.assign(statusBar, owned(`item ${id}`), { show: () => (statusBar.shown = true) }),
      showWarningMessage: say,
      showErrorMessage: say,
      showQuickPick(items: { label: string }[]) {
        state.choices = items.map(({ label }) => label);
        return Promise.resolve(items.find(({ label }) => label.includes(state.chosen ?? '\n')));
      },
    },
    workspace: {
      get notebookDocuments() {
        return state.notebooks;
      },
      onDidChangeConfiguration: listen('configuration'),
      getWorkspaceFolder: ({ path }: FakeDocument['uri']) => (path.startsWith('/folder/') ? {} : undefined),
      asRelativePath: ({ path }: FakeDocument['uri']) => path.slice('/folder/'.length),
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
        await commands.get(id)?.(...args);
      },
    },
    languages: {
      registerInlineCompletionItemProvider(_selector: unknown, provider: Provider) {
        state.provider = provider;
        return owned('provider');
      },
    },
  };
  return { api, live, commands, executed, messages, log, values, statusBar, state };
}
