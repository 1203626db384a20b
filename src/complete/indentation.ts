// Indentation in columns: how wide a line's is, and how the document writes one that wide.

import type { Indentation } from '../text/window.ts';

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
