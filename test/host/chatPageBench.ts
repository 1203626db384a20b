// The chat page in a browser, and turns to show in it.

import type { Browser } from 'playwright-core';
import type { Turn } from '../../src/pages/chat/conversation.ts';
import type { FromPage, ToPage } from '../../src/pages/chat/messages.ts';
import type { PageBench } from './pageBench.ts';
import { openPage } from './pageBench.ts';

export type ChatPageBench = PageBench<FromPage, ToPage>;

/** Opens the page and waits until it is ready. */
export async function openChatPage(browser: Browser, width = 420): Promise<ChatPageBench> {
  return openPage(browser, 'chat', width);
}

/** A turn that was answered with `parts`. */
export function answered(id: number, question: string, ...parts: Turn['parts']): Turn {
  return {
    id,
    question,
    attached: [],
    parts,
    progress: '',
    status: 'done',
    timings: { firstMs: 38, totalMs: 214 },
  };
}
