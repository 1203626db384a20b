// End to end: the VSIX in an extension host of Node, whose engine lives in a tab's worker for WebGPU, on the software
// adapter. Ghost text from there, what the report says of it, and how the processor goes on when the tab is lost.

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openWorkbench, type Workbench } from './browser.ts';
import { CleanUps } from './cleanUps.ts';
import type { CodeServer } from './codeServer.ts';
import { commandTitle } from './manifest.ts';
import { openRealWindow } from './realWindow.ts';
import { addSureSuggestion, untilSureGhostText } from './sureSuggestion.ts';
import { sampleWorkspaceCopy } from './temporaryFolder.ts';
import { trainingWorkspace } from './trainingWorkspace.ts';

/** The software adapter takes its time. */
const readyMs = 120_000;
const tabName = 'TinyMemory on WebGPU';
const machineSettings = { 'tinymemory.device': 'webgpu' };

const keybindings = [{ key: 'ctrl+alt+t', command: 'tinymemory.train', args: { mode: 'full', steps: 2 } }];
const trainingMs = 600_000;

function openSample(cleanUps: CleanUps, adapter: 'software' | 'none') {
  const workspace = cleanUps.add(sampleWorkspaceCopy(), folder => {
    folder.dispose();
  });
  addSureSuggestion(workspace.path, 'ownCall');
  return openRealWindow(cleanUps, workspace.path, { machineSettings, keybindings, adapter });
}

/** What the command shows, its lines joined, for they may be wrapped; the report is closed again. */
async function engineReport(window: Workbench): Promise<string> {
  await window.runCommand(commandTitle('tinymemory.engineReport'));
  await window.page.locator('.tabs-container .tab.active').filter({ hasText: 'Untitled' }).waitFor();
  const read = async () => (await window.visibleLines()).join('');
  for (let text = await read(); ; text = await read()) {
    if (text.includes('## Recent problems')) {
      await window.runCommand('View: Revert and Close Editor');
      return text;
    }
    await window.page.waitForTimeout(100);
  }
}

describe('an engine in a tab of the desktop, for WebGPU', function () {
  this.timeout(300_000);
  const cleanUps = new CleanUps();
  let browser: Browser;
  let server: CodeServer;
  let window: Workbench;

  before(async () => {
    ({ browser, server, window } = await openSample(cleanUps, 'software'));
    window.page.setDefaultTimeout(60_000);
  });

  after(() => cleanUps.run());

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await window.screenshot(`failed ${this.currentTest.title}`);
  });

  const tab = () => window.page.locator('.tabs-container .tab').filter({ hasText: tabName });

  /** A line that was left unfinished would teach memory that such lines end there. */
  const deleteLine = async (): Promise<void> => {
    await window.press('Escape');
    await window.press('Control+Shift+K');
  };

  it('is loaded there, and stays behind what the user works on', async () => {
    await tab().waitFor();
    await window.openFile('src/catalogue.ts');
    assert.equal(
      await window.page.locator('.tabs-container .tab.active').filter({ hasText: tabName }).count(),
      0,
    );
  });

  it('shows ghost text', async () => {
    await untilSureGhostText(window, 'ownCall', readyMs);
    await window.screenshot('webview-ghost-text');
    await deleteLine();
  });

  it('is named by the report, with its home', async () => {
    const text = await engineReport(window);
    assert.match(text, /Device: webgpu in a worker of a webview, 1 thread, because the setting/);
    assert.match(text, /None in this session/);
  });

  it('gives way to the processor when the tab is closed, which shows ghost text as before', async () => {
    await tab().click();
    const page = window.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
    await page.getByRole('heading', { name: tabName }).waitFor();
    await window.screenshot('webview-home');
    await tab().locator('.action-label').first().click();
    await untilSureGhostText(window, 'ownCall', readyMs);
    await deleteLine();
    const text = await engineReport(window);
    assert.match(
      text,
      /Device: wasm in a thread of Node, .* because WebGPU cannot be used: its tab was closed/,
    );
    await window.statusBarItem('TinyMemory').first().hover();
    const hover = window.page.locator('.monaco-hover').filter({ hasText: 'its tab was closed' }).first();
    await hover.waitFor();
    await window.screenshot('webview-home-closed');
    await window.page.mouse.move(400, 300);
  });

  it('is there again after the command to restart it, and gives way when the tab is loaded anew', async () => {
    await window.runCommand(commandTitle('tinymemory.restartEngine'));
    await tab().waitFor();
    await untilSureGhostText(window, 'ownCall', readyMs);
    await deleteLine();
    assert.match(await engineReport(window), /Device: webgpu in a worker of a webview/);
    await window.runCommand('Developer: Reload Webviews');
    await tab().waitFor({ state: 'detached' });
    await untilSureGhostText(window, 'ownCall', readyMs);
    assert.match(await engineReport(window), /Device: wasm in a thread of Node, .*: its tab was loaded anew/);
  });

  it('trains there, and goes on in a thread of Node when the tab is closed', async function () {
    this.timeout(trainingMs + 120_000);
    const folder = cleanUps.add(trainingWorkspace(), made => {
      made.dispose();
    });
    await window.close();
    window = await openWorkbench(browser, server, folder.path, 'TinyMemory');
    window.page.setDefaultTimeout(60_000);
    await tab().waitFor();
    await window.press('Control+Alt+T');
    // The other page is the engine's.
    const view = window.page
      .locator('iframe.webview')
      .last()
      .contentFrame()
      .frameLocator('iframe#active-frame');
    await view.getByText('2 of 2').waitFor({ timeout: trainingMs });
    await view.getByText('webgpu, 1 thread').waitFor();
    await window.screenshot('webview-training');
    // To judge takes the software adapter an hour.
    await tab().hover();
    await tab().locator('.action-label').first().click();
    const report = window.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
    await report.locator('.verdict').waitFor({ timeout: trainingMs });
    assert.match((await report.locator('.verdict').textContent()) ?? '', /^(Kept|Not kept): /);
    await report.getByText(/parameters learnt [\d,]+ tokens .* on wasm, /).waitFor();
    // Who closed it gets it back by asking for it.
    assert.equal(await tab().count(), 0);
  });

  it('is opened behind a page, too', async () => {
    await window.runCommand(commandTitle('tinymemory.restartEngine'));
    await tab().waitFor();
    const active = window.page.locator('.tabs-container .tab.active');
    await active.filter({ hasText: 'Training' }).waitFor();
    await window.screenshot('webview-behind-page');
  });
});

describe('an engine that is to live in a tab for WebGPU, where there is none', function () {
  this.timeout(300_000);
  const cleanUps = new CleanUps();

  after(() => cleanUps.run());

  it('is on the processor with the first suggestion, says why, and leaves no tab behind', async () => {
    const { window } = await openSample(cleanUps, 'none');
    cleanUps.add(window, () => window.screenshot('webview-none'));
    window.page.setDefaultTimeout(60_000);
    await untilSureGhostText(window, 'ownCall', readyMs);
    const text = await engineReport(window);
    assert.match(
      text,
      /Device: wasm in a thread of Node, .* because WebGPU cannot be used: the browser gave no WebGPU adapter/,
    );
    await window.page
      .locator('.tabs-container .tab')
      .filter({ hasText: tabName })
      .waitFor({ state: 'detached' });
  });
});
