// Chromium, found on the machine and driven by playwright-core, with the workbench of a code-server in it. What
// a person does there has a name here: open a file, put the cursor, type, look at the ghost text.

import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import type { CodeServer } from './codeServer.ts';
import { repositoryRoot } from './temporaryFolder.ts';

/** Where screenshots and logs of the tests are kept; ignored by git. */
export const outputFolder = join(repositoryRoot, 'test/output');

/** The path of a Chromium or Chrome. Throws an error that says what to install when there is none. */
function findChromium(): string {
  const asked = process.env['CHROMIUM'];
  if (asked !== undefined && asked !== '') {
    if (existsSync(asked)) return asked;
    throw new Error(`CHROMIUM is set to ${asked}, which does not exist`);
  }
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const elsewhere = [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  const found = [...folders.flatMap(folder => names.map(name => join(folder, name))), ...elsewhere].find(
    existsSync,
  );
  if (found !== undefined) return found;
  throw new Error(
    'no Chromium found, which the end-to-end tests need: run `apt-get install chromium`, or set the environment ' +
      'variable CHROMIUM to the path of a Chromium or Chrome',
  );
}

/** Of a browser that talks to nobody but the pages it is sent to. */
const browserFlags = [
  ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
] as const;

/** `software`: the adapter that every Chromium brings along. `machine`: whatever the machine has. `none`: no WebGPU. */
export type Adapter = 'software' | 'machine' | 'none';

const adapterFlags: Readonly<Record<Adapter, readonly string[]>> = {
  software: ['--disable-gpu', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  machine: ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-angle=vulkan'],
  none: ['--disable-gpu', '--disable-features=WebGPU', '--disable-blink-features=WebGPU'],
};

/** Starts a headless browser. */
export async function launchBrowser(
  adapter: Adapter = 'none',
  flags: readonly string[] = [],
): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [...browserFlags, ...adapterFlags[adapter], ...flags],
  });
}

/** How long anything that the editor does by itself may take on a slow, shared machine. */
export const patienceMs = 120_000;

/** A workbench in a page of its own. */
export interface Workbench {
  readonly page: Page;
  /** The status bar items whose text or label contains `text`. */
  statusBarItem(text: string): Locator;
  /** Opens a file by its path relative to the folder, through quick open. */
  openFile(path: string): Promise<void>;
  /** Puts the cursor at the end of a line, counted from 1, of the open editor. */
  goToLineEnd(line: number): Promise<void>;
  /** Types into the open editor, as fast as a quick typist. */
  type(text: string): Promise<void>;
  press(...keys: readonly string[]): Promise<void>;
  /** The ghost text on show, `''` when there is none. */
  ghostText(): Promise<string>;
  /** Waits for ghost text that stays the same for a moment, and returns it. Rejects when there is none in time. */
  untilGhostText(timeoutMs?: number): Promise<string>;
  /** Waits until there is no ghost text. */
  untilNoGhostText(): Promise<void>;
  /** The lines of the open editor that are on screen, without ghost text. */
  visibleLines(): Promise<string[]>;
  /** Runs a command by its title in the palette. */
  runCommand(title: string): Promise<void>;
  /** Chooses the entry of an open list whose label is `text`. */
  pick(text: string): Promise<void>;
  /** Saves the open file; resolves when it is no longer dirty. */
  save(): Promise<void>;
  /** Keeps a picture of the page as `test/output/NAME.png`. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

const ghostSelector = '.ghost-text, .ghost-text-decoration, .ghost-text-decoration-preview';
const editorSelector = '.editor-instance .monaco-editor';

/** Opens the workbench on `folder` and waits until `readyText` is in the status bar, if it is given. */
export async function openWorkbench(
  browser: Browser,
  server: CodeServer,
  folder: string,
  readyText?: string,
): Promise<Workbench> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  await page.goto(server.workbenchUrl(folder));
  await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
  const statusBarItem = (text: string) =>
    page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
  if (readyText !== undefined) await statusBarItem(readyText).first().waitFor();

  const ghost = page.locator(ghostSelector);
  const ghostText = async () => visible((await ghost.allTextContents()).join(''));
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const quickInput = page.locator('.quick-input-widget input[type="text"]');
  const quickOpen = async (text: string) => {
    await quickInput.waitFor();
    await quickInput.fill(text);
  };
  /** Chooses the entry whose label is exactly `label`, wherever it stands among those that `filter` leaves. */
  const choose = async (filter: string, label: string) => {
    await quickOpen(filter);
    await page.locator('.quick-input-list .label-name').getByText(label, { exact: true }).first().click();
    // Gone, or taken over by the list that the command opens.
    while ((await quickInput.isVisible()) && (await quickInput.inputValue()) === filter) {
      await page.waitForTimeout(50);
    }
  };

  return {
    page,
    statusBarItem,
    press,
    ghostText,
    async openFile(path) {
      await press('Control+P');
      await quickOpen(path);
      const name = path.slice(path.lastIndexOf('/') + 1);
      await page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: name }).waitFor();
      await press('Enter');
      await page.locator('.tabs-container .tab.active').filter({ hasText: name }).waitFor();
      await page.locator(`${editorSelector} .view-line`).first().waitFor();
    },
    async goToLineEnd(line) {
      await press('Control+G');
      await quickOpen(`:${line}`);
      await press('Enter');
      await quickInput.waitFor({ state: 'hidden' });
      await press('End');
    },
    async type(text) {
      await page.keyboard.type(text, { delay: 40 });
    },
    async untilGhostText(timeoutMs = patienceMs) {
      const deadlineMs = Date.now() + timeoutMs;
      let before = '';
      while (Date.now() < deadlineMs) {
        const now = await ghostText();
        if (now !== '' && now === before) return now;
        before = now;
        await page.waitForTimeout(150);
      }
      throw new Error(`no ghost text within ${timeoutMs} ms`);
    },
    async untilNoGhostText() {
      await page.waitForFunction(`document.querySelectorAll(${JSON.stringify(ghostSelector)}).length === 0`);
    },
    async visibleLines() {
      // Monaco positions lines absolutely: their order in the document is that of their vertical position.
      const lines = await page.locator(`${editorSelector} .view-line`).evaluateAll(
        // Typed by shape, for the project is compiled without the browser's types.
        (
          elements: {
            style: { top: string };
            cloneNode(deep: true): {
              textContent: string;
              querySelectorAll(selector: string): Iterable<{ remove(): void }>;
            };
          }[],
          selector,
        ) =>
          elements.map(element => {
            const copy = element.cloneNode(true);
            for (const part of copy.querySelectorAll(selector)) part.remove();
            return { top: parseFloat(element.style.top), text: copy.textContent };
          }),
        ghostSelector,
      );
      return lines.sort((a, b) => a.top - b.top).map(line => visible(line.text));
    },
    async runCommand(title) {
      await press('F1');
      await choose(`>${title}`, title);
    },
    async pick(text) {
      await choose(text, text);
    },
    async save() {
      await press('Control+S');
      await page.locator('.tabs-container .tab.active:not(.dirty)').waitFor();
    },
    async screenshot(name) {
      mkdirSync(outputFolder, { recursive: true });
      await page.screenshot({ path: join(outputFolder, `${name}.png`) });
    },
    async close() {
      await context.close();
    },
  };
}

/** Monaco renders spaces as no-break spaces. */
function visible(text: string): string {
  return text.replaceAll('\u00a0', ' ').replaceAll('\u200c', '');
}
