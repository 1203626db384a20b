// The editor that chat speaks of: the one that was last active, also while a page has the focus.

import type { TextEditor } from 'vscode';
import { window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { memoryPath } from '../settings/workspacePaths.ts';

/** Selections change with every key; pages need not know at once. */
const settleMs = 80;

export class FocusedEditor implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<undefined>());
  private last: TextEditor | undefined = window.activeTextEditor;
  private timer: NodeJS.Timeout | undefined;

  /** Fires a moment after another editor, or another selection in it. */
  readonly onDidChange = this.changes.event;

  constructor() {
    this.owned.add(
      window.onDidChangeActiveTextEditor(editor => {
        if (editor !== undefined && isOfUser(editor)) this.last = editor;
        this.changed();
      }),
    );
    this.owned.add(
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.last) this.changed();
      }),
    );
  }

  /** Undefined where its document was closed. It may be hidden, by the chat's own tab say. */
  get editor(): TextEditor | undefined {
    const { last } = this;
    return last === undefined || last.document.isClosed || !isOfUser(last) ? undefined : last;
  }

  /** Its path as memory knows it, or the last part of its path where it is not of the workspace. */
  get path(): string | undefined {
    const uri = this.editor?.document.uri;
    return uri === undefined ? undefined : (memoryPath(uri) ?? uri.path.slice(uri.path.lastIndexOf('/') + 1));
  }

  /** First and last line of the selection, counted from 1; undefined where nothing is selected. */
  get selectedLines(): { readonly line: number; readonly endLine: number } | undefined {
    const selection = this.editor?.selection;
    if (selection === undefined || selection.isEmpty) return undefined;
    const { start, end } = selection;
    // A selection that ends before the first character of a line does not mean that line.
    const endLine = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
    return { line: start.line + 1, endLine };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.owned.dispose();
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.changes.fire(undefined);
    }, settleMs);
  }
}

/** Not the output, a comment box or a proposed change. */
function isOfUser({ document }: TextEditor): boolean {
  return !['output', 'comment', 'debug', 'tinymemory-proposal'].includes(document.uri.scheme);
}
