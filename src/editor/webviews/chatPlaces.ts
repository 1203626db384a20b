// The way back from paths, as memory and answers name them, to files of the workspace: never outside of it.

import type { Uri } from 'vscode';
import {
  Range,
  Selection,
  TextEditorRevealType,
  Uri as UriClass,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { folderPrefix } from '../settings/workspacePaths.ts';

/** The file of a path; undefined where no folder of the workspace can hold it. */
export function fileOf(path: string): Uri | undefined {
  for (const folder of workspace.workspaceFolders ?? []) {
    const prefix = folderPrefix(folder);
    if (!path.startsWith(prefix)) continue;
    const inside = path.slice(prefix.length).split('/');
    if (inside.some(name => name === '' || name === '.' || name === '..')) return undefined;
    return UriClass.joinPath(folder.uri, ...inside);
  }
  return undefined;
}

/** Whether there is a file of that path now. */
export async function isThere(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    // Whatever the reason: it cannot be opened.
    return false;
  }
}

/** The file of a path. Throws an Error for the user where it is gone, or was never of this workspace. */
export async function existingFile(path: string): Promise<Uri> {
  const uri = fileOf(path);
  if (uri === undefined) throw new Error(`${path} is not in this workspace`);
  if (!(await isThere(uri))) throw new Error(`${path} is no longer there: it was moved or deleted`);
  return uri;
}

/** Shows lines, counted from 1, selected and in the middle of an editor. Throws an Error for the user. */
export async function openPlace(path: string, line: number, endLine: number): Promise<void> {
  const uri = await existingFile(path);
  const document = await workspace.openTextDocument(uri);
  const last = document.lineCount - 1;
  const from = document.lineAt(Math.min(line - 1, last)).range.start;
  const to = document.lineAt(Math.min(endLine - 1, last)).range.end;
  const editor = await window.showTextDocument(document, {
    viewColumn: columnBesidePages(),
    selection: new Selection(from, to),
  });
  editor.revealRange(new Range(from, to), TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Where the chat fills an editor, code belongs beside it. */
function columnBesidePages(): ViewColumn {
  const editor = window.visibleTextEditors.find(({ viewColumn }) => viewColumn !== undefined);
  if (editor?.viewColumn !== undefined) return editor.viewColumn;
  return window.tabGroups.activeTabGroup.activeTab === undefined ? ViewColumn.Active : ViewColumn.Beside;
}
