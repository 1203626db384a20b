// Where the chat page shows: the view of the activity bar, and an editor tab that comes back after a reload.

import type { WebviewPanel, WebviewPanelSerializer, WebviewView, WebviewViewProvider } from 'vscode';
import { commands, Uri, ViewColumn, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { ChatPageChange } from '../../pages/chat/api.ts';
import type { ChatPageParts } from './chatPage.ts';
import { ChatPage } from './chatPage.ts';

const chatViewId = 'tinymemory.chat';
const panelType = 'tinymemory.chatEditor';

export class ChatViews implements Disposable, WebviewViewProvider, WebviewPanelSerializer {
  private readonly owned = new DisposableStore();
  private readonly parts: ChatPageParts;
  private view: ChatPage | undefined;
  /** The first message to a view that does not exist yet: VS Code may create it after the command that shows it. */
  private first: ChatPageChange | undefined;
  private panel: { readonly panel: WebviewPanel; readonly page: ChatPage } | undefined;

  constructor(parts: ChatPageParts) {
    this.parts = parts;
    this.owned.add(window.registerWebviewViewProvider(chatViewId, this));
    this.owned.add(window.registerWebviewPanelSerializer(panelType, this));
  }

  /** Shows the view with the focus in its box, and `text` in it if given. */
  async focus(text?: string): Promise<void> {
    const message: ChatPageChange = text === undefined ? { kind: 'focus' } : { kind: 'compose', text };
    this.first = message;
    await commands.executeCommand(`${chatViewId}.focus`);
    // One that was there already was not told as it was made. It has the focus by now, and hands it to its box; a message
    // that came late would only take it from where the user went on.
    if (this.view === undefined || this.first !== message) return;
    this.first = undefined;
    if (text !== undefined) this.view.tell(message);
  }

  /** Shows the chat in an editor tab; one at a time. */
  openInEditor(): void {
    if (this.panel !== undefined) this.panel.panel.reveal();
    else this.adopt(window.createWebviewPanel(panelType, 'TinyMemory Chat', ViewColumn.Active));
  }

  resolveWebviewView(view: WebviewView): void {
    const page = new ChatPage(view.webview, this.parts);
    this.view = page;
    if (this.first !== undefined) page.tell(this.first);
    this.first = undefined;
    view.onDidChangeVisibility(() => {
      if (!view.visible) page.hidden();
    });
    view.onDidDispose(() => {
      page.dispose();
      if (this.view === page) this.view = undefined;
    });
  }

  deserializeWebviewPanel(panel: WebviewPanel): Promise<void> {
    if (this.panel === undefined) this.adopt(panel);
    else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.view?.dispose();
    this.panel?.page.dispose();
    this.panel?.panel.dispose();
    this.owned.dispose();
  }

  private adopt(panel: WebviewPanel): void {
    const page = new ChatPage(panel.webview, this.parts);
    panel.iconPath = Uri.joinPath(this.parts.extensionUri, 'media/icon.png');
    this.panel = { panel, page };
    panel.onDidChangeViewState(() => {
      if (!panel.visible) page.hidden();
    });
    panel.onDidDispose(() => {
      page.dispose();
      this.panel = undefined;
    });
  }
}
