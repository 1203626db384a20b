// Files that VS Code reaches, by their URIs: what an extension in a browser has in place of a disk.

import { FileSystemError, FileType, Uri, workspace } from 'vscode';
import type { Files } from '../../base/files.ts';

export const editorFiles: Files = {
  async read(place) {
    const uri = Uri.parse(place);
    try {
      return await workspace.fs.readFile(uri);
    } catch (error) {
      // Of an extension that lies on a server, VS Code does not tell why a file cannot be read.
      if (isMissing(error) || /^https?$/.test(uri.scheme)) return undefined;
      throw error;
    }
  },
  async write(place, bytes) {
    // Not every file system writes in one step.
    const temporary = Uri.parse(`${place}.${Math.random().toString(36).slice(2)}.tmp`);
    try {
      await workspace.fs.writeFile(temporary, bytes);
      await workspace.fs.rename(temporary, Uri.parse(place), { overwrite: true });
    } catch (error) {
      await removed(temporary);
      throw error;
    }
  },
  async list(folder) {
    try {
      const entries = await workspace.fs.readDirectory(Uri.parse(folder));
      return entries.map(([name, type]) => ({ name, isFile: (type & FileType.File) !== 0 }));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  async exists(place) {
    try {
      await workspace.fs.stat(Uri.parse(place));
      return true;
    } catch {
      return false;
    }
  },
  async rename(from, to) {
    await workspace.fs.rename(Uri.parse(from), Uri.parse(to), { overwrite: true });
  },
  remove: place => removed(Uri.parse(place)),
};

async function removed(uri: Uri): Promise<void> {
  try {
    await workspace.fs.delete(uri, { recursive: true });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof FileSystemError && error.code === 'FileNotFound';
}
