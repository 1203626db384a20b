// The pieces of VS Code's API that only chat uses, in memory: webview views, documents by their text, the clipboard, and
// VS Code's own chat.

import type { FakeDocument } from './fakeDocument.ts';
import { fakeDocument, fakeUri } from './fakeDocument.ts';

interface Registry {
  /** Registers something under a name until it is disposed. */
  readonly owned: (name: string, onDispose?: () => void) => { dispose(): void };
  /** Texts of files by their address. */
  readonly files: ReadonlyMap<string, string>;
}

type Listener = (value: unknown) => void;

/** One open webview: what the extension posted to it, and what it posts. */
export interface FakeWebview {
  readonly posted: { kind: string }[];
  html: string;
  options: unknown;
  /** Posts to the extension, as the page would. */
  post(message: unknown): void;
  close(): void;
}

interface ViewProvider {
  resolveWebviewView(view: unknown): void;
}

export interface FakeParticipant {
  handler(request: unknown, context: unknown, stream: unknown, token: unknown): Promise<unknown>;
  iconPath?: unknown;
  followupProvider?: { provideFollowups(result: unknown): { command: string; prompt: string }[] };
}

class Location {
  readonly uri: unknown;
  readonly range: unknown;

  constructor(uri: unknown, range: unknown) {
    this.uri = uri;
    this.range = range;
  }
}

/** Classes of which a test makes no objects; only whether something is one is asked. */
const unused = () => class Unused extends Object {};

export function fakeChatApi({ owned, files }: Registry) {
  const clipboard = { text: '' };
  const opened: { document: FakeDocument; text: string; selection: unknown }[] = [];
  const openedLinks: string[] = [];
  const participants: FakeParticipant[] = [];
  let viewProvider: ViewProvider | undefined;

  /** Opens the chat view, as a click on the activity bar does. */
  function openView(): FakeWebview {
    if (viewProvider === undefined) throw new Error('no view is registered');
    let receive: Listener = () => undefined;
    let onClose: Listener = () => undefined;
    const webview: FakeWebview = {
      posted: [],
      html: '',
      options: undefined,
      post: message => {
        receive(message);
      },
      close: () => {
        onClose(undefined);
      },
    };
    viewProvider.resolveWebviewView({
      webview: Object.assign(webview, {
        cspSource: 'https://host.example',
        asWebviewUri: (uri: { path: string }) => `https://host.example${uri.path}`,
        onDidReceiveMessage(listener: Listener) {
          receive = listener;
          return owned('webview messages');
        },
        postMessage(message: { kind: string }) {
          webview.posted.push(structuredClone(message));
          return Promise.resolve(true);
        },
      }),
      visible: true,
      onDidChangeVisibility: () => undefined,
      onDidDispose: (listener: Listener) => (onClose = listener),
    });
    return webview;
  }

  function openTextDocument(what: FakeDocument['uri'] | { content: string; language: string }) {
    const isFile = 'path' in what;
    const text = isFile ? (files.get(what.toString()) ?? '') : what.content;
    const uri = isFile ? what.toString() : 'untitled:1';
    const lines = text.split('\n');
    const document = fakeDocument(uri, isFile ? 'typescript' : what.language, text);
    return Promise.resolve({
      ...document,
      text,
      lineAt: (line: number) => ({
        text: lines[line] ?? '',
        range: { start: { line, character: 0 }, end: { line, character: lines[line]?.length ?? 0 } },
      }),
    });
  }

  const api = {
    Location,
    TabInputTextDiff: unused(),
    WorkspaceEdit: unused(),
    ChatRequestTurn: unused(),
    ChatResponseTurn: unused(),
    ChatResponseMarkdownPart: unused(),
    TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
    Selection: class {
      readonly start: unknown;
      readonly end: unknown;
      constructor(start: unknown, end: unknown) {
        this.start = start;
        this.end = end;
      }
    },
    env: {
      clipboard: {
        writeText(text: string) {
          clipboard.text = text;
          return Promise.resolve();
        },
      },
      openExternal(uri: { toString(): string }) {
        openedLinks.push(uri.toString());
        return Promise.resolve(true);
      },
    },
    chat: {
      createChatParticipant(id: string, handler: FakeParticipant['handler']) {
        const participant = Object.assign<FakeParticipant, object>({ handler }, owned(`participant ${id}`));
        participants.push(participant);
        return participant;
      },
    },
    window: {
      tabGroups: { all: [], activeTabGroup: { activeTab: undefined } },
      registerWebviewViewProvider(id: string, provider: ViewProvider) {
        viewProvider = provider;
        return owned(`view ${id}`);
      },
      registerWebviewPanelSerializer: (id: string) => owned(`serializer ${id}`),
      showTextDocument(document: FakeDocument & { text: string }, options?: { selection?: unknown }) {
        opened.push({ document, text: document.text, selection: options?.selection });
        return Promise.resolve({ document, revealRange: () => undefined });
      },
    },
    workspace: {
      openTextDocument,
      registerTextDocumentContentProvider: (scheme: string) => owned(`documents ${scheme}`),
      findFiles: (pattern: string) => {
        const wanted = pattern.replace(/\*/g, '').replace(/^\//, '');
        return Promise.resolve([...files.keys()].filter(path => path.includes(wanted)).map(fakeUri));
      },
    },
  };
  return { api, openView, clipboard, opened, openedLinks, participants };
}
