// Byte-level BPE over @huggingface/tokenizers: text to token ids and back, and the bytes of every token, which
// token healing needs. Text of the user never becomes a special token, whatever it spells.

import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { byteLevelAlphabet } from './byteLevel.ts';
import type { TokenizerFile } from './tokenizerFile.ts';
import { checkTokenizerFile, TokenizerError } from './tokenizerFile.ts';

/** Pieces whose tokens are remembered; code repeats its words. */
const cachedPieces = 20_000;
/** Letters within which a piece is merged: BPE is worse than linear, and a base64 literal gains nothing by it. */
const longestMerged = 512;
/** Text with something of every kind that a pre-tokenizer treats apart. */
const probe = `a  bC x\n\n\t{"1é23"}'s 😀\r\n`;

/** A piece of text that BPE never merges across: a word with its space, a line break with its indentation. */
export interface Piece {
  /** Its bytes, one character a byte (latin-1). */
  readonly bytes: string;
  readonly ids: readonly number[];
}

export class Tokenizer {
  /** Ids are below this; some may be unused. */
  readonly size: number;
  /** The bytes of each token, one character a byte; undefined for special and unused ids. */
  readonly tokenBytes: readonly (string | undefined)[];
  private readonly tokenizer: HuggingFaceTokenizer;
  private readonly file: TokenizerFile;
  private readonly pieces = new Map<string, Piece>();

  /** Takes the parsed tokenizer.json. Throws a TokenizerError that names `file` when it is no byte-level BPE tokenizer. */
  constructor(tokenizerJson: object, file: string) {
    this.file = checkTokenizerFile(tokenizerJson, file);
    const { json, vocabulary, added } = this.file;
    try {
      // What tokenizer_config.json adds concerns only what is left out here: decoding, and special tokens in text.
      this.tokenizer = new HuggingFaceTokenizer(json, {});
    } catch (error) {
      throw new TokenizerError(`${file}: not a tokenizer this engine reads; use the model's own file`, {
        cause: error,
      });
    }
    const bytes: (string | undefined)[] = [];
    for (const [token, id] of vocabulary) bytes[id] = byteLevelAlphabet.toBytes(token);
    for (const id of added.values()) bytes[id] = undefined;
    this.size = bytes.length;
    this.tokenBytes = bytes;
    if (!this.spellsItsText(probe)) {
      throw new TokenizerError(
        `${file}: not a byte-level BPE tokenizer that keeps the text as it is; others do not run here`,
      );
    }
  }

  /** The id of a special token such as `<|endoftext|>`, or undefined where there is none. */
  specialId(token: string): number | undefined {
    return this.file.added.get(token);
  }

  /** Text of a model's own template: what spells a special token becomes it. Never for text of others. */
  encodeTemplate(text: string): number[] {
    const special = [...this.file.added.keys()].sort((a, b) => b.length - a.length);
    const pattern = special.map(each => each.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
    const parts = pattern === '' ? [text] : text.split(new RegExp(`(${pattern})`));
    return parts.flatMap(part => this.file.added.get(part) ?? this.encode(part));
  }

  encode(text: string): number[] {
    return this.encodePieces(text).flatMap(({ ids }) => ids);
  }

  /**
   * Encodes text piece by piece. The normalizer is left out, so that the pieces spell exactly the text's UTF-8
   * bytes; lone surrogates become U+FFFD.
   */
  encodePieces(text: string): readonly Piece[] {
    if (text === '') return [];
    const split = this.tokenizer.pre_tokenizer?.pre_tokenize([text.toWellFormed()]) ?? [];
    return split.map(letters => this.encodePiece(letters));
  }

  /** The text of tokens. Special tokens have none; bytes that are not UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string {
    return decodeBytes(ids.map(id => this.tokenBytes[id] ?? '').join(''));
  }

  private encodePiece(letters: string): Piece {
    const known = this.pieces.get(letters);
    if (known !== undefined) return known;
    const bytes = byteLevelAlphabet.toBytes(letters);
    if (bytes === undefined) {
      throw new TokenizerError(`the pre-tokenizer made ${JSON.stringify(letters)}, not bytes`);
    }
    const ids: number[] = [];
    for (let at = 0; at < letters.length; at += longestMerged) {
      ids.push(...this.mergeLetters(letters.slice(at, at + longestMerged)));
    }
    const piece = { bytes, ids };
    if (letters.length > longestMerged) return piece;
    if (this.pieces.size >= cachedPieces) this.pieces.clear();
    this.pieces.set(letters, piece);
    return piece;
  }

  /** The tokens that letters are merged into; the letters themselves where that leads to a special token. */
  private mergeLetters(letters: string): readonly number[] {
    const idsOf = (tokens: readonly string[]) =>
      tokens.flatMap(token => this.file.vocabulary.get(token) ?? []);
    const merged = idsOf(this.tokenizer.model?.encode([letters]) ?? []);
    const spelt = merged.map(id => this.tokenBytes[id] ?? '').join('');
    return spelt.length === letters.length ? merged : idsOf(Array.from(letters));
  }

  private spellsItsText(text: string): boolean {
    try {
      const bytes = this.encodePieces(text).map(piece => piece.bytes);
      return bytes.join('') === encodeBytes(text);
    } catch (error) {
      if (error instanceof TokenizerError) return false;
      throw error;
    }
  }
}

/** A byte order mark is text like any other: what was encoded comes back. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 bytes, one character a byte, as text. */
export function decodeBytes(bytes: string): string {
  return decoder.decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)));
}

/** Text as its UTF-8 bytes, one character a byte. */
export function encodeBytes(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
