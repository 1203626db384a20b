// A page of a webview as it is shipped, in a real browser without an editor around it: the test is the extension, and sees all
// that the page posts, asks the network for, and breaks of its content security policy.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type * as v from 'valibot';
import type { Api } from '../../src/base/requests/api.ts';
import { interactivePage } from '../../src/editor/webviews/webPage.ts';
import type { Spoken } from '../support/spoken.ts';
import { offWire } from '../support/spoken.ts';
import { patienceMs } from './browser.ts';
import { repositoryRoot } from './temporaryFolder.ts';

const origin = 'https://page.example';
const types: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  ttf: 'font/ttf',
};

/** The two APIs of a page: what it serves, and what the extension serves. */
export interface PageApis<Change, Host extends Api> {
  readonly page: Api & { readonly methods: { readonly update: { input: v.GenericSchema<Change> } } };
  readonly host: Host;
}

/** `Change` is what the page takes, `Host` what it calls. */
export interface PageBench<Change, Host extends Api> {
  readonly page: Page;
  readonly posted: readonly Spoken<Host>[];
  /** Whatever must never happen: foreign requests, dialogs, errors, breaches of the policy. */
  readonly incidents: readonly string[];
  send(...changes: readonly Change[]): Promise<void>;
  /** Answers a request of the page. */
  answer(id: number, output: unknown): Promise<void>;
  /** Sends what is no message. */
  sendRaw(message: unknown): Promise<void>;
  /** Waits until the page posted something that `is` true of. */
  untilPosted(is: (message: Spoken<Host>) => boolean): Promise<Spoken<Host>>;
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

/** Opens the page whose bundle is `NAME.js`, and waits until it is ready. */
export async function openPage<Change, Host extends Api>(
  browser: Browser,
  name: string,
  width: number,
  apis: PageApis<Change, Host>,
): Promise<PageBench<Change, Host>> {
  const files = [`/${name}.js`, `/${name}.css`, '/codicon.css', '/codicon.ttf'];
  const context = await browser.newContext({ viewport: { width, height: 720 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const posted: Spoken<Host>[] = [];
  const incidents: string[] = [];
  await page.exposeFunction('posted', (message: unknown) => posted.push(offWire(message) as Spoken<Host>));
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
    const isOurs = from === origin && files.includes(pathname);
    const contentType = isOurs ? types[pathname.slice(pathname.indexOf('.') + 1)] : undefined;
    if (pathname === '/' && from === origin) {
      await route.fulfill({ contentType: 'text/html', body: frame(name) });
    } else if (contentType === undefined) {
      incidents.push(`request: ${route.request().url()}`);
      await route.abort();
    } else {
      const body = readFileSync(join(repositoryRoot, 'dist/webview', pathname));
      await route.fulfill({ contentType, body });
    }
  });
  const bench: PageBench<Change, Host> = {
    page,
    posted,
    incidents,
    async send(...changes) {
      for (const input of changes) {
        await bench.sendRaw({ api: apis.page.name, kind: 'event', method: 'update', input });
      }
    },
    answer: (id, output) => bench.sendRaw({ api: apis.host.name, kind: 'answer', id, output }),
    async sendRaw(message) {
      await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
      // The message is a task of its own, which may come after one frame, and what it streams is drawn in the next.
      const frame = 'new Promise(done => requestAnimationFrame(() => setTimeout(done)))';
      for (let frames = 0; frames < 2; frames++) await page.evaluate(frame);
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

function frame(name: string): string {
  return interactivePage({
    title: name,
    nonce: 'test',
    script: `${origin}/${name}.js`,
    styleSheet: `${origin}/${name}.css`,
    icons: `${origin}/codicon.css`,
    cspSource: origin,
  });
}
