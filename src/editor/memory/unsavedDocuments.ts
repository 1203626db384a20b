// Tells memory the text of documents that are edited but not saved, once the typing pauses; and that the file on the disk
// counts again once they are as it is, by saving, undoing or reverting, once they are closed, or have grown too long.

import type { TextDocument } from 'vscode';
import { workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { memoryPath } from '../settings/workspacePaths.ts';

/** A pause in the typing after which the text is sent. */
const pauseMs = 1_500;
/** Of longer documents the file on the disk counts until they are saved: their text as it was would mislead. */
const maxChars = 500_000;
/** Cheaper to ask than the length of the text. */
const maxLines = 20_000;

/** Calls `tell` with the path that memory knows and the text, or null when the file on the disk counts. */
export class UnsavedDocuments implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly tell: (path: string, text: string | null) => void;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly told = new Set<string>();

  constructor(tell: (path: string, text: string | null) => void) {
    this.tell = tell;
    const end = (document: TextDocument): void => {
      this.end(document);
    };
    this.owned.add(
      workspace.onDidChangeTextDocument(({ document }) => {
        // Undoing to what was saved and reverting tell of no save: VS Code fires once more when a document is clean.
        if (document.isDirty && document.lineCount <= maxLines) this.schedule(document);
        else this.end(document);
      }),
    );
    this.owned.add(workspace.onDidSaveTextDocument(end));
    this.owned.add(workspace.onDidCloseTextDocument(end));
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.owned.dispose();
  }

  private schedule(document: TextDocument): void {
    const path = pathOf(document);
    if (path === undefined) return;
    clearTimeout(this.timers.get(path));
    const timer = setTimeout(() => {
      this.timers.delete(path);
      const text = document.isClosed || !document.isDirty ? undefined : document.getText();
      if (text === undefined || text.length > maxChars) {
        this.end(document);
        return;
      }
      this.told.add(path);
      this.tell(path, text);
    }, pauseMs);
    this.timers.set(path, timer);
  }

  private end(document: TextDocument): void {
    const path = pathOf(document);
    if (path === undefined) return;
    clearTimeout(this.timers.get(path));
    this.timers.delete(path);
    if (this.told.delete(path)) this.tell(path, null);
  }
}

/** Cells of notebooks are no files of the workspace. */
function pathOf({ uri, isUntitled }: TextDocument): string | undefined {
  return isUntitled || uri.scheme === 'vscode-notebook-cell' ? undefined : memoryPath(uri);
}
