// Answers the engine's questions about files that only VS Code reaches, such as those of a virtual file system. This
// thread moves bytes and looks at none of them.

import type { FileStat } from 'vscode';
import { FileType, Uri, workspace } from 'vscode';
import { errorMessage } from '../../base/logger.ts';
import type { EditorFiles } from '../../worker/client/serveEditor.ts';
import type { FileStatAnswer } from '../../worker/protocol/editorApi.ts';
import { entryLetters } from '../../worker/protocol/editorApi.ts';

/** Larger files are in no case remembered, and not moved about. */
const maxBytes = 4_000_000;

export const workspaceTree: EditorFiles = {
  async listFolder({ folder, path }) {
    const entries = await workspace.fs.readDirectory(locate(folder, path));
    return {
      names: entries.map(([name]) => name),
      kinds: entries.map(([, type]) => letterOf(type)).join(''),
    };
  },
  statFiles: ({ folder, paths }) => Promise.all(paths.map(path => statOf(folder, path))),
  async readFile({ folder, path }) {
    const uri = locate(folder, path);
    const { size } = await workspace.fs.stat(uri);
    if (size > maxBytes) throw new Error(`${path} is too large to read`);
    // A Buffer, which these may be, would not survive the way into a webview.
    return new Uint8Array(await workspace.fs.readFile(uri));
  },
};

async function statOf(folder: string, path: string): Promise<FileStatAnswer> {
  try {
    const { size, mtime }: FileStat = await workspace.fs.stat(locate(folder, path));
    return { sizeBytes: size, mtimeMs: mtime };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

/** Only what lies in a folder of the workspace: a file system may list odd names, but none leads out of it. */
function locate(folder: string, path: string): Uri {
  const root = workspace.workspaceFolders?.find(({ uri }) => uri.toString() === folder)?.uri;
  if (root === undefined) throw new Error(`${folder} is no folder of the workspace any more`);
  if (path.split('/').includes('..')) throw new Error(`${path} leads out of the workspace`);
  return path === '' ? root : Uri.joinPath(root, path);
}

function letterOf(type: FileType): string {
  if ((type & FileType.SymbolicLink) !== 0) return entryLetters.symlink;
  if ((type & FileType.Directory) !== 0) return entryLetters.folder;
  return (type & FileType.File) !== 0 ? entryLetters.file : entryLetters.other;
}
