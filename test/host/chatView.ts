// The chat view in the workbench, by what a person does with it: ask, wait for the answer, click a place.

import type { FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from './browser.ts';
import { patienceMs } from './browser.ts';
import { commandTitle } from './manifest.ts';

export interface ChatView {
  readonly frame: FrameLocator;
  readonly box: Locator;
  /** The newest turn. */
  readonly lastTurn: Locator;
  /** Asks and waits until the answer ended; gives its turn. */
  ask(question: string): Promise<Locator>;
  /** Asks, and does not wait. */
  begin(question: string): Promise<void>;
}

/** Shows the view with the focus in its box. */
export async function openChatView(window: Workbench): Promise<ChatView> {
  await window.runCommand(commandTitle('tinymemory.ask'));
  const chat = await chatIn(window.page.locator('iframe.webview').first());
  // It comes a moment after the view, and would close a list that was opened before.
  await chat.frame.locator('textarea:focus').waitFor();
  return chat;
}

/** The chat in a webview of the workbench. */
export async function chatIn(webview: Locator): Promise<ChatView> {
  const frame = webview.contentFrame().frameLocator('iframe#active-frame');
  const box = frame.getByRole('textbox', { name: 'Ask about this workspace' });
  await box.waitFor({ timeout: patienceMs });
  const turns = frame.getByRole('article');
  const chat: ChatView = {
    frame,
    box,
    lastTurn: turns.last(),
    async begin(question) {
      const before = await turns.count();
      await box.fill(question);
      await box.press('Enter');
      await turns.nth(before).waitFor({ timeout: patienceMs });
    },
    async ask(question) {
      await chat.begin(question);
      await frame.locator('article[aria-busy="true"]').waitFor({ state: 'detached', timeout: patienceMs });
      return chat.lastTurn;
    },
  };
  return chat;
}
