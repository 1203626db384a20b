// What a person does in the editor, by the commands that the keys are bound to: put the cursor somewhere, type,
// take the suggestion.

import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** The first folder of the workspace. */
export function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('no folder is open');
  return folder.uri;
}

/** Opens a file of the workspace with the cursor at the end of the first line that contains `text`. */
export async function openAtEndOf(path: string, text: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.joinPath(workspaceFolder(), path);
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  for (let line = 0; line < document.lineCount; line++) {
    const { text: lineText, range } = document.lineAt(line);
    if (!lineText.includes(text)) continue;
    editor.selection = new vscode.Selection(range.end, range.end);
    return editor;
  }
  throw new Error(`${path} has no line with ${text}`);
}

/** Types at the cursor, character by character. */
export async function type(text: string): Promise<void> {
  for (const character of text) {
    await vscode.commands.executeCommand('type', { text: character });
    await sleep(20);
  }
}

/**
 * Accepts the suggestion as Tab does, as soon as there is one, and returns what it inserted; `''` when none came
 * within `timeoutMs`. With `ask`, asks for one explicitly when none comes by itself.
 */
export async function acceptSuggestion(
  editor: vscode.TextEditor,
  timeoutMs: number,
  ask = false,
): Promise<string> {
  const deadlineMs = Date.now() + timeoutMs;
  const lengthBefore = editor.document.getText().length;
  const start = editor.selection.active;
  for (let attempt = 1; Date.now() < deadlineMs; attempt++) {
    await sleep(200);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    if (editor.document.getText().length !== lengthBefore) {
      return editor.document.getText(new vscode.Range(start, editor.selection.active));
    }
    if (ask && attempt % 5 === 0) await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }
  return '';
}

/** Throws away what was typed into the open file. */
export async function revert(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.files.revert');
}
