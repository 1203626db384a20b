// The paths under which memory knows the files of the workspace: relative to their folder, with the folder's name
// before them where there are several. The open document is shown to the engine by the same path, which is how memory
// knows the open file's own copy and leaves it out.

import type { Uri, WorkspaceFolder } from 'vscode';
import { workspace } from 'vscode';

/** What stands before the paths of a folder's files: '' or the folder's name, told apart from others, and a slash. */
export function folderPrefix(folder: WorkspaceFolder): string {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return '';
  const namesakes = folders.filter(({ name }) => name === folder.name);
  const number = namesakes.findIndex(({ uri }) => uri.toString() === folder.uri.toString()) + 1;
  return number <= 1 ? `${folder.name}/` : `${folder.name} (${number})/`;
}

/** The path of a file in the workspace; undefined for one outside. */
export function memoryPath(uri: Uri): string | undefined {
  const folder = workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return undefined;
  return folderPrefix(folder) + workspace.asRelativePath(uri, false).replaceAll('\\', '/');
}
