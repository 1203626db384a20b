// The lexemes of a file, read from its tokens: what memory keeps of a file is its tokens, and their bytes are its text.

import { familyOf } from './keywords.ts';
import type { LexemeTable } from './lexemeTable.ts';
import { Lexemes, readLexemes } from './lexer.ts';

export interface StructuredFile {
  readonly path: string;
  readonly family: number;
  /** Lexemes, as `Lexemes` has them. */
  readonly codes: Int32Array;
  readonly classes: Int16Array;
  /** For every `tokensPerMark`-th token, how many lexemes start before it. */
  readonly marks: Int32Array;
}

export const tokensPerMark = 128;
/** Bytes read between two yields: some milliseconds. */
const bytesPerSlice = 1 << 18;

/** The bytes of each token, so that bytes of many are gathered fast; special tokens have none. */
export class TokenBytes {
  private readonly bytes: Uint8Array;
  private readonly starts: Int32Array;

  /** `tokenBytes` as the tokenizer has them, one character a byte. */
  constructor(tokenBytes: readonly (string | undefined)[]) {
    this.starts = new Int32Array(tokenBytes.length + 1);
    for (let token = 0; token < tokenBytes.length; token++) {
      this.starts[token + 1] = (this.starts[token] ?? 0) + (tokenBytes[token]?.length ?? 0);
    }
    this.bytes = new Uint8Array(this.starts[tokenBytes.length] ?? 0);
    for (let token = 0; token < tokenBytes.length; token++) {
      const text = tokenBytes[token] ?? '';
      const start = this.starts[token] ?? 0;
      for (let at = 0; at < text.length; at++) this.bytes[start + at] = text.charCodeAt(at);
    }
  }

  lengthOf(token: number): number {
    return (this.starts[token + 1] ?? 0) - (this.starts[token] ?? 0);
  }

  /** Writes a token's bytes and gives where they end. */
  write(token: number, target: Uint8Array, at: number): number {
    const { bytes } = this;
    const end = this.starts[token + 1] ?? 0;
    let to = at;
    for (let from = this.starts[token] ?? 0; from < end; from++) target[to++] = bytes[from] ?? 0;
    return to;
  }
}

/** Reads the lexemes of a file's tokens. Yields every few milliseconds. */
export function* structureOf(
  path: string,
  tokens: readonly number[] | Int32Array,
  tokenBytes: TokenBytes,
  table: LexemeTable,
): Generator<undefined, StructuredFile, undefined> {
  let size = 0;
  for (const token of tokens) size += tokenBytes.lengthOf(token);
  const bytes = new Uint8Array(size);
  const markedBytes = new Int32Array(Math.ceil(tokens.length / tokensPerMark));
  let end = 0;
  for (let at = 0; at < tokens.length; at++) {
    if (at % tokensPerMark === 0) markedBytes[at / tokensPerMark] = end;
    end = tokenBytes.write(tokens[at] ?? 0, bytes, end);
  }
  const family = familyOf(path);
  const lexemes = new Lexemes();
  for (let from = 0; from < size;) {
    const to = sliceEnd(bytes, from, size);
    readLexemes(bytes, from, to, family, table, lexemes);
    from = to;
    if (to < size) yield;
  }
  return {
    path,
    family,
    codes: lexemes.codes.slice(0, lexemes.length),
    classes: lexemes.classes.slice(0, lexemes.length),
    marks: marksOf(markedBytes, lexemes),
  };
}

/** At a line's start where one is near: within a word the two halves would be two lexemes. */
function sliceEnd(bytes: Uint8Array, from: number, size: number): number {
  if (from + bytesPerSlice >= size) return size;
  const lineEnd = bytes.lastIndexOf(10, from + bytesPerSlice);
  return lineEnd > from ? lineEnd : from + bytesPerSlice;
}

function marksOf(markedBytes: Int32Array, lexemes: Lexemes): Int32Array {
  let lexeme = 0;
  return markedBytes.map(byte => {
    while (lexeme < lexemes.length && (lexemes.starts[lexeme] ?? 0) < byte) lexeme++;
    return lexeme;
  });
}
