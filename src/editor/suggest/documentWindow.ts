// Takes the window around the cursor out of VS Code's documents: files, untitled documents and notebook cells,
// which see the cells above them.

import type { NotebookDocument, Position, Range, TextDocument, Uri } from 'vscode';
import { EndOfLine as EditorEndOfLine, window as editorWindow, workspace } from 'vscode';
import type { DocumentWindow, EndOfLine, Indentation } from '../../text/window.ts';
import { windowLimits } from '../../text/window.ts';
import { pathForLanguage } from '../settings/languages.ts';
import { memoryPath } from '../settings/workspacePaths.ts';
import type { LineSource } from '../../text/windowBuilder.ts';
import {
  clampPosition,
  concatenateLines,
  detectIndentation,
  textAfter,
  textBefore,
} from '../../text/windowBuilder.ts';

/** Text that the window holds in place of a range around the cursor: the suggest widget's selected item. */
export interface Replacement {
  readonly range: Range;
  readonly text: string;
}

/**
 * The window at `position`, which is clamped to the document. In a notebook the code cells of the same language
 * above are part of the prefix, each followed by an empty line, and lines count from the first of them.
 */
export function documentWindow(
  document: TextDocument,
  position: Position,
  replacement?: Replacement,
): DocumentWindow {
  const notebook = notebookOf(document);
  const above = notebook === undefined ? [] : cellsAbove(notebook, document);
  const lines = concatenateLines([...above, document].map(linesOf));
  const firstLine = lines.lineCount - document.lineCount;
  const inAll = ({ line, character }: Position) =>
    clampPosition(lines, { line: firstLine + line, character });
  const eol: EndOfLine = document.eol === EditorEndOfLine.CRLF ? '\r\n' : '\n';
  const inserted = (replacement?.text ?? '').slice(0, windowLimits.prefixChars);
  const before = textBefore(
    lines,
    inAll(replacement?.range.start ?? position),
    eol,
    windowLimits.prefixChars - inserted.length,
  );
  return {
    uri: document.uri.toString(),
    path: shownPath(document, notebook),
    languageId: document.languageId,
    version: document.version,
    eol,
    indentation: indentationOf(document, before.text),
    prefix: before.text + inserted,
    suffix: textAfter(lines, inAll(replacement?.range.end ?? position), eol),
    startLine: before.startLine,
  };
}

function linesOf(document: TextDocument): LineSource {
  return { lineCount: document.lineCount, lineText: line => document.lineAt(line).text };
}

function notebookOf(document: TextDocument): NotebookDocument | undefined {
  if (document.uri.scheme !== 'vscode-notebook-cell') return undefined;
  return workspace.notebookDocuments.find(notebook =>
    notebook.getCells().some(cell => cell.document === document),
  );
}

function cellsAbove(notebook: NotebookDocument, document: TextDocument): TextDocument[] {
  const documents = notebook.getCells().map(cell => cell.document);
  return documents
    .slice(0, documents.indexOf(document))
    .filter(({ languageId }) => languageId === document.languageId);
}

/** Relative to its workspace folder, which is named where there are several; never a path of this machine. */
function shownPath(document: TextDocument, notebook: NotebookDocument | undefined): string {
  if (document.isUntitled) return pathForLanguage('untitled', document.languageId);
  if (notebook === undefined) return relativePath(document.uri);
  const path = relativePath(notebook.uri).replace(/\.\w+$/, '');
  return pathForLanguage(path, document.languageId);
}

function relativePath(uri: Uri): string {
  return memoryPath(uri) ?? uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

function indentationOf(document: TextDocument, text: string): Indentation {
  const options = editorWindow.visibleTextEditors.find(editor => editor.document === document)?.options;
  if (options !== undefined && typeof options.tabSize === 'number') {
    const { tabSize, indentSize, insertSpaces } = options;
    const size = typeof indentSize === 'number' ? indentSize : tabSize;
    return { kind: insertSpaces === false ? 'tabs' : 'spaces', size };
  }
  return detectIndentation(text) ?? { kind: 'spaces', size: 4 };
}
