// Where a suggestion ends: at the line end, or, when a block was opened, at the end of that block. Asked after
// every token, so that no run of the network is spent on text which would be cut anyway.

import { currentLine, type DocumentWindow } from '../text/window.ts';
import { closesOnly } from './attempt.ts';
import { indentColumns } from './indentation.ts';
import { closingWords, hasTags, isProse, opensBlock } from './languages.ts';

/** `openerIndent` is the indentation, in columns, of the line whose block the suggestion may fill. */
export type CompletionScope =
  { readonly kind: 'line' } | { readonly kind: 'block'; readonly openerIndent: number };

/** Lines of a suggestion at most, the cursor's line included. */
export const longestBlockLines = 12;

/**
 * What a suggestion at the cursor may cover. A block only if `multiLine`, if one was opened by the cursor's line or,
 * where that is blank, by the line above it, and if the text after the cursor does not already fill it.
 */
export function completionScope(window: DocumentWindow, multiLine: boolean): CompletionScope {
  const { before, after } = currentLine(window);
  if (!multiLine || isProse(window.languageId)) return { kind: 'line' };
  const onOpener = before.trim() !== '';
  if (after.trim() !== '' && !(onOpener && closesOnly(after))) return { kind: 'line' };

  const lines = window.prefix.slice(-openerSearchChars).split(/\r?\n/);
  let opener = lines.length - 1;
  while (opener >= 0 && isBlank(lines[opener])) opener--;
  if (opener < 0 || !opensBlock(lines[opener] ?? '', window.languageId)) return { kind: 'line' };

  const openerIndent = indentColumns(statementStart(lines, opener), window.indentation.size);
  const next = window.suffix
    .slice(after.length)
    .split(/\r?\n/)
    .find(line => !isBlank(line));
  const filled =
    after.trim() === '' && next !== undefined && indentColumns(next, window.indentation.size) > openerIndent;
  return filled ? { kind: 'line' } : { kind: 'block', openerIndent };
}

/**
 * How many UTF-16 code units of `generated` (line ends `\n`) belong to the suggestion, when it has reached its end;
 * undefined while generation should go on. A text that ends in the middle of a line is judged only by what is certain.
 *
 * Line scope ends at the first line end, and at once (0) when that comes before any text. Block scope ends with the
 * bracket, tag or word that closes the block, before any other line that is not indented more than the opener, before
 * two blank lines, or after `longestBlockLines`.
 */
export function stopIndex(
  generated: string,
  scope: CompletionScope,
  window: Pick<DocumentWindow, 'prefix' | 'suffix' | 'indentation' | 'languageId'>,
): number | undefined {
  const firstEnd = generated.indexOf('\n');
  if (firstEnd === -1 && scope.kind === 'line') return undefined;
  const firstBlank = isBlank(firstEnd === -1 ? generated : generated.slice(0, firstEnd));
  if (scope.kind === 'line') return firstBlank ? 0 : firstEnd;

  const { before } = currentLine(window);
  if (before.trim() !== '' && !firstBlank) return firstEnd === -1 ? undefined : firstEnd;
  return blockStop(generated, scope.openerIndent, before, window);
}

/** How far back the line that opens a block, or the statement it ends, is looked for, in UTF-16 code units. */
const openerSearchChars = 4_000;

function blockStop(
  generated: string,
  openerIndent: number,
  before: string,
  window: Pick<DocumentWindow, 'indentation' | 'languageId'>,
): number | undefined {
  const lines = generated.split('\n');
  let start = 0; // of the line
  let end = 0; // of the last line with text
  let blanks = before.trim() === '' ? 0 : -1; // the rest of the opener's own line is no blank line
  for (const [index, line] of lines.entries()) {
    const complete = index < lines.length - 1;
    const content = line.trim();
    if (content !== '') {
      const indent = indentColumns(index === 0 ? before + line : line, window.indentation.size);
      if (indent <= openerIndent) {
        const closed = indent === openerIndent ? closingLength(content, complete, window.languageId) : 0;
        if (closed === 'perhaps') return undefined;
        if (closed > 0) return start + line.indexOf(content) + closed;
        // A body that is not indented at all (`case` under `switch`, a C++ namespace) is given one line.
        if (end === 0) return complete ? start + line.trimEnd().length : undefined;
        return end;
      }
      blanks = 0;
      end = start + line.trimEnd().length;
    } else if (complete && ++blanks === 2) return end;
    if (complete && index + 1 === longestBlockLines) return end;
    start += line.length + 1;
  }
  return undefined;
}

/** Code units of `content` that close a block; 'perhaps' when what follows could still belong to it. */
function closingLength(content: string, complete: boolean, languageId: string): number | 'perhaps' {
  const words = closingWords(languageId);
  const pattern = /^[)\]}][)\]};,]*|^<\/[\w.:-]*>/.exec(content)?.[0];
  const word = /^[\w]+/.exec(content)?.[0] ?? '';
  const closed = pattern ?? (words.includes(word) ? word : '');
  if (complete || closed.length < content.length) {
    const starts =
      words.some(name => name.startsWith(content)) ||
      (hasTags(languageId) && /^<(?:\/[\w.:-]*)?$/.test(content));
    return closed === '' && !complete && starts ? 'perhaps' : closed.length;
  }
  return 'perhaps';
}

/** The line on which the statement began that ends on `lines[index]`: `b):` goes back to `def f(a,`. */
export function statementStart(lines: readonly string[], index: number): string {
  let depth = 0;
  for (let at = index; at >= 0; at--) {
    const line = lines[at] ?? '';
    for (const character of line) {
      if (')]}'.includes(character)) depth++;
      else if ('([{'.includes(character)) depth--;
    }
    if (at === index && opensBracket.test(line)) depth++;
    if (depth <= 0) return line;
  }
  return lines[index] ?? '';
}

const opensBracket = /[{([]\s*(?:$|\/\/|#)/;

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}
