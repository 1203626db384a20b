// The chat page's end of the bundled extension on a fake VS Code: posts what a page posts, and holds the turns as a page
// has them after all that it was told.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatRequest } from '../../../src/chat/model/types.ts';
import type { Turn } from '../../../src/pages/chat/conversation.ts';
import { applyEvent } from '../../../src/pages/chat/conversation.ts';
import type { ChatWriter } from '../../../src/worker/protocol/chatWriter.ts';
import type { ChatPageChange } from '../../../src/pages/chat/api.ts';
import { chatHostApi } from '../../../src/pages/chat/api.ts';
import type { Spoken } from '../../support/spoken.ts';
import { onWire } from '../../support/spoken.ts';
import { ExtensionBench } from './extensionBench.ts';
import type { FakeWebview } from './fakeChatApi.ts';
import { fakeUri } from './fakeVscode.ts';

export class ChatBench extends ExtensionBench {
  private open: FakeWebview | undefined;

  /** Starts a session of a fresh VS Code on a folder with one file, and opens the page. */
  async beginAfresh(): Promise<void> {
    this.reset();
    const { state } = this.vscode;
    state.folders = [{ name: 'folder', uri: fakeUri('memfs:/folder') }];
    state.files.set('memfs:/folder/src/a.ts', 'first\nsecond\nthird');
    await this.begin();
  }

  /** Starts a session of the same VS Code, and opens the page. */
  async begin(): Promise<void> {
    this.activate();
    await this.ready();
    this.openPage();
    this.post({ kind: 'ready' });
  }

  async end(): Promise<void> {
    this.page.close();
    await this.deactivate();
  }

  /** Opens a page that is not ready yet, in place of the one before. */
  openPage(): void {
    this.open?.close();
    this.open = this.vscode.chat.openView();
  }

  get page(): FakeWebview {
    assert.ok(this.open !== undefined);
    return this.open;
  }

  /** What the page was told to change, in order. */
  get told(): readonly ChatPageChange[] {
    const posted = this.page.posted as unknown as { kind: string; input: ChatPageChange }[];
    return posted.filter(({ kind }) => kind === 'event').map(({ input }) => input);
  }

  get turns(): readonly Turn[] {
    return this.told.reduce<readonly Turn[]>((now, message) => {
      if (message.kind === 'turns') return message.turns;
      if (message.kind !== 'events') return now;
      return now.map(turn => (turn.id === message.turn ? message.events.reduce(applyEvent, turn) : turn));
    }, []);
  }

  post(message: Spoken<typeof chatHostApi>): void {
    this.page.post(onWire(chatHostApi, message));
  }

  async until(is: () => boolean, what: string): Promise<void> {
    // What never comes, mocha's own limit ends; this says what it was.
    const late = setTimeout(() => {
      console.error(`still waiting for ${what}; the page has ${JSON.stringify(this.turns)}`);
    }, 15_000);
    try {
      while (!is()) await sleep(5);
    } finally {
      clearTimeout(late);
    }
  }

  /** Resolves when the newest answer ended. */
  async ended(): Promise<void> {
    await this.until(() => this.turns.length > 0 && this.turns.at(-1)?.status !== 'running', 'the end');
  }

  /** Asks and does not wait for the end, but for the author and the first words. */
  async begun(text: string): Promise<void> {
    this.post({ kind: 'ask', text });
    await this.until(() => (this.turns.at(-1)?.parts.length ?? 0) > 1, 'the beginning');
  }

  async ask(text: string): Promise<Turn> {
    this.post({ kind: 'ask', text });
    await this.until(() => this.turns.at(-1)?.question === text, 'the question');
    await this.ended();
    const turn = this.turns.at(-1);
    assert.ok(turn !== undefined);
    return turn;
  }

  /** What the first notice says. */
  async notice(): Promise<string> {
    const notices = () => this.told.flatMap(message => (message.kind === 'notice' ? [message.text] : []));
    await this.until(() => notices().length > 0, 'a notice');
    return notices().join('\n');
  }
}

/** The request as the engine got it, which echoes it. */
export function requestOf({ parts }: Turn): ChatRequest & { readonly writer?: ChatWriter } {
  const echo = parts.find(part => part.kind === 'markdown');
  assert.ok(echo !== undefined);
  return JSON.parse(echo.text) as ChatRequest & { readonly writer?: ChatWriter };
}
