// End to end: the VSIX in the extension host of a browser, which a setting has the real VS Code choose. Keys typed, ghost
// text and answers read from the page, the window loaded anew, and what the engine's worker asked of the network.

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openWorkbench, type Workbench } from './browser.ts';
import { openChatView } from './chatView.ts';
import { CleanUps } from './cleanUps.ts';
import type { CodeServer } from './codeServer.ts';
import { untilLogged } from './readLog.ts';
import type { NetworkTrap } from './networkTrap.ts';
import { setNetworkTrap } from './networkTrap.ts';
import { openRealWindow } from './realWindow.ts';
import { addSureSuggestion, untilSureGhostText } from './sureSuggestion.ts';
import { sampleWorkspaceCopy, type TemporaryFolder } from './temporaryFolder.ts';
import { trainingWorkspace } from './trainingWorkspace.ts';

const readyMs = 60_000;
const trainingMs = 420_000;

describe('in the extension host of a browser', function () {
  this.timeout(180_000);
  const cleanUps = new CleanUps();
  let server: CodeServer;
  let browser: Browser;
  let workspace: TemporaryFolder;
  let window: Workbench;
  let trap: NetworkTrap;

  before(async () => {
    workspace = cleanUps.add(sampleWorkspaceCopy(), folder => {
      folder.dispose();
    });
    addSureSuggestion(workspace.path, 'otherCall');
    trap = cleanUps.add(await setNetworkTrap(), set => set.close());
    ({ browser, server, window } = await openRealWindow(cleanUps, workspace.path, {
      trap,
      settings: { 'remote.extensionKind': { 'tinymemory.tinymemory': ['web'] } },
      keybindings: [{ key: 'ctrl+alt+t', command: 'tinymemory.train', args: { mode: 'full', steps: 2 } }],
    }));
    window.page.setDefaultTimeout(readyMs);
  });

  after(() => cleanUps.run());

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await window.screenshot(`failed ${this.currentTest.title}`);
  });

  it('loads its engine into a worker of the browser, and reads the workspace', async () => {
    const log = await untilLogged(window, /memory: 13 files, .* read 13 files/);
    assert.match(log, /In a browser the engine runs on one thread/);
    assert.match(log, /ready in \d+ ms on wasm, threads: 1/);
    assert.doesNotMatch(log, /cannot be/);
  });

  it('shows ghost text of what only another file says, and takes it', async () => {
    await untilSureGhostText(window, 'otherCall', readyMs);
    await window.screenshot('web-ghost-text');
    await window.press('Tab');
    await window.untilNoGhostText();
    const lines = await window.visibleLines();
    assert.ok(
      lines.some(line => line.trim().startsWith('prepareMarmalade(orangePeel, sugarGrams)')),
      lines.join('\n'),
    );
  });

  it('answers questions about the workspace with their places', async () => {
    const chat = await openChatView(window);
    const turn = await chat.ask('/find overdue');
    await turn.getByText('Looked up in this workspace').waitFor();
    assert.match((await turn.locator('.place-head').first().textContent()) ?? '', /^loans\.ts:\d+/);
    await window.screenshot('web-chat');
  });

  it('fetches nothing in its worker, and of the network only itself before', async () => {
    const fetchedBy = async (name: RegExp): Promise<readonly string[]> => {
      for (const worker of window.page.workers()) {
        const seen = await worker.evaluate(() => ({
          name: String(Reflect.get(globalThis, 'name')),
          // Whatever a worker fetches, requests or imports has an entry.
          urls: performance.getEntriesByType('resource').map(entry => entry.name),
        }));
        if (name.test(seen.name)) return seen.urls;
      }
      throw new Error(`there is no worker ${String(name)}`);
    };
    assert.deepEqual(await fetchedBy(/tinymemory-engine$/), []);
    const own = (await fetchedBy(/^ExtensionHostWorker$/)).filter(url =>
      url.includes('tinymemory.tinymemory'),
    );
    assert.equal(own.length, 1, own.join('\n'));
    assert.match(own[0] ?? '', /dist%2Fweb%2Fextension\.cjs/);
  });

  it('uses the index that it stored when the window is loaded again', async () => {
    await window.page.reload();
    await window.statusBarItem('TinyMemory').first().waitFor();
    await untilLogged(window, /memory: 13 files, .* read [01] files/);
  });

  it('trains on a workspace, and puts what is better into use', async function () {
    this.timeout(trainingMs + 120_000);
    await window.close();
    const folder = cleanUps.add(trainingWorkspace(), made => {
      made.dispose();
    });
    window = await openWorkbench(browser, server, folder.path, 'TinyMemory');
    window.page.setDefaultTimeout(readyMs);
    await window.press('Control+Alt+T');
    const view = window.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
    await view.locator('.verdict').waitFor({ timeout: trainingMs });
    await window.screenshot('web-training');
    assert.match((await view.locator('.verdict').textContent()) ?? '', /^(Kept|Not kept): /);
    const log = await untilLogged(window, /training \S+: [\d.]+ -> [\d.]+ bits per byte, (kept|not kept)/);
    assert.doesNotMatch(log, /error/);
    // Its model was kept, and loads.
    if (log.includes(', kept')) await untilLogged(window, /bits per byte, kept.*, trained here ready in/);
  });

  it('has asked nobody but the server of VS Code for anything, in no page and no worker', () => {
    assert.deepEqual(trap.caught, []);
  });
});
