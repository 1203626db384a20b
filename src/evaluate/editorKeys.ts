// Which keys it takes to write a text in an editor that indents by itself. Enter copies the indentation of the last
// line that is not blank, one level deeper where that line opens a block; what the file has otherwise is then put
// right. Brackets and quotes are not closed ahead. Only what stands before the cursor decides, so nothing to come shows.

import { opensBlock } from '../complete/languages.ts';
import type { DocumentFormat } from './documentState.ts';

/** A document that holds the first `position` code units of the file and after them what the editor has indented. */
export interface WritingState {
  readonly position: number;
  /** Not empty only where the file goes on otherwise. */
  readonly indented: string;
}

/** The state after the next key: one character, Enter with what it indents, or the correction of an indentation. */
export function press(
  text: string,
  { position, indented }: WritingState,
  format: DocumentFormat,
): WritingState {
  if (indented !== '' && text[position] !== '\n')
    return { position: position + leadingSpace(text, position).length, indented: '' };
  const next = position + String.fromCodePoint(text.codePointAt(position) ?? 0).length;
  if (text[position] !== '\n') return { position: next, indented: '' };
  const inserted = automaticIndentation(text.slice(0, position), format);
  return leadingSpace(text, next).startsWith(inserted)
    ? { position: next + inserted.length, indented: '' }
    : { position: next, indented: inserted };
}

/** Keys from one position to the first state at or after another. */
export function keysBetween(text: string, from: number, to: number, format: DocumentFormat): number {
  let keys = 0;
  for (
    let state: WritingState = { position: from, indented: '' };
    state.position < to;
    state = press(text, state, format)
  )
    keys++;
  return keys;
}

function automaticIndentation(before: string, { languageId, indentation }: DocumentFormat): string {
  let end = before.length;
  for (;;) {
    const start = before.lastIndexOf('\n', end - 1) + 1;
    const line = before.slice(start, end);
    if (line.trim() !== '') {
      const level = indentation.kind === 'tabs' ? '\t' : ' '.repeat(indentation.size);
      return leadingSpace(line, 0) + (opensBlock(line, languageId) ? level : '');
    }
    if (start === 0) return '';
    end = start - 1;
  }
}

function leadingSpace(text: string, at: number): string {
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return text.slice(at, end);
}
