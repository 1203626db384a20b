// End to end: the chat of the VSIX in a real VS Code, asked about a sample workspace by typing, and what its answers do to
// editors and files. Pictures in three themes are kept.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from './browser.ts';
import type { ChatView } from './chatView.ts';
import { chatIn, openChatView } from './chatView.ts';
import { CleanUps } from './cleanUps.ts';
import { commandTitle } from './manifest.ts';
import { openRealWindow } from './realWindow.ts';
import { sampleWorkspaceCopy, type TemporaryFolder } from './temporaryFolder.ts';

const themes = { dark: 'Dark Modern', light: 'Light Modern', contrast: 'Dark High Contrast' } as const;

/** Runs in the page: what presses the key from outside may come after the answer. */
const escapeWhileWriting = `
  new MutationObserver((_, observer) => {
    if ([...document.querySelectorAll('article')].at(-1)?.querySelector('.progress')?.textContent !== 'Writing') return;
    observer.disconnect();
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  }).observe(document.body, { childList: true, subtree: true });
`;

describe('chat in a real VS Code', function () {
  this.timeout(180_000);
  const cleanUps = new CleanUps();
  let workspace: TemporaryFolder;
  let window: Workbench;
  let chat: ChatView;

  before(async () => {
    workspace = cleanUps.add(sampleWorkspaceCopy(), folder => {
      folder.dispose();
    });
    ({ window } = await openRealWindow(cleanUps, workspace.path));
    await window.openFile('src/catalogue.ts');
    chat = await openChatView(window);
  });

  after(() => cleanUps.run());

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await window.screenshot(`failed ${this.currentTest.title}`);
  });

  const onDisk = (path: string) => readFileSync(join(workspace.path, path), 'utf8');
  const lineOf = (path: string, text: string) =>
    onDisk(path)
      .split('\n')
      .findIndex(line => line.includes(text)) + 1;
  const activeTab = (name: string) =>
    window.page.locator('.tabs-container .tab.active').filter({ hasText: name });

  it('puts the focus into the box and welcomes', async () => {
    await chat.frame.getByText('Ask about this workspace').first().waitFor();
    await window.page.keyboard.type('typed at once');
    assert.equal(await chat.box.inputValue(), 'typed at once');
    await chat.box.fill('');
  });

  it('answers with a quoted place, and a click on it lands on its line', async () => {
    const turn = await chat.ask('/find overdue');
    await turn.getByText('Looked up in this workspace').waitFor();
    const place = turn.locator('.place-head').first();
    const line = lineOf('src/loans.ts', 'overdue(');
    assert.match((await place.textContent()) ?? '', new RegExp(`^loans\\.ts:${line}(-|\\D|$)`));
    assert.match((await turn.locator('.numbered').first().textContent()) ?? '', /overdue/);
    await window.screenshot('chat-answer');
    await place.click();
    await activeTab('loans.ts').waitFor();
    await window.statusBarItem('selected').filter({ hasText: `Ln ` }).waitFor();
    const [first = ''] = await window.page
      .locator('.editor-instance .monaco-editor .active-line-number')
      .allTextContents();
    const shown = await window.visibleLines();
    assert.ok(
      shown.some(text => text.includes('overdue(')),
      'the place is not on screen',
    );
    assert.ok(Number(first) >= line, `the cursor is on line ${first}, the place on ${line}`);
  });

  it('says so when the file of a place was deleted', async () => {
    const turn = await chat.ask('/find report.py');
    const place = turn.locator('.place-head').filter({ hasText: 'report.py' }).first();
    await place.waitFor();
    rmSync(join(workspace.path, 'scripts/report.py'));
    await place.click();
    await chat.frame.getByRole('status').filter({ hasText: 'is no longer there' }).waitFor();
  });

  it('declines what is no question about the workspace', async () => {
    const turn = await chat.ask('what is the capital of France?');
    await turn.locator('.declined').waitFor();
    assert.doesNotMatch((await turn.textContent()) ?? '', /Paris/);
  });

  it('stops what is being written by Escape, and shows none of it', async () => {
    // At a place where there is much to write.
    await window.openFile('src/catalogue.ts');
    await window.goToLineEnd(1);
    await chat.frame.locator('body').evaluate(escapeWhileWriting);
    await chat.begin('/write a class that keeps all members by name and by year');
    await chat.lastTurn.getByText('Stopped').waitFor();
    assert.equal(await chat.lastTurn.locator('.generated .code').count(), 0);
  });

  it('says who wrote generated code and how sure it was', async () => {
    await window.openFile('src/dates.ts');
    await window.goToLineEnd(1);
    const turn = await chat.ask('/complete');
    await turn.getByText(/Written by .+/).waitFor();
    await turn.getByText('How sure:').waitFor();
    const title = await turn.locator('.generated .code .token').first().getAttribute('title');
    assert.match(title ?? '', /% sure/);
  });

  it('inserts quoted lines at the cursor', async () => {
    const turn = await chat.ask('/find overdue');
    await window.openFile('src/main.ts');
    await window.goToLineEnd(1);
    await window.press('Enter');
    await turn.getByRole('button', { name: 'Insert at cursor' }).first().click();
    await chat.frame.getByRole('status').filter({ hasText: 'Inserted' }).waitFor();
    await window.save();
    assert.match(onDisk('src/main.ts'), /^.*\n.*overdue\(/);
  });

  it('applies a generated change as a diff, once it is accepted', async () => {
    await window.openFile('src/dates.ts');
    await window.goToLineEnd(1);
    const before = onDisk('src/dates.ts');
    const turn = await chat.ask('/complete');
    const code = (await turn.locator('.generated .code').textContent()) ?? '';
    await turn.getByRole('button', { name: 'Review as diff' }).click();
    await activeTab('proposed by TinyMemory').waitFor();
    await window.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await window.screenshot('chat-diff');
    assert.equal(onDisk('src/dates.ts'), before);
    await window.runCommand(commandTitle('tinymemory.acceptProposal'));
    await window.page.locator('.tab.active.dirty').filter({ hasText: 'dates.ts' }).waitFor();
    await window.save();
    const [line = ''] = code.trim().split('\n');
    assert.notEqual(onDisk('src/dates.ts'), before);
    assert.ok(onDisk('src/dates.ts').includes(line), `${line} is not in the file`);
  });

  it('explains the selection of the editor', async () => {
    await window.openFile('src/members.ts');
    await window.goToLineEnd(lineOf('src/members.ts', 'email: string'));
    await window.press('Shift+Home');
    await window.runCommand(commandTitle('tinymemory.explainSelection'));
    const turn = chat.frame.getByRole('article').filter({ hasText: '/explain #selection' });
    await turn
      .locator('.attached')
      .getByText(/^src\/members\.ts:\d+$/)
      .waitFor();
    await turn.getByText('on this machine').waitFor();
  });

  it('completes commands and files of the workspace', async () => {
    await chat.box.fill('');
    await chat.box.pressSequentially('/expl');
    await chat.box.press('Tab');
    await chat.box.pressSequentially('@mem');
    await chat.frame.getByRole('option', { name: /members\.ts/ }).waitFor();
    await window.screenshot('chat-completion');
    await chat.box.press('Enter');
    assert.equal(await chat.box.inputValue(), '/explain @src/members.ts ');
    await chat.box.fill('');
  });

  it('comes back after the window was reloaded, history and all', async () => {
    const questions = await chat.frame.getByRole('article').getByRole('heading').allTextContents();
    assert.ok(questions.length > 3);
    await window.page.reload();
    await window.statusBarItem('TinyMemory').first().waitFor();
    chat = await openChatView(window);
    await chat.frame.getByRole('article').first().waitFor();
    assert.deepEqual(await chat.frame.getByRole('article').getByRole('heading').allTextContents(), questions);
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`looks right in the ${name} theme`, async () => {
      await window.runCommand('Preferences: Color Theme');
      await window.pick(theme);
      await window.page.waitForTimeout(500);
      await chat.ask('/find overdue');
      await window.screenshot(`chat-${name}`);
      const [text = '', ...behind] = await chat.frame.locator('.place-name').last().evaluate(coloursOf);
      const opaque = behind.find(colour => (channels(colour)[3] ?? 1) === 1) ?? 'none';
      assert.match(opaque, /^rgb/);
      const contrast = contrastOf(text, opaque);
      assert.ok(contrast >= 4.5, `the name of a place stands out by ${contrast}`);
    });
  }

  it('opens in an editor tab with the same conversation', async () => {
    const count = await chat.frame.getByRole('article').count();
    await window.runCommand(commandTitle('tinymemory.openChatInEditor'));
    await activeTab('TinyMemory Chat').waitFor();
    const inEditor = await chatIn(window.page.locator('iframe.webview').last());
    await inEditor.frame
      .getByRole('article')
      .nth(count - 1)
      .waitFor();
    await inEditor.ask('/help');
    await chat.frame.getByRole('article').nth(count).waitFor();
    await window.screenshot('chat-editor');
  });

  it('clears the chat in all places', async () => {
    await window.runCommand(commandTitle('tinymemory.clearChat'));
    await chat.frame.getByRole('article').first().waitFor({ state: 'detached' });
    await chat.frame.getByText('Find where something is').waitFor();
  });
});

/** In the page: the colour of an element's text, then what is behind it, from the front. */
function coloursOf(element: unknown): string[] {
  interface Node {
    readonly parentElement: Node | null;
  }
  // Typed by shape, for the project is compiled without the browser's types.
  const page = globalThis as unknown as {
    getComputedStyle(node: Node): { readonly color: string; readonly backgroundColor: string };
  };
  const colours = [page.getComputedStyle(element as Node).color];
  for (let node: Node | null = element as Node; node !== null; node = node.parentElement) {
    colours.push(page.getComputedStyle(node).backgroundColor);
  }
  return colours;
}

/** The contrast of two colours in CSS's `rgb()`, after WCAG 2. */
function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour)
    .map(value => value / 255)
    .map(value => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}
