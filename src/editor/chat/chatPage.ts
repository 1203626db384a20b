// One open chat page, in the side bar or in an editor: tells it what the conversation is, and does what it asks for. The
// page is not trusted: what it sends is parsed, and names only what the conversation holds.

import type { Command, Uri, Webview } from 'vscode';
import { commands, env, Uri as UriClass, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import type { Calls, Handlers } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import { serve } from '../../base/requests/serve.ts';
import { placeText } from '../../chat/model/placeText.ts';
import type { AnswerPart } from '../../pages/chat/conversation.ts';
import { isOpenable } from '../../pages/chat/links.ts';
import type { ChatPageChange } from '../../pages/chat/api.ts';
import { chatHostApi, chatPageApi } from '../../pages/chat/api.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import type { Proposals } from './chatEdits.ts';
import { cureCommand } from './cureCommands.ts';
import { insertAtCursor } from './chatEdits.ts';
import { answerMarkdown, partText } from './chatMarkdown.ts';
import { openPlace } from '../webviews/chatPlaces.ts';
import { filesMatching } from './chatRequest.ts';
import type { ChatSession } from './chatSession.ts';
import type { ChatWriters } from './chatWriters.ts';
import type { FocusedEditor } from '../memory/focusedEditor.ts';
import { fillWebview } from '../webviews/interactiveWebview.ts';
import { saying } from '../webviews/saying.ts';
import { webviewPort } from '../webviews/webviewPort.ts';

export interface ChatPageParts {
  readonly extensionUri: Uri;
  readonly client: Pick<EngineClient, 'state' | 'onDidChangeState'>;
  readonly session: ChatSession;
  readonly focused: FocusedEditor;
  readonly proposals: Proposals;
  readonly writers: Pick<ChatWriters, 'endpointHost'>;
  readonly logger: Logger;
}

const maxFiles = 20;

export class ChatPage implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly page: Calls<typeof chatPageApi>;
  private readonly parts: ChatPageParts;
  private isReady = false;
  /** What is to be said once the page listens. */
  private readonly waiting: ChatPageChange[] = [];

  constructor(webview: Webview, parts: ChatPageParts) {
    this.parts = parts;
    const { session, focused, client, extensionUri } = parts;
    const tellSurroundings = (): void => {
      this.post(this.surroundings());
    };
    const port = webviewPort(webview, this.owned);
    const page = this.owned.add(connect(chatPageApi, port));
    this.page = page.calls;
    this.owned.add(
      serve(chatHostApi, port, this.handlers(), message => {
        parts.logger.warn(`chat: ${message}`);
      }),
    );
    this.owned.add(
      session.onDidChange(message => {
        this.post(message);
      }),
    );
    this.owned.add(focused.onDidChange(tellSurroundings));
    this.owned.add(client.onDidChangeState(tellSurroundings));
    this.owned.add(workspace.onDidChangeWorkspaceFolders(tellSurroundings));
    this.owned.add(workspace.onDidChangeConfiguration(tellSurroundings));
    fillWebview(webview, extensionUri, 'chat', 'TinyMemory Chat');
  }

  /** Says something to the page, once it listens if it does not yet. */
  tell(message: ChatPageChange): void {
    if (this.isReady) this.post(message);
    else this.waiting.push(message);
  }

  /** The page is unloaded while it is hidden, and is ready again when it comes back. */
  hidden(): void {
    this.isReady = false;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private handlers(): Handlers<typeof chatHostApi> {
    const { session, focused, proposals } = this.parts;
    return {
      ready: () => {
        this.isReady = true;
        this.post({ kind: 'turns', turns: session.turns });
        this.post(this.surroundings());
        this.waiting.splice(0).forEach(waiting => {
          this.post(waiting);
        });
      },
      ask: this.saying('ask', ({ text }) => session.ask(text)),
      stop: () => {
        session.stop();
      },
      retry: this.saying('retry', ({ turn }) => session.retry(turn)),
      open: this.saying('open', ({ path, line, endLine }) => openPlace(path, line, endLine)),
      // VS Code itself asks the user whether to open an outside address.
      openLink: this.saying('openLink', async ({ url }) => {
        if (isOpenable(url)) await env.openExternal(UriClass.parse(url, true));
      }),
      cure: this.saying('cure', async ({ cure }) => {
        await runCommand(cureCommand(cure));
      }),
      copy: this.saying('copy', async ({ turn, part }) => {
        await env.clipboard.writeText(this.textOf(turn, part));
        this.notice('Copied.');
      }),
      insert: this.saying('insert', async ({ turn, part }) => {
        await insertAtCursor(focused, this.textOf(turn, part));
        this.notice('Inserted at the cursor.');
      }),
      apply: this.saying('apply', async place => {
        const part = this.partOf(place.turn, place.part);
        if (part.kind !== 'code' || part.target === undefined) throw new Error('this is no change of a file');
        await proposals.show(part.target, partText(part));
      }),
      listFiles: async ({ query }) => [...(await filesMatching(query, maxFiles))],
    };
  }

  private saying<T>(name: string, act: (input: T) => Promise<unknown>): (input: T) => Promise<void> {
    const parts = {
      page: 'chat',
      logger: this.parts.logger,
      notice: (text: string) => {
        this.notice(text);
      },
    };
    return saying(parts, name, act);
  }

  /** Of a part, or of the whole answer. */
  private textOf(turn: number, part: number | null): string {
    if (part !== null) return partText(this.partOf(turn, part));
    const found = this.parts.session.turns.find(({ id }) => id === turn);
    return found === undefined ? '' : answerMarkdown(found);
  }

  private partOf(turn: number, part: number): AnswerPart {
    const found = this.parts.session.part(turn, part);
    if (found === undefined) throw new Error('this answer is gone: the chat was cleared');
    return found;
  }

  private surroundings(): ChatPageChange {
    const { focused, client, writers } = this.parts;
    const { path, selectedLines } = focused;
    const hasWorkspace = (workspace.workspaceFolders ?? []).length > 0;
    const selection =
      path === undefined || selectedLines === undefined ? null : placeText({ path, ...selectedLines });
    const surroundings = {
      file: path ?? null,
      selection,
      hasWorkspace,
      endpoint: writers.endpointHost,
      obstacle: obstacleOf(hasWorkspace, client.state.kind),
    };
    return { kind: 'surroundings', surroundings };
  }

  private notice(text: string): void {
    this.post({ kind: 'notice', text });
  }

  private post(message: ChatPageChange): void {
    // A page that is hidden or gone drops it; it asks for everything when it comes back.
    if (this.isReady) this.page.update(message);
  }
}

function obstacleOf(hasWorkspace: boolean, engine: EngineClient['state']['kind']): string | null {
  if (engine === 'stopped') return 'TinyMemory is switched off';
  if (engine === 'failed') return 'The engine failed: see the status bar';
  return hasWorkspace ? null : 'Open a folder to ask about';
}

async function runCommand({ command, arguments: given = [] }: Command): Promise<void> {
  await commands.executeCommand(command, ...(given as readonly unknown[]));
}
