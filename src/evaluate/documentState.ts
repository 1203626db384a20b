// A held-out file as a document that is being written: the window that the editor would send, without anything that
// is not there yet.

import { languageOf } from '../corpus/fileKind.ts';
import type { DocumentWindow, Indentation } from '../text/window.ts';
import { detectIndentation, textAfter, textBefore } from '../text/windowBuilder.ts';

export interface DocumentFormat {
  readonly path: string;
  /** VS Code's identifier; `code` for those that have none. */
  readonly languageId: string;
  readonly indentation: Indentation;
}

export interface DocumentState {
  readonly before: string;
  /** Starts with the line end where the rest of the cursor's line is not there yet. */
  readonly after: string;
}

/**
 * The format that an editor would take a document for which holds `text`; where nothing in it is indented, that of the
 * workspace's files in the same language.
 */
export function documentFormat(
  path: string,
  text: string,
  indentations: ReadonlyMap<string, Indentation>,
): DocumentFormat {
  const languageId = languageOf(path) ?? 'code';
  const indentation = detectIndentation(text) ?? indentations.get(languageId) ?? { kind: 'spaces', size: 4 };
  return { path, languageId, indentation };
}

/** How the files of each language are indented, by the start of each that indents anything; the most frequent. */
export function indentationByLanguage(
  files: readonly { readonly path: string; readonly text: string }[],
): ReadonlyMap<string, Indentation> {
  const votes = new Map<string, Map<string, { indentation: Indentation; count: number }>>();
  for (const { path, text } of files) {
    const indentation = detectIndentation(text.slice(0, 10_000));
    if (indentation === undefined) continue;
    const language = languageOf(path) ?? 'code';
    const ofLanguage = votes.get(language) ?? new Map<string, { indentation: Indentation; count: number }>();
    votes.set(language, ofLanguage);
    const key = `${indentation.kind} ${indentation.size}`;
    ofLanguage.set(key, { indentation, count: (ofLanguage.get(key)?.count ?? 0) + 1 });
  }
  const most = new Map<string, Indentation>();
  for (const [language, ofLanguage] of votes) {
    const [winner] = [...ofLanguage.values()].sort((a, b) => b.count - a.count);
    if (winner !== undefined) most.set(language, winner.indentation);
  }
  return most;
}

/** `uri` names the document for caches: the same for all states of one document, and for no other. */
export function stateWindow(
  uri: string,
  { path, languageId, indentation }: DocumentFormat,
  { before, after }: DocumentState,
): DocumentWindow {
  const linesBefore = before.split('\n');
  const linesAfter = after.split('\n');
  const line = linesBefore.length - 1;
  const prefix = textBefore(source(linesBefore), { line, character: linesBefore[line]?.length ?? 0 }, '\n');
  const suffix = textAfter(source(linesAfter), { line: 0, character: 0 }, '\n');
  return {
    uri,
    path,
    languageId,
    version: 1,
    eol: '\n',
    indentation,
    prefix: prefix.text,
    suffix,
    startLine: prefix.startLine,
  };
}

function source(lines: readonly string[]) {
  return { lineCount: lines.length, lineText: (line: number) => lines[line] ?? '' };
}
