// The chat page as it is shipped, in a real browser without an editor around it: the test is the extension, and sees all
// that the page posts, asks the network for, and breaks of its content security policy.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { interactivePage } from '../../src/editor/webPage.ts';
import type { Turn } from '../../src/webview/chat/conversation.ts';
import type { FromPage, ToPage } from '../../src/webview/chat/messages.ts';
import { patienceMs } from './browser.ts';
import { repositoryRoot } from './temporaryFolder.ts';

const origin = 'https://page.example';
const files: Readonly<Record<string, string>> = {
  '/chat.js': 'text/javascript',
  '/chat.css': 'text/css',
  '/codicon.css': 'text/css',
  '/codicon.ttf': 'font/ttf',
};

export interface ChatPageBench {
  readonly page: Page;
  readonly posted: readonly FromPage[];
  /** Whatever must never happen: foreign requests, dialogs, errors, breaches of the policy. */
  readonly incidents: readonly string[];
  send(...messages: readonly ToPage[]): Promise<void>;
  /** Sends what is no message. */
  sendRaw(message: unknown): Promise<void>;
  /** Waits until the page posted something that `is` true of. */
  untilPosted(is: (message: FromPage) => boolean): Promise<FromPage>;
  close(): Promise<void>;
}

/** Runs before the page's own script, in the page. */
const stub = `
  const key = 'kept';
  window.acquireVsCodeApi = () => ({
    postMessage: message => { window.posted(message); },
    getState: () => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined,
    setState: value => { sessionStorage.setItem(key, JSON.stringify(value)); },
  });
  document.addEventListener('securitypolicyviolation', event => {
    window.incident('policy: ' + event.violatedDirective + ' ' + event.blockedURI);
  });
`;

/** Opens the page and waits until it is ready. */
export async function openChatPage(browser: Browser, width = 420): Promise<ChatPageBench> {
  const context = await browser.newContext({ viewport: { width, height: 720 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const posted: FromPage[] = [];
  const incidents: string[] = [];
  await page.exposeFunction('posted', (message: FromPage) => posted.push(message));
  await page.exposeFunction('incident', (what: string) => incidents.push(what));
  await page.addInitScript(stub);
  page.on('dialog', dialog => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', error => incidents.push(`error: ${error.message}`));
  page.on('popup', popup => incidents.push(`popup: ${popup.url()}`));
  await page.route('**/*', async route => {
    const { pathname, origin: from } = new URL(route.request().url());
    const contentType = from === origin ? files[pathname] : undefined;
    if (pathname === '/' && from === origin) {
      await route.fulfill({ contentType: 'text/html', body: frame() });
    } else if (contentType === undefined) {
      incidents.push(`request: ${route.request().url()}`);
      await route.abort();
    } else {
      const body = readFileSync(join(repositoryRoot, 'dist/webview', pathname));
      await route.fulfill({ contentType, body });
    }
  });
  const bench: ChatPageBench = {
    page,
    posted,
    incidents,
    async send(...messages) {
      for (const message of messages) await bench.sendRaw(message);
    },
    async sendRaw(message) {
      await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
      // The message is a task of its own, and what it streams is drawn in the next frame.
      await page.evaluate('new Promise(done => requestAnimationFrame(() => setTimeout(done)))');
    },
    async untilPosted(is) {
      for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 20) {
        const found = posted.find(is);
        if (found !== undefined) return found;
        await page.waitForTimeout(20);
      }
      throw new Error(`not posted; there was ${JSON.stringify(posted)}`);
    },
    async close() {
      await context.close();
    },
  };
  await page.goto(`${origin}/`);
  await bench.untilPosted(({ kind }) => kind === 'ready');
  return bench;
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

function frame(): string {
  return interactivePage({
    title: 'Chat',
    nonce: 'test',
    script: `${origin}/chat.js`,
    styleSheet: `${origin}/chat.css`,
    icons: `${origin}/codicon.css`,
    cspSource: origin,
  });
}
