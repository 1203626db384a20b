// Where the first line of a suggestion begins on a line that is blank up to the cursor. The editor has indented it as a
// rule, and what a model adds to that is one level too many.

import { currentLine, type DocumentWindow } from '../text/window.ts';
import { indentColumns, leadingWhiteSpace } from './indentation.ts';
import { isProse, opensBlock } from './languages.ts';
import { cursorPlace } from './place.ts';
import { statementStart } from './stop.ts';

/**
 * `text`, for a cursor with only white space before it, with no more white space at its start than leads to where a line
 * can begin there. Lines below that stand at least as deep move with it.
 */
export function startedAt(text: string, window: DocumentWindow): string {
  const lead = leadingWhiteSpace(text);
  if (lead === '') return text;
  const { size } = window.indentation;
  const { before } = currentLine(window);
  const at = indentColumns(before, size);
  const wide = indentColumns(before + lead, size) - at;
  const kept = Math.min(wide, Math.max(0, deepestStart(window) - at));
  if (kept === wide) return text;
  const [first = '', ...following] = text.split('\n');
  const filled = following.filter(line => line.trim() !== '');
  const moves = filled.every(line => indentColumns(line, size) >= at + wide);
  const moved = moves ? following.map(line => withoutColumns(line, wide - kept)) : following;
  return [' '.repeat(kept) + first.trimStart(), ...moved].join('\n');
}

/** The deepest column, 0-based, at which a line can begin below the text before the cursor. */
function deepestStart(window: DocumentWindow): number {
  const { prefix, languageId, indentation } = window;
  const lines = prefix.slice(-searchedChars).split(/\r?\n/).slice(0, -1);
  const index = lines.findLastIndex(line => line.trim() !== '');
  const above = lines[index];
  if (above === undefined) return 0;
  const base = indentColumns(above, indentation.size);
  if (opensBlock(above, languageId)) {
    return indentColumns(statementStart(lines, index), indentation.size) + indentation.size;
  }
  // An indentation that is being typed may go on to that of the line above, and no further.
  if (currentLine(window).before !== '') return base;
  // Arguments may be aligned behind the bracket that holds them.
  const bracket = cursorPlace(window).open.at(-1);
  if (bracket === undefined) return base;
  const lineStart = prefix.lastIndexOf('\n', bracket.index - 1) + 1;
  const isOnLine = bracket.kind === 'bracket' && prefix.slice(lineStart).startsWith(above);
  if (isOnLine)
    return Math.max(
      base + indentation.size,
      indentColumns(above, indentation.size) + bracket.end - lineStart - leadingWhiteSpace(above).length,
    );
  return /(?:[=+\-*/&|?:.\\]|=>)$/.test(above.trimEnd()) || isProse(languageId) || languageId === 'yaml'
    ? base + indentation.size
    : base;
}

const searchedChars = 4_000;

/** Without as many columns of white space at its start; what is mixed with tabs loses characters. */
function withoutColumns(line: string, columns: number): string {
  return line.slice(Math.min(columns, leadingWhiteSpace(line).length));
}
