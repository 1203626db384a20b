// The lexemes of the document at hand, those before the cursor last, and its places linked by the classes before them. It
// follows typing and drafting token by token, as the memory of its tokens does.

import { boundary, deepestContext } from '../contextSort.ts';
import type { DocumentTokens } from '../documentTokens.ts';
import type { LexemeTable } from './lexemeTable.ts';
import { isOpenEnded, Lexemes, lexicalClasses, readLexemes } from './lexer.ts';
import type { Structure } from './structuralSegment.ts';
import type { TokenBytes } from './structuredFile.ts';

const hashBits = 13;
/** Classes before a place by which it is linked. */
const linkedClasses = 4;

export class DocumentStructure implements Structure {
  readonly table: LexemeTable;
  private readonly tokenBytes: TokenBytes;
  private readonly lexemes = new Lexemes();
  private tokens = new Int32Array(1024);
  /** Where each token ends in the bytes. */
  private tokenEnds = new Int32Array(1024);
  private length = 0;
  private bytes = new Uint8Array(8192);
  private size = 0;
  private family = 0;
  /** Latest place with this hash of the classes before it, plus 1; 0 for none. */
  private readonly heads = new Int32Array(2 ** hashBits);
  private previous = new Int32Array(1024);
  /** Where the text before the cursor begins, in lexemes. */
  private ownStart = 0;

  constructor(table: LexemeTable, tokenBytes: TokenBytes) {
    this.table = table;
    this.tokenBytes = tokenBytes;
  }

  get codes(): Int32Array {
    return this.lexemes.codes;
  }

  get classes(): Int16Array {
    return this.lexemes.classes;
  }

  /** Lexemes held. */
  get lexemeCount(): number {
    return this.lexemes.length;
  }

  /** Tokens held. */
  get tokenCount(): number {
    return this.length;
  }

  /** The first lexeme before the cursor; those after the cursor come before it. */
  get start(): number {
    return this.ownStart;
  }

  /** Bytes held. */
  get sizeBytes(): number {
    return this.size;
  }

  tokenAt(index: number): number {
    return this.tokens[index] ?? boundary;
  }

  /** Where a token starts in the bytes. */
  tokenStart(index: number): number {
    return index === 0 ? 0 : (this.tokenEnds[index - 1] ?? 0);
  }

  byteAt(at: number): number {
    return this.bytes[at] ?? 0;
  }

  /** Where a lexeme starts and ends in the bytes. */
  lexemeStart(index: number): number {
    return this.lexemes.starts[index] ?? 0;
  }

  lexemeEnd(index: number): number {
    return this.lexemes.ends[index] ?? 0;
  }

  /** The bytes from `from` to the end, one character a byte. */
  text(from: number, to = this.size): string {
    let text = '';
    for (let at = from; at < to; at++) text += String.fromCharCode(this.bytes[at] ?? 0);
    return text;
  }

  /**
   * Makes it hold what stands after the cursor, a boundary, what stands before it, and what was generated, reusing what
   * agrees at the start.
   */
  follow({ document, after }: DocumentTokens, generated: readonly number[], family: number): void {
    if (family !== this.family) {
      this.truncate(0);
      this.family = family;
    }
    const parts =
      after === undefined ? [document, generated] : [after.tokens, [boundary], document, generated];
    let agreeing = true;
    let at = 0;
    for (const [index, part] of parts.entries()) {
      for (const token of part) {
        if (agreeing && (at === this.length || this.tokens[at] !== token)) {
          agreeing = false;
          this.truncate(at);
        }
        if (!agreeing) this.append(token);
        at++;
      }
      if (after !== undefined && index === 1) this.markStart(at);
    }
    this.truncate(at);
    if (after === undefined) this.ownStart = 0;
  }

  append(token: number): void {
    if (this.length === this.tokens.length) this.growTokens();
    this.tokens[this.length] = token;
    if (token === boundary) {
      this.reserve(1);
      this.bytes[this.size++] = 0;
      this.push(boundary, boundary, this.size - 1, this.size);
    } else {
      this.reserve(this.tokenBytes.lengthOf(token));
      const last = this.lexemes.length - 1;
      const isOpen =
        last >= 0 && this.lexemeEnd(last) === this.size && isOpenEnded(this.classes[last] ?? boundary);
      const from = isOpen ? this.lexemeStart(last) : this.size;
      if (isOpen) this.pop();
      this.size = this.tokenBytes.write(token, this.bytes, this.size);
      this.read(from);
    }
    this.tokenEnds[this.length++] = this.size;
  }

