// End to end, with the mouse put aside: the VSIX in a real VS Code, a real TypeScript file, keys typed, ghost text
// read from the page, and what it did to the file read from the disk.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openWorkbench, type Workbench } from './browser.ts';
import { CleanUps } from './cleanUps.ts';
import type { CodeServer } from './codeServer.ts';
import { commandTitle } from './manifest.ts';
import { openRealWindow } from './realWindow.ts';
import { addUnfinishedCall } from './sureSuggestion.ts';
import { sampleWorkspaceCopy, type TemporaryFolder } from './temporaryFolder.ts';

const keys = {
  acceptLine: 'Control+Alt+L',
  snooze: 'Control+Alt+N',
  wake: 'Control+Alt+W',
} as const;

describe('ghost text in a real VS Code', function () {
  this.timeout(180_000);
  const cleanUps = new CleanUps();
  let server: CodeServer;
  let browser: Browser;
  let workspace: TemporaryFolder;
  let window: Workbench;

  before(async () => {
    workspace = cleanUps.add(sampleWorkspaceCopy(), folder => {
      folder.dispose();
    });
    addUnfinishedCall(workspace.path);
    ({ browser, server, window } = await openRealWindow(cleanUps, workspace.path, {
      keybindings: [
        { key: 'ctrl+alt+l', command: 'editor.action.inlineSuggest.acceptNextLine' },
        { key: 'ctrl+alt+n', command: 'tinymemory.snooze', args: 5 },
        { key: 'ctrl+alt+w', command: 'tinymemory.snooze', args: 0 },
      ],
    }));
  });

  after(() => cleanUps.run());

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await window.screenshot(`failed ${this.currentTest.title}`);
  });

  const onDisk = (path: string) => readFileSync(join(workspace.path, path), 'utf8');

  /** Opens a file and goes to the end of the line `below` the first that contains `text`. */
  const goToEndOf = async (path: string, text: string, below = 0) => {
    const line = onDisk(path)
      .split('\n')
      .findIndex(candidate => candidate.includes(text));
    assert.notEqual(line, -1, `${path} has no line with ${text}`);
    await window.openFile(path);
    await window.goToLineEnd(line + 1 + below);
  };

  /**
   * Opens a file and types on a new line below the first that contains `text`. What one test saved is remembered in
   * the next, an unfinished line too, so each that saves types a line of its own.
   */
  const typeBelow = async (path: string, text: string, typed: string) => {
    await goToEndOf(path, text);
    await window.press('Enter');
    await window.type(typed);
  };

  /** Types and deletes until ghost text comes: an engine that was stopped needs a moment to start again. */
  const typeOnUntilGhostText = async (): Promise<string> => {
    for (let attempt = 1; attempt < 10; attempt++) {
      await window.press('Backspace', 'Space');
      try {
        return await window.untilGhostText(2_000);
      } catch {
        await window.press('Escape');
      }
    }
    await window.press('Backspace', 'Space');
    return window.untilGhostText();
  };

  /** Takes back what was typed, so that the next test meets the file as it was. */
  const revert = async () => {
    await window.press('Escape');
    await window.runCommand('File: Revert File');
  };

  it('has an item in the status bar', async () => {
    assert.ok(await window.statusBarItem('TinyMemory').first().isVisible());
  });

  it('shows ghost text while a method is typed, and Tab accepts it', async () => {
    // Below the method that ends two lines after this one.
    await goToEndOf('src/catalogue.ts', 'book.year === year', 2);
    await window.press('Enter', 'Enter');
    await window.type('findByCopies(copies: number): Book[] {');
    await window.press('Enter');
    await window.type('const found = ');
    const ghost = await window.untilGhostText();
    await window.screenshot('ghost-text');
    await window.press('Tab');
    await window.untilNoGhostText();
    await window.screenshot('accepted');
    await window.save();
    const written = /findByCopies.*\r?\n {4}const found = (.*)/.exec(onDisk('src/catalogue.ts'))?.[1] ?? '';
    assert.ok(
      written !== '' && ghost.startsWith(written),
      `the file has ${written}, the ghost text was ${ghost}`,
    );
  });

  it('goes away by Escape and leaves the file as it was typed', async () => {
    await typeBelow('src/members.ts', 'member.email === email', 'const unfinished = ');
    await window.untilGhostText();
    await window.press('Escape');
    await window.untilNoGhostText();
    await window.save();
    assert.match(onDisk('src/members.ts'), /^ {4}const unfinished = ?$/m);
  });

  it('is accepted word by word', async () => {
    await typeBelow('src/loans.ts', 'loan.returned = true', 'const lent = ');
    const ghost = await window.untilGhostText();
    await window.press('Control+ArrowRight');
    await window.save();
    const accepted = /^ {4}const lent = (.*)$/m.exec(onDisk('src/loans.ts'))?.[1] ?? '';
    assert.ok(accepted !== '' && ghost.startsWith(accepted), `accepted ${accepted} of ${ghost}`);
    assert.ok(accepted.length <= ghost.length, `accepted ${accepted} of ${ghost}`);
  });

  it('is accepted line by line', async () => {
    await typeBelow('src/dates.ts', 'first.getTime() > second.getTime()', 'const later = ');
    const ghost = await window.untilGhostText();
    await window.press(keys.acceptLine);
    await window.untilNoGhostText();
    await window.save();
    const accepted = /^ {2}const later = (.*)$/m.exec(onDisk('src/dates.ts'))?.[1] ?? '';
    assert.ok(accepted !== '' && ghost.startsWith(accepted), `accepted ${accepted} of ${ghost}`);
  });

  it('has read a place where the cursor rested before the first key is typed there', async () => {
    await goToEndOf('kitchen/tins.ts', 'prepareMarmalade(');
    // Nothing shows that the engine has read ahead: this is many times what it takes.
    await window.page.waitForTimeout(10_000);
    await window.type('o');
    assert.match(await window.untilGhostText(), /^rangePeel, sugarGrams/);
    await window.statusBarItem('TinyMemory').first().hover();
    const hover = window.page.locator('.monaco-hover').filter({ hasText: 'Last suggestion' }).first();
    await hover.waitFor();
    assert.match((await hover.textContent()) ?? '', /Last suggestion: .*, worked out before/);
    await revert();
  });

  it('survives typing what it says', async () => {
    await typeBelow('src/catalogue.ts', 'book.title === title', 'const same = ');
    const ghost = await window.untilGhostText();
    const [first = ''] = ghost;
    await window.type(first);
    assert.equal(await window.untilGhostText(), ghost.slice(first.length));
    await revert();
  });

  it('is gone when switched off and back when switched on', async () => {
    const toggle = commandTitle('tinymemory.toggle');
    await window.runCommand(toggle);
    await typeBelow('src/catalogue.ts', 'book.author === author', 'const other = ');
    await window.page.waitForTimeout(2_000);
    assert.equal(await window.ghostText(), '');
    await window.screenshot('switched-off');
    await window.runCommand(toggle);
    assert.notEqual(await typeOnUntilGhostText(), '');
    await revert();
  });

  it('is silent while snoozed', async () => {
    await goToEndOf('src/catalogue.ts', 'book.author === author');
    await window.press(keys.snooze);
    // What is on show by then would stay while it is typed.
    await window.page.locator('.statusbar-item .codicon-bell-slash').first().waitFor();
    await window.press('Enter');
    await window.type('const other = ');
    await window.page.waitForTimeout(2_000);
    assert.equal(await window.ghostText(), '');
    await window.press(keys.wake);
    assert.notEqual(await typeOnUntilGhostText(), '');
    await revert();
  });

  it('keeps the line ends of a CRLF file', async () => {
    await typeBelow('src/windowsLineEnds.ts', 'let result = 0', 'let count = ');
    await window.untilGhostText();
    await window.press('Tab');
    await window.untilNoGhostText();
    await window.save();
    const text = onDisk('src/windowsLineEnds.ts');
    assert.match(text, /^ {2}let count = \S.*\r$/m);
    assert.doesNotMatch(text, /[^\r]\n/);
  });

  it('works in an untitled document', async () => {
    await window.runCommand('File: New Untitled Text File');
    await window.runCommand('Change Language Mode');
    await window.pick('JavaScript');
    await window.type('const values = [1, 2, 3];\nfor (const value of ');
    assert.notEqual(await window.untilGhostText(), '');
    await window.press('Tab');
    await window.untilNoGhostText();
    const [, last = ''] = await window.visibleLines();
    assert.ok(last.length > 'for (const value of )'.length, last);
  });

  it('comes in two windows on the same server', async () => {
    const second = await openWorkbench(browser, server, workspace.path, 'TinyMemory');
    await second.openFile('scripts/report.py');
    await second.goToLineEnd(17);
    await second.press('Enter');
    await second.type('author = ');
    const inSecond = await second.untilGhostText();
    await second.screenshot('second-window');
    await typeBelow('src/catalogue.ts', 'book.author === author', 'const other = ');
    const inFirst = await window.untilGhostText();
    assert.notEqual(inSecond, '');
    assert.notEqual(inFirst, '');
    await second.close();
    await revert();
  });
});
