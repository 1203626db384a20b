// The chat page in a browser, and turns to show in it.

import type { Browser } from 'playwright-core';
import type { Turn } from '../../src/pages/chat/conversation.ts';
import type { ChatPageChange } from '../../src/pages/chat/api.ts';
import { chatHostApi, chatPageApi } from '../../src/pages/chat/api.ts';
import type { PageBench } from './pageBench.ts';
import { openPage } from './pageBench.ts';

export type ChatPageBench = PageBench<ChatPageChange, typeof chatHostApi>;

/** Opens the page and waits until it is ready. */
export async function openChatPage(browser: Browser, width = 420): Promise<ChatPageBench> {
  return openPage(browser, 'chat', width, { page: chatPageApi, host: chatHostApi });
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
