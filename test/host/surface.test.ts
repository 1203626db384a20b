// What a new user meets in a real VS Code: the menu, the hover, the extension's own page, a training that is stopped and
// discarded, and the question before a workspace is forgotten.

import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import type { Workbench } from './browser.ts';
import { CleanUps } from './cleanUps.ts';
import { commandTitle } from './manifest.ts';
import { openRealWindow } from './realWindow.ts';
import { trainingWorkspace } from './trainingWorkspace.ts';

describe('what a new user meets in a real VS Code', function () {
  this.timeout(240_000);
  const cleanUps = new CleanUps();
  let window: Workbench;

  before(async () => {
    const workspace = cleanUps.add(trainingWorkspace(), folder => {
      folder.dispose();
    });
    ({ window } = await openRealWindow(cleanUps, workspace.path, {
      keybindings: [
        { key: 'ctrl+alt+t', command: 'tinymemory.train', args: { mode: 'full', minutes: 30 } },
        { key: 'ctrl+alt+m', command: 'tinymemory.showMenu' },
        {
          key: 'ctrl+alt+e',
          command: 'extension.open',
          args: 'tinymemory.tinymemory',
        },
      ],
    }));
    window.page.setDefaultTimeout(90_000);
  });
  after(() => cleanUps.run());
  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await window.screenshot(`failed ${this.currentTest.title}`);
  });

  const frame = (): FrameLocator =>
    window.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  const dialog = () => window.page.locator('.monaco-dialog-box');

  it('the menu is in groups and begins with what is wanted most', async () => {
    await window.statusBarItem('TinyMemory').first().click();
    const rows = window.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    await window.screenshot('surface-menu');
    assert.match((await rows.first().textContent()) ?? '', /Ask about this workspace.*Alt\+Shift\+\\.*Code/);
    await window.press('Escape');
  });

  it('the hover says what is true', async () => {
    const hover = window.page.locator('.monaco-hover').filter({ hasText: 'TinyMemory:' }).first();
    let text = '';
    while (!/Memory: \d/.test(text)) {
      await window.page.mouse.move(400, 300);
      await window.statusBarItem('TinyMemory').first().hover();
      await hover.waitFor();
      text = (await hover.textContent()) ?? '';
      assert.doesNotMatch(text, /cannot be used|not running/);
    }
    await window.screenshot('surface-hover');
    await window.page.mouse.move(400, 300);
  });

  it('the page of the extension has no broken picture', async () => {
    await window.press('Control+Alt+E');
    await frame().getByText('A neural network of 6.5 million parameters').first().waitFor();
    assert.equal(await frame().locator('img').count(), 0);
    await window.screenshot('surface-extension');
    await window.runCommand('View: Close All Editors');
  });

  it('a training stops at once, shows the judging, and is discarded after a question', async () => {
    await window.press('Control+Alt+T');
    await frame().getByText('Learnt', { exact: true }).waitFor();
    await window.screenshot('surface-training');
    await frame().getByRole('button', { name: 'Stop and Judge' }).click();
    await frame().getByText('Judged', { exact: true }).waitFor();
    assert.equal(await frame().getByRole('button', { name: 'Stop and Judge' }).isVisible(), false);
    await window.screenshot('surface-judging');
    await frame().getByRole('button', { name: 'Discard...' }).click();
    await dialog().getByText('Discard this training?').waitFor();
    await window.screenshot('surface-discard');
    await dialog().getByRole('button', { name: 'Discard' }).click();
    await frame().getByRole('button', { name: 'Train...' }).waitFor();
  });

  it('the question before forgetting names all that goes', async () => {
    await window.runCommand(commandTitle('tinymemory.forgetWorkspace'));
    await dialog().waitFor();
    const text = (await dialog().textContent()) ?? '';
    for (const what of ["chat's history", 'statistics', 'model trained', 'Remember This Workspace']) {
      assert(text.includes(what), what);
    }
    await window.screenshot('surface-forget');
    await window.press('Escape');
  });
});
