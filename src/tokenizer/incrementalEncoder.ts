// Encodes a text that grows and shrinks at its end, as typing makes it: only the pieces from the first change on are
// encoded again. The result is that of encoding the whole.

import type { Piece, Tokenizer } from './tokenizer.ts';
import { decodeBytes } from './tokenizer.ts';

export interface EncodedText {
  readonly pieces: readonly Piece[];
  /** The tokens of all pieces. */
  readonly tokens: readonly number[];
  /** For each piece, the index of its first token. */
  readonly tokenStarts: readonly number[];
}

/** Pieces encoded again before the change: a piece may depend on the character that follows it. */
const safetyPieces = 2;

export class IncrementalEncoder {
  private readonly tokenizer: Tokenizer;
  private text = '';
  private readonly pieces: Piece[] = [];
  /** For each piece, the offset of its first UTF-16 code unit. */
  private readonly textStarts: number[] = [];
  private readonly tokens: number[] = [];
  private readonly tokenStarts: number[] = [];

  constructor(tokenizer: Tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The encoding of the text, without lone surrogates. Valid until the next call. */
  encode(text: string): EncodedText {
    const wellFormed = text.toWellFormed();
    const kept = this.keptPieces(commonLength(this.text, wellFormed));
    let offset = kept === 0 ? 0 : (this.textStarts[kept] ?? this.text.length);
    this.tokens.length = this.tokenStarts[kept] ?? this.tokens.length;
    this.pieces.length = kept;
    this.textStarts.length = kept;
    this.tokenStarts.length = kept;
    for (const piece of this.tokenizer.encodePieces(wellFormed.slice(offset))) {
      this.pieces.push(piece);
      this.textStarts.push(offset);
      this.tokenStarts.push(this.tokens.length);
      for (const id of piece.ids) this.tokens.push(id);
      offset += utf16Length(piece.bytes);
    }
    this.text = wellFormed;
    return { pieces: this.pieces, tokens: this.tokens, tokenStarts: this.tokenStarts };
  }

  /** Pieces that end well before the first change. */
  private keptPieces(common: number): number {
    let kept = this.textStarts.length;
    while (kept > 0 && (this.textStarts[kept] ?? this.text.length) > common) kept--;
    return Math.max(0, kept - safetyPieces);
  }
}

function commonLength(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  // Typing changes the end: most calls are over after these two comparisons.
  if (left.length === most && right.startsWith(left)) return most;
  if (right.length === most && left.startsWith(right)) return most;
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (left.slice(0, middle) === right.slice(0, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** UTF-16 code units that UTF-8 bytes spell. */
export function utf16Length(bytes: string): number {
  let ascii = true;
  for (let at = 0; at < bytes.length && ascii; at++) ascii = bytes.charCodeAt(at) < 0x80;
  return ascii ? bytes.length : decodeBytes(bytes).length;
}
