// End to end: a small workspace is trained on in a real VS Code by a real engine, seen as a task, in the status bar and in
// the view; what was learnt answers, outlives a reload of the window, and is rolled back.

import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import type { Workbench } from './browser.ts';
import { CleanUps } from './cleanUps.ts';
import { commandTitle } from './manifest.ts';
import { openRealWindow } from './realWindow.ts';
import type { TemporaryFolder } from './temporaryFolder.ts';
import { trainingWorkspace } from './trainingWorkspace.ts';

/** Enough for the decision to be clear, few enough for a slow machine. */
const steps = 5;
const trainingMs = 420_000;

describe('training in a real VS Code', function () {
  this.timeout(120_000);
  const cleanUps = new CleanUps();
  let workspace: TemporaryFolder;
  let window: Workbench;

  before(async () => {
    workspace = cleanUps.add(trainingWorkspace(), folder => {
      folder.dispose();
    });
    ({ window } = await openRealWindow(cleanUps, workspace.path, {
      settings: { 'tinymemory.training.pauseWhenBusy': false },
      keybindings: [{ key: 'ctrl+alt+t', command: 'tinymemory.train', args: { mode: 'full', steps } }],
    }));
    window.page.setDefaultTimeout(60_000);
  });

  after(() => cleanUps.run());

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await window.screenshot(`failed ${this.currentTest.title}`);
  });

  const view = (): FrameLocator =>
    window.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');

  /** Waits until the hover of the status bar item says that a model is in use whose name `is` so. */
  const untilModel = async (is: (name: string) => boolean): Promise<void> => {
    const hover = window.page.locator('.monaco-hover').filter({ hasText: 'TinyMemory:' }).first();
    let text = '';
    for (let attempt = 0; attempt < 40; attempt++) {
      await window.statusBarItem('TinyMemory').first().hover();
      await hover.waitFor();
      text = (await hover.textContent()) ?? '';
      const name = /Model (.*?) \(/.exec(text)?.[1];
      if (name !== undefined && is(name)) return;
      await window.page.mouse.move(400, 300);
      await hover.waitFor({ state: 'hidden' });
    }
    assert.fail(text);
  };
  const isTrained = (name: string): boolean => name.endsWith(', trained here');

  it('starts by a command with arguments, as a task, and shows how it goes', async () => {
    await window.press('Control+Alt+T');
    await view().getByRole('heading', { name: 'Training on this workspace' }).waitFor();
    await view().getByRole('button', { name: 'Stop and Judge' }).waitFor();
    await window.press('F1');
    await window.page.locator('.quick-input-widget input[type="text"]').fill('>Tasks: Show Running Tasks');
    await window.page
      .locator('.quick-input-list .label-name', { hasText: 'Show Running Tasks' })
      .first()
      .click();
    const name = `train: full fine-tuning, ${steps} steps`;
    // The only one that runs: VS Code shows its terminal.
    await window.page.locator('.panel .actions-container', { hasText: name }).first().waitFor();
    await window.statusBarItem('%').first().waitFor();
    await window.screenshot('training-runs');
  });

  it('comes to a decision by files that it never saw, and puts the model into use', async function () {
    this.timeout(trainingMs + 60_000);
    await view().locator('.verdict').waitFor({ timeout: trainingMs });
    const verdict = (await view().locator('.verdict').textContent()) ?? '';
    assert.match(verdict, /^Kept: on 3 files that it never saw the trained model needs \d+\.\d % fewer bits/);
    await view().getByText('in use').waitFor();
    assert.equal(await view().locator('.figures tbody tr').count(), 5);
    assert.ok((await view().locator('.chart canvas').count()) > 0);
    await window.screenshot('training-kept');
    await untilModel(isTrained);
  });

  it('is readable in light and high contrast themes', async () => {
    for (const theme of ['Light Modern', 'Dark High Contrast', 'Dark Modern']) {
      await window.runCommand('Preferences: Color Theme');
      await window.pick(theme);
      await window.page.waitForTimeout(1_500);
      await window.screenshot(`training ${theme}`);
    }
  });

  it('outlives a reload of the window, view and all', async () => {
    await window.page.reload();
    await window.statusBarItem('TinyMemory').first().waitFor();
    await view().locator('.verdict').waitFor();
    await untilModel(isTrained);
  });

  it('is rolled back by one command', async () => {
    await window.runCommand(commandTitle('tinymemory.rollBackTraining'));
    await window.page.getByText('rolled back; now the base model answers').first().waitFor();
    await view().getByText('in use').waitFor({ state: 'detached' });
    await untilModel(name => !isTrained(name));
  });
});
