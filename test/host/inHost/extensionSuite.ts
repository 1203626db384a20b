// Inside the extension host: the installed VSIX is there, active, complete, and completes what is typed.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { acceptSuggestion, openAtEndOf, revert, type, workspaceFolder } from './editing.ts';
import { extensionId } from './trapExtension.ts';

const commands = [
  ...[
    'toggle',
    'toggleLanguage',
    'snooze',
    'suggest',
    'showMenu',
    'showLog',
    'engineReport',
    'restartEngine',
  ],
  ...['forgetWorkspace', 'rememberWorkspace', 'showStatistics', 'resetStatistics'],
  ...['ask', 'explainSelection', 'openChatInEditor', 'stopAnswer', 'clearChat', 'exportChat'],
];

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

    it('suggests what a file says that has just been created and was never opened', async () => {
      const files = {
        'src/jars.ts': 'export function fill() {\n    prepareMarmalade(orangePeel, sugarGrams);\n}\n',
        'src/shelf.ts': '// Shelf.\n',
      };
      // An edit, as VS Code tells of it itself: this server has no native watcher of files.
      const creation = new vscode.WorkspaceEdit();
      for (const [path, text] of Object.entries(files)) {
        const uri = vscode.Uri.joinPath(workspaceFolder(), path);
        creation.createFile(uri, { contents: new TextEncoder().encode(text) });
      }
      assert.ok(await vscode.workspace.applyEdit(creation));
      try {
        let inserted = '';
        for (let attempt = 1; attempt <= 10 && !inserted.includes('orangePeel'); attempt++) {
          await sleep(1_000);
          const editor = await openAtEndOf('src/shelf.ts', 'Shelf');
          // Another text each time: what was answered before the file was known is not asked again.
          await type(`\n// ${attempt}\nexport function fill() {\nprepareMarm`);
          inserted = await acceptSuggestion(editor, 2_000);
          await revert();
        }
        assert.match(inserted, /^alade\(orangePeel, sugarGrams\)/);
      } finally {
        for (const path of Object.keys(files)) {
          await vscode.workspace.fs.delete(vscode.Uri.joinPath(workspaceFolder(), path));
        }
      }
    });

    it('reports which device answers, why, how fast, and nothing of the workspace', async () => {
      await vscode.commands.executeCommand('tinymemory.engineReport');
      const text = vscode.window.activeTextEditor?.document.getText() ?? '';
      assert.match(text, /^# TinyMemory engine report\n/);
      assert.match(
        text,
        /\n- Device: wasm in a thread of Node, \d+ threads?, because it is the default on the desktop/,
      );
      assert.match(text, /\n- Measured now: prompts \d+ tokens\/s/);
      assert.ok(!text.includes(workspaceFolder().path));
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