  /** Takes the latest tokens back until `length` are left. */
  truncate(length: number): void {
    if (this.length <= length) return;
    this.length = length;
    this.size = this.tokenStart(length);
    while (this.lexemes.length > 0 && this.lexemeEnd(this.lexemes.length - 1) > this.size) this.pop();
    this.read(this.lexemes.length === 0 ? 0 : this.lexemeEnd(this.lexemes.length - 1));
    this.ownStart = Math.min(this.ownStart, this.lexemes.length);
  }

  /** Calls `visit` with the places before `end` whose last classes agree with those before it, the latest first. */
  findPlaces(
    end: number,
    least: number,
    most: number,
    visit: (place: number, agreeing: number) => void,
  ): void {
    if (end < linkedClasses) return;
    let link = this.heads[this.hashAt(end)] ?? 0;
    for (let seen = 0; link > 0 && seen < most; seen++) {
      const place = link - 1;
      if (place < end) {
        const agreeing = this.agreement(place, end);
        if (agreeing >= least) visit(place, agreeing);
      }
      link = this.previous[place] ?? 0;
    }
  }

  private agreement(place: number, end: number): number {
    const { classes } = this.lexemes;
    let agreeing = 0;
    while (agreeing < deepestContext && agreeing < place) {
      const lexicalClass = classes[end - 1 - agreeing];
      if (lexicalClass === boundary || classes[place - 1 - agreeing] !== lexicalClass) break;
      agreeing++;
    }
    return agreeing;
  }

  private read(from: number): void {
    const first = this.lexemes.length;
    readLexemes(this.bytes, from, this.size, this.family, this.table, this.lexemes);
    for (let at = first; at < this.lexemes.length; at++) this.link(at);
  }

  private push(code: number, lexicalClass: number, start: number, end: number): void {
    this.lexemes.push(code, lexicalClass, start, end);
    this.link(this.lexemes.length - 1);
  }

  private link(at: number): void {
    if (at >= this.previous.length) {
      const { previous } = this;
      (this.previous = new Int32Array(2 * Math.max(at, previous.length))).set(previous);
    }
    // A boundary follows nothing.
    if (at < linkedClasses || this.classes[at] === boundary) return;
    const hash = this.hashAt(at);
    this.previous[at] = this.heads[hash] ?? 0;
    this.heads[hash] = at + 1;
  }

  private pop(): void {
    const at = --this.lexemes.length;
    if (at < linkedClasses || this.classes[at] === boundary) return;
    this.heads[this.hashAt(at)] = this.previous[at] ?? 0;
  }

  private hashAt(at: number): number {
    const { classes } = this.lexemes;
    let hash = 0;
    for (let back = 1; back <= linkedClasses; back++)
      hash = Math.imul(hash, 31) + (classes[at - back] ?? 0) + 2;
    return Math.imul(hash, 0x9e3779b1) >>> (32 - hashBits);
  }

  private markStart(token: number): void {
    const byte = this.tokenStart(token);
    let at = this.lexemes.length;
    while (at > 0 && this.lexemeStart(at - 1) >= byte) at--;
    this.ownStart = at;
  }

  private reserve(count: number): void {
    if (this.size + count <= this.bytes.length) return;
    const { bytes } = this;
    (this.bytes = new Uint8Array(2 * (this.size + count))).set(bytes);
  }

  private growTokens(): void {
    const { tokens, tokenEnds } = this;
    (this.tokens = new Int32Array(2 * tokens.length)).set(tokens);
    (this.tokenEnds = new Int32Array(2 * tokenEnds.length)).set(tokenEnds);
  }
}

/** Whether the lexeme is a word, which typing may go on with. */
export function isWord(lexicalClass: number): boolean {
  return lexicalClass !== lexicalClasses.line && isOpenEnded(lexicalClass);
}
