// Inside the extension host: the installed VSIX is there, active, complete, and completes what is typed.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { acceptSuggestion, openAtEndOf, revert, type } from './editing.ts';
import { extensionId } from './trapExtension.ts';

const commands = ['toggle', 'toggleLanguage', 'snooze', 'suggest', 'showMenu', 'showLog', 'restartEngine'];

/** Defines the suite. */
export function extensionSuite(): void {
  describe('the installed extension', () => {
    afterEach(revert);

    it('is the one of the VSIX, and becomes active by itself', async () => {
      const extension = vscode.extensions.getExtension(extensionId);
      assert.ok(extension, `${extensionId} is not installed`);
      assert.match(extension.extensionPath, /[/\\]extensions[/\\]tinymemory\.tinymemory-/);
      for (let waited = 0; !extension.isActive && waited < 20_000; waited += 100) await sleep(100);
      assert.ok(extension.isActive, 'it is not active after 20 s');
    });

    it('registers its commands', async () => {
      const registered = await vscode.commands.getCommands(true);
      const missing = commands.map(name => `tinymemory.${name}`).filter(name => !registered.includes(name));
      assert.deepEqual(missing, []);
    });

    it('completes a line of a TypeScript file', async () => {
      const editor = await openAtEndOf('src/catalogue.ts', 'book.year === year');
      await type('\nconst found = ');
      const inserted = await acceptSuggestion(editor, 15_000);
      assert.notEqual(inserted.trim(), '');
    });

    it('completes a line of a Python file', async () => {
      const editor = await openAtEndOf('scripts/report.py', 'year = book["year"]');
      await type('\nauthor = ');
      const inserted = await acceptSuggestion(editor, 15_000);
      assert.notEqual(inserted.trim(), '');
    });

    it('completes a CRLF file and leaves no other line ends in it', async () => {
      const editor = await openAtEndOf('src/windowsLineEnds.ts', 'let result = 0');
      assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
      await type('\nlet count = ');
      const inserted = await acceptSuggestion(editor, 15_000);
      assert.notEqual(inserted.trim(), '');
      assert.doesNotMatch(editor.document.getText(), /(^|[^\r])\n|\r(?!\n)/);
    });

    it('completes an untitled document', async () => {
      const content = 'function add(a, b) {\n  return a + b;\n}\n\nfunction subtract(a, b) {\n  return ';
      const document = await vscode.workspace.openTextDocument({ language: 'javascript', content });
      const editor = await vscode.window.showTextDocument(document);
      const end = document.positionAt(content.length);
      editor.selection = new vscode.Selection(end, end);
      await type('a');
      const inserted = await acceptSuggestion(editor, 15_000, true);
      assert.notEqual(inserted.trim(), '');
    });

    it('suggests when it is asked to', async () => {
      const editor = await openAtEndOf('src/members.ts', 'member.email === email');
      await type('\nconst other = this.');
      await vscode.commands.executeCommand('tinymemory.suggest');
      const inserted = await acceptSuggestion(editor, 15_000);
      assert.notEqual(inserted.trim(), '');
    });

    it('works again after its engine was restarted', async () => {
      await vscode.commands.executeCommand('tinymemory.restartEngine');
      const editor = await openAtEndOf('src/catalogue.ts', 'book.year === year');
      await type('\nconst found = ');
      const inserted = await acceptSuggestion(editor, 15_000, true);
      assert.notEqual(inserted.trim(), '');
    });
  });
}
