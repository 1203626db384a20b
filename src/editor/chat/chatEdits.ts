// What answers may do to files, each only when the user asks for it: text at the cursor, and a proposed change that is
// shown as a diff first and applied when it is accepted, if the file is still what the change was made for.

import type { TextDocument, TextDocumentContentProvider, Uri } from 'vscode';
import {
  commands,
  EndOfLine,
  Position,
  Range,
  TabInputTextDiff,
  Uri as UriClass,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { EditTarget } from '../../chat/model/types.ts';
import { existingFile } from '../webviews/chatPlaces.ts';
import type { FocusedEditor } from '../memory/focusedEditor.ts';

/** Puts text in place of the selection of the editor that was last active. Throws an Error for the user. */
export async function insertAtCursor({ editor }: FocusedEditor, text: string): Promise<void> {
  if (editor === undefined) throw new Error('open a file and put the cursor where the text belongs first');
  const shown = await window.showTextDocument(editor.document, editor.viewColumn);
  const done = await shown.edit(builder => {
    builder.replace(shown.selection, text);
  });
  if (!done) throw new Error('the editor did not take the text: is the file read-only?');
}

const proposalScheme = 'tinymemory-proposal';

interface Proposal {
  readonly file: Uri;
  /** What the file said when the change was made. */
  readonly before: string;
  readonly after: string;
  readonly range: Range;
  readonly text: string;
}

/** Proposed changes, as read-only documents on the right side of diffs. */
export class Proposals implements TextDocumentContentProvider, Disposable {
  private readonly owned = new DisposableStore();
  private readonly open = new Map<string, Proposal>();
  private lastId = 0;

  constructor() {
    this.owned.add(workspace.registerTextDocumentContentProvider(proposalScheme, this));
    this.owned.add(
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.open.delete(uri.toString());
      }),
    );
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.open.get(uri.toString())?.after ?? '';
  }

  /** Shows what the code would change. Throws an Error for the user where its file is gone. */
  async show(target: EditTarget, code: string): Promise<void> {
    const file = await existingFile(target.path);
    const document = await workspace.openTextDocument(file);
    const range = rangeOf(target, document);
    const eol = document.eol === EndOfLine.CRLF ? '\r\n' : '\n';
    const text = code.replace(/\r?\n/g, eol).trimEnd();
    const before = document.getText();
    const after =
      before.slice(0, document.offsetAt(range.start)) + text + before.slice(document.offsetAt(range.end));
    const id = ++this.lastId;
    const proposed = UriClass.from({ scheme: proposalScheme, path: file.path, query: String(id) });
    this.open.set(proposed.toString(), { file, before, after, range, text });
    const name = target.path.slice(target.path.lastIndexOf('/') + 1);
    await commands.executeCommand('vscode.diff', file, proposed, `${name}: proposed by TinyMemory`);
  }

  /** Applies the change whose diff is in front. Throws an Error for the user where its file changed meanwhile. */
  async accept(): Promise<void> {
    const { uri, proposal } = this.inFront();
    const document = await workspace.openTextDocument(proposal.file);
    if (document.getText() !== proposal.before) {
      throw new Error('the file changed since this was proposed; ask again for a change of what it says now');
    }
    const edit = new WorkspaceEdit();
    edit.replace(proposal.file, proposal.range, proposal.text);
    if (!(await workspace.applyEdit(edit)))
      throw new Error('the file did not take the change: is it read-only?');
    await closeDiff(uri);
    await window.showTextDocument(document);
  }

  /** Closes the diff in front; nothing is changed. */
  async discard(): Promise<void> {
    await closeDiff(this.inFront().uri);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private inFront(): { readonly uri: Uri; readonly proposal: Proposal } {
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    const uri = input instanceof TabInputTextDiff ? input.modified : undefined;
    const proposal = uri === undefined ? undefined : this.open.get(uri.toString());
    if (uri === undefined || proposal === undefined) throw new Error('no proposed change is in front');
    return { uri, proposal };
  }
}

function rangeOf(target: EditTarget, document: TextDocument): Range {
  const last = document.lineCount - 1;
  if (target.kind === 'insert') {
    const at = document.validatePosition(new Position(target.line - 1, target.column - 1));
    return new Range(at, at);
  }
  if (target.line - 1 > last)
    throw new Error(`${target.path} has no line ${target.line} any more; ask again`);
  return new Range(
    new Position(target.line - 1, 0),
    document.lineAt(Math.min(target.endLine - 1, last)).range.end,
  );
}

async function closeDiff(uri: Uri): Promise<void> {
  const tabs = window.tabGroups.all.flatMap(group => group.tabs);
  const tab = tabs.find(
    ({ input }) => input instanceof TabInputTextDiff && input.modified.toString() === uri.toString(),
  );
  if (tab !== undefined) await window.tabGroups.close(tab);
}
