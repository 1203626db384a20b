// Indentation of what the model wrote, brought to that of the document. The model mostly follows what it reads, so
// this changes a line only where it plainly uses the other character or another step than the document.

import { currentLine, type DocumentWindow, type Indentation } from '../text/window.ts';
import { inSteps } from './blockSteps.ts';
import { indentColumns, indentText, leadingWhiteSpace } from './indentation.ts';

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
  const start = firstLine(first, before, indentation);
  const rest =
    indentation.kind === 'tabs'
      ? spacesToTabs(following, indentation)
      : following.map(line => tabsToSpaces(line, indentation.size));
  return [start, ...inSteps(start, rest, window)].join('\n');
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
