// Takes text apart into lexemes: names, keywords, numbers, signs, and the starts of lines with their indentation. It reads
// bytes and knows of no language but the keywords of its family, so any text can be read, and from any lexeme on.

import { allKeywords, familiesOfKeyword } from './keywords.ts';
import type { LexemeTable } from './lexemeTable.ts';

/** What two lexemes must share to stand at the same place of two texts that are built alike. */
export const lexicalClasses = { line: 0, name: 1, number: 2, sign: 3, keyword: 259 } as const;

/** Classes are below this. */
export const lexicalClassCount = lexicalClasses.keyword + allKeywords.length;

/** Longer words are cut, in bytes: a literal in base64 is no name. */
export const longestName = 64;
/** More empty lines in a row count as so many. */
const maxLineEnds = 3;
/** A line's start is read no further, in bytes; more white space after it counts for nothing. */
const longestLineStart = 512;
/** Deeper indentation is cut to so much. */
const longestIndentation = 120;

const kinds = { sign: 0, letter: 1, digit: 2, blank: 3, lineEnd: 4 } as const;

/** Bytes above ASCII count as letters: names may be of any script. */
const kindOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 10) return kinds.lineEnd;
  if (byte <= 32 || byte === 127) return kinds.blank;
  if (byte >= 48 && byte <= 57) return kinds.digit;
  const isLetter = byte >= 128 || /[A-Za-z_$]/.test(String.fromCharCode(byte));
  return isLetter ? kinds.letter : kinds.sign;
});

/** A growing list of lexemes. */
export class Lexemes {
  length = 0;
  /** Number of the text in the table times 2, plus 1 where a blank stands before it; `boundary` between texts. */
  codes = new Int32Array(1024);
  classes = new Int16Array(1024);
  /** Where each starts and ends in the bytes; a blank before it is left out. */
  starts = new Int32Array(1024);
  ends = new Int32Array(1024);

  push(code: number, lexicalClass: number, start: number, end: number): void {
    if (this.length === this.codes.length) this.grow();
    const at = this.length++;
    this.codes[at] = code;
    this.classes[at] = lexicalClass;
    this.starts[at] = start;
    this.ends[at] = end;
  }

  private grow(): void {
    const { codes, classes, starts, ends } = this;
    const size = 2 * this.length;
    (this.codes = new Int32Array(size)).set(codes);
    (this.classes = new Int16Array(size)).set(classes);
    (this.starts = new Int32Array(size)).set(starts);
    (this.ends = new Int32Array(size)).set(ends);
  }
}

/** Whether a lexeme of this class may go on with the next byte. */
export function isOpenEnded(lexicalClass: number): boolean {
  const { name, number, line, keyword } = lexicalClasses;
  return lexicalClass === name || lexicalClass === number || lexicalClass === line || lexicalClass >= keyword;
}

/** Adds the lexemes from `from` to `to`; `from` is the start of one, or of blanks. */
export function readLexemes(
  bytes: Uint8Array,
  from: number,
  to: number,
  family: number,
  table: LexemeTable,
  lexemes: Lexemes,
): void {
  let at = from;
  while (at < to) {
    const kind = kindOf[bytes[at] ?? 0];
    if (kind === kinds.blank) at++;
    else if (kind === kinds.lineEnd) at = readLineStart(bytes, at, to, table, lexemes);
    else if (kind === kinds.sign) at = readSign(bytes, at, table, lexemes);
    else at = readWord(bytes, at, to, family, table, lexemes);
  }
}

function readWord(
  bytes: Uint8Array,
  at: number,
  to: number,
  family: number,
  table: LexemeTable,
  lexemes: Lexemes,
): number {
  const isNumber = kindOf[bytes[at] ?? 0] === kinds.digit;
  const last = Math.min(to, at + longestName);
  let end = at + 1;
  while (end < last) {
    const kind = kindOf[bytes[end] ?? 0];
    const goesOn = kind === kinds.letter || kind === kinds.digit;
    if (!goesOn) break;
    end++;
  }
  const id = table.intern(bytes, at, end);
  const isKeyword = ((familiesOfKeyword[id] ?? 0) & (1 << family)) !== 0;
  const { name, number, keyword } = lexicalClasses;
  const lexicalClass = isNumber ? number : isKeyword ? keyword + id : name;
  lexemes.push(2 * id + blankBefore(at, lexemes), lexicalClass, at, end);
  return end;
}

function readSign(bytes: Uint8Array, at: number, table: LexemeTable, lexemes: Lexemes): number {
  const id = table.intern(bytes, at, at + 1);
  lexemes.push(2 * id + blankBefore(at, lexemes), lexicalClasses.sign + (bytes[at] ?? 0), at, at + 1);
  return at + 1;
}

/** Empty lines belong to the start of the line after them. */
function readLineStart(
  bytes: Uint8Array,
  start: number,
  to: number,
  table: LexemeTable,
  lexemes: Lexemes,
): number {
  let end = start;
  let lineEnds = 0;
  let lineStart = start;
  const last = Math.min(to, start + longestLineStart);
  for (; end < last; end++) {
    const kind = kindOf[bytes[end] ?? 0];
    if (kind === kinds.lineEnd) {
      lineEnds++;
      lineStart = end + 1;
    } else if (kind !== kinds.blank) break;
  }
  const count = Math.min(maxLineEnds, lineEnds);
  const indentation = Math.min(longestIndentation, end - lineStart);
  const text = lineScratch;
  text.fill(10, 0, count);
  for (let index = 0; index < indentation; index++) text[count + index] = bytes[lineStart + index] ?? 0;
  lexemes.push(2 * table.intern(text, 0, count + indentation), lexicalClasses.line, start, end);
  return end;
}

const lineScratch = new Uint8Array(maxLineEnds + longestIndentation);

/** Between lexemes there is nothing but blanks. */
function blankBefore(at: number, { ends, length }: Lexemes): number {
  return at > (length === 0 ? 0 : (ends[length - 1] ?? 0)) ? 1 : 0;
}

/** Whether the byte may be part of a name. */
function isNameByte(byte: number): boolean {
  const kind = kindOf[byte];
  return kind === kinds.letter || kind === kinds.digit;
}

/** Whether a text can be a name in a language of the family: it starts with a letter and is no keyword there. */
export function isName(text: string, family: number, table: LexemeTable): boolean {
  if (text === '' || text.length > longestName) return false;
  if (kindOf[text.charCodeAt(0)] !== kinds.letter) return false;
  for (let at = 1; at < text.length; at++) if (!isNameByte(text.charCodeAt(at))) return false;
  const id = table.find(text);
  return id === -1 || ((familiesOfKeyword[id] ?? 0) & (1 << family)) === 0;
}
