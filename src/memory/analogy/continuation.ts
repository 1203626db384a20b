// What a place that is built like the cursor's goes on with, once its names are replaced and its lines indented as the
// cursor's are.

import { boundary } from '../contextSort.ts';
import { lexicalClasses } from './lexer.ts';
import type { LexemeTable } from './lexemeTable.ts';
import type { Renaming } from './renaming.ts';
import type { Structure } from './structuralSegment.ts';

/** Lexemes looked at for the start of a line at most. */
const longestLine = 200;

export interface Continuation {
  /** UTF-8, one character a byte. */
  readonly bytes: string;
  /** Whether its first lexeme is not what stands at the place. */
  readonly isRenamed: boolean;
  /** Whether its first lexeme is written anywhere in the workspace or the document. */
  readonly isKnown: boolean;
}

/** How lines are indented at the two places, one character a byte. */
export interface Indentations {
  readonly there: string;
  readonly here: string;
}

/** The lexemes of `other` from `place` on, up to `minBytes` and to the end of the lexeme there. */
export function continuationAt(
  other: Structure,
  place: number,
  renaming: Renaming,
  indentations: Indentations,
  family: number,
  table: LexemeTable,
  minBytes: number,
): Continuation | undefined {
  let bytes = '';
  let isRenamed = false;
  let isKnown = true;
  for (let at = place; bytes.length < minBytes && at < other.codes.length; at++) {
    const lexicalClass = other.classes[at] ?? boundary;
    if (lexicalClass === boundary) break;
    const code = other.codes[at] ?? 0;
    const text = adapted(code >> 1, lexicalClass, renaming, indentations, family, table);
    if (text === undefined) break;
    if (at === place) {
      isRenamed = text !== table.text(code >> 1);
      isKnown = !isRenamed || table.find(text) !== -1;
    }
    bytes += (code & 1) === 1 ? ` ${text}` : text;
  }
  return bytes === '' ? undefined : { bytes, isRenamed, isKnown };
}

function adapted(
  id: number,
  lexicalClass: number,
  renaming: Renaming,
  indentations: Indentations,
  family: number,
  table: LexemeTable,
): string | undefined {
  const { line, name, number } = lexicalClasses;
  if (lexicalClass === line) return indented(table.text(id), indentations);
  if (lexicalClass === name || lexicalClass === number) return renaming.apply(id, lexicalClass, family);
  return table.text(id);
}

/** A line's start with as much more or less indentation as it has there. */
function indented(text: string, { there, here }: Indentations): string {
  const lineEnds = text.slice(0, text.lastIndexOf('\n') + 1);
  const own = text.slice(lineEnds.length);
  if (there === here) return text;
  if (own.startsWith(there)) return lineEnds + here + own.slice(there.length);
  return there.startsWith(own)
    ? lineEnds + here.slice(0, Math.max(0, here.length + own.length - there.length))
    : text;
}

/** The indentation of the line that holds the lexeme before `end`. */
export function indentationBefore({ codes, classes }: Structure, end: number, table: LexemeTable): string {
  for (let at = end - 1; at >= Math.max(0, end - longestLine); at--) {
    if (classes[at] === boundary) return '';
    if (classes[at] !== lexicalClasses.line) continue;
    const text = table.text((codes[at] ?? 0) >> 1);
    return text.slice(text.lastIndexOf('\n') + 1);
  }
  return '';
}
