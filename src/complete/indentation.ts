// Indentation of what the model wrote, brought to that of the document. The model mostly follows what it reads, so
// this changes a line only where it plainly uses the other character or another step than the document.

import { currentLine, type DocumentWindow, type Indentation } from '../text/window.ts';

/** The white space a line starts with. */
export function leadingWhiteSpace(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}

/** Width in columns of the white space that `line` starts with, where a tab goes on to the next multiple of `tabSize`. */
export function indentColumns(line: string, tabSize: number): number {
  let columns = 0;
  for (const character of leadingWhiteSpace(line)) {
    columns += character === '\t' ? tabSize - (columns % tabSize) : 1;
  }
  return columns;
}

/** White space of that many columns as the document writes it; what is less than a whole tab stays spaces. */
export function indentText(columns: number, indentation: Indentation): string {
  if (indentation.kind === 'spaces') return ' '.repeat(columns);
  return '\t'.repeat(Math.floor(columns / indentation.size)) + ' '.repeat(columns % indentation.size);
}

/**
 * `text`, whose lines end in `\n` and which goes in at the cursor, with its indentation as the document has it.
 * Makefiles, where the character carries meaning, stay as they are. Idempotent.
 */
export function toDocumentIndentation(
  text: string,
  window: Pick<DocumentWindow, 'prefix' | 'suffix' | 'indentation' | 'languageId'>,
): string {
  const { indentation, languageId } = window;
  if (languageId === 'makefile' || indentation.size < 1) return text;
  const { before } = currentLine(window);
  const [first = '', ...following] = text.split('\n');
  const rest =
    indentation.kind === 'tabs'
      ? spacesToTabs(following, indentation)
      : rescaled(
          following.map(line => tabsToSpaces(line, indentation.size)),
          window,
        );
  return [firstLine(first, before, indentation), ...rest].join('\n');
}

function firstLine(line: string, before: string, indentation: Indentation): string {
  const lead = leadingWhiteSpace(line);
  if (before.trim() !== '' || lead === '') return line;
  const whole = indentText(indentColumns(before + lead, indentation.size), indentation);
  return whole.startsWith(before) ? whole.slice(before.length) + line.slice(lead.length) : line;
}

function tabsToSpaces(line: string, size: number): string {
  const lead = leadingWhiteSpace(line);
  return lead.includes('\t') ? ' '.repeat(indentColumns(lead, size)) + line.slice(lead.length) : line;
}

function spacesToTabs(lines: readonly string[], indentation: Indentation): string[] {
  const widths = lines.map(line => /^ +/.exec(line)?.[0].length ?? 0).filter(width => width > 1);
  const step = widths.every(width => width % indentation.size < 2) ? indentation.size : Math.min(...widths);
  return lines.map(line => {
    const width = /^ +/.exec(line)?.[0].length ?? 0;
    if (width < step) return line;
    return '\t'.repeat(Math.floor(width / step)) + ' '.repeat(width % step) + line.slice(width);
  });
}

/** Two spaces for four, or four for two, when a block opens at the cursor and the document never steps as the model did. */
function rescaled(
  lines: readonly string[],
  window: Pick<DocumentWindow, 'prefix' | 'suffix' | 'indentation' | 'languageId'>,
): string[] {
  const { size } = window.indentation;
  const { before } = currentLine(window);
  const filled = lines.filter(line => line.trim() !== '');
  const base = indentColumns(before, size);
  const deltas = filled.map(line => leadingWhiteSpace(line).length - base);
  const step = deltas[0] ?? size;
  const opener = window.languageId === 'python' ? /[{:]\s*$/ : /\{\s*$/;
  const fits =
    step !== size && (step === 2 || step === 4 || step === 8) && deltas.every(d => d >= 0 && d % step === 0);
  if (!fits || before.trim() === '' || !opener.test(before) || stepsBy(window.prefix, step, size))
    return [...lines];
  return lines.map(line =>
    line.trim() === ''
      ? line
      : ' '.repeat(base + ((leadingWhiteSpace(line).length - base) / step) * size) + line.trimStart(),
  );
}

function stepsBy(prefix: string, step: number, size: number): boolean {
  let previous: string | undefined;
  for (const line of prefix.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const opened = previous !== undefined && /[{:]\s*$/.test(previous);
    if (opened && indentColumns(line, size) - indentColumns(previous ?? '', size) === step) return true;
    previous = line;
  }
  return false;
}
