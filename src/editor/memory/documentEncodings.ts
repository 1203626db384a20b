// In which encoding VS Code reads the files that are open, where their bytes do not say so: by a choice of the user
// (Reopen with Encoding) or a guess. Memory and chat then read the file on the disk as the editor shows it.

import type { TextDocument } from 'vscode';
import { workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { memoryPath } from '../settings/workspacePaths.ts';

/** Keeps what it has seen until the session ends: a file that was closed is still in its encoding. */
export class DocumentEncodings implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly onChange: (path: string) => void;
  /** By the path that memory knows. */
  private readonly known = new Map<string, string>();

  /** Calls `onChange` with the path, as memory knows it, of a file that is to be read anew. */
  constructor(onChange: (path: string) => void) {
    this.onChange = onChange;
    workspace.textDocuments.forEach(document => {
      this.note(document);
    });
    this.owned.add(
      workspace.onDidOpenTextDocument(document => {
        this.note(document);
      }),
    );
    this.owned.add(
      workspace.onDidChangeTextDocument(({ document }) => {
        this.note(document);
      }),
    );
  }

  /** VS Code's names of encodings by path within the folder whose files have this prefix. */
  within(prefix: string): Readonly<Record<string, string>> {
    const found = [...this.known].filter(([path]) => path.startsWith(prefix));
    return Object.fromEntries(found.map(([path, encoding]) => [path.slice(prefix.length), encoding]));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private note({ uri, encoding, isUntitled }: TextDocument): void {
    const isUnicode = encoding.startsWith('utf');
    if (isUnicode && this.known.size === 0) return;
    const path = isUntitled || uri.scheme === 'vscode-notebook-cell' ? undefined : memoryPath(uri);
    if (path === undefined) return;
    const before = this.known.get(path);
    const now = isUnicode || encoding === configuredFor(uri) ? undefined : encoding;
    if (before === now) return;
    if (now === undefined) this.known.delete(path);
    else this.known.set(path, now);
    this.onChange(path);
  }
}

function configuredFor(uri: TextDocument['uri']): unknown {
  return workspace.getConfiguration('files', uri).get('encoding');
}
