// Byte-level BPE over @huggingface/tokenizers: text to token ids and back, and the bytes of every token, which
// token healing needs. Text of the user never becomes a special token, whatever it spells.

import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { byteLevelAlphabet } from './byteLevel.ts';

/** Pieces whose tokens are remembered; code repeats its words. */
const cachedPieces = 20_000;
/** Longer pieces (a base64 literal) are cut: BPE is worse than linear, and nothing is learnt across them. */
const longestPiece = 512;

export class TokenizerError extends Error {}

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
  private readonly pieces = new Map<string, readonly number[]>();

  /**
   * Takes the parsed tokenizer.json and tokenizer_config.json. Throws a TokenizerError that names `file` when it
   * is not a byte-level BPE tokenizer.
   */
  constructor(tokenizerJson: object, tokenizerConfig: object, file: string) {
    try {
      this.tokenizer = new HuggingFaceTokenizer(tokenizerJson, tokenizerConfig);
    } catch (error) {
      throw new TokenizerError(`${file}: not a tokenizer this engine reads; use the model's own file`, {
        cause: error,
      });
    }
    const vocabulary = this.tokenizer.get_vocab(true);
    const added = this.tokenizer.get_added_tokens_decoder();
    const bytes: (string | undefined)[] = [];
    for (const [token, id] of vocabulary) {
      if (!Number.isSafeInteger(id) || id < 0 || id >= 2 ** 24) {
        throw new TokenizerError(`${file}: the token ${JSON.stringify(token)} has the id ${id}`);
      }
      bytes[id] = added.has(id) ? undefined : byteLevelAlphabet.toBytes(token);
    }
    if (
      this.tokenizer.pre_tokenizer === null ||
      [...byteLevelAlphabet.letters].some(l => !vocabulary.has(l))
    ) {
      throw new TokenizerError(
        `${file}: not a byte-level BPE tokenizer; models with another kind do not run here`,
      );
    }
    this.size = bytes.length;
    this.tokenBytes = bytes;
  }

  /** The id of a special token such as `<|endoftext|>`, or undefined where there is none. */
  specialId(token: string): number | undefined {
    const id = this.tokenizer.token_to_id(token);
    return id !== undefined && this.tokenizer.get_added_tokens_decoder().has(id) ? id : undefined;
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
    return split.flatMap(letters => this.encodePiece(letters));
  }

  /** The text of tokens. Special tokens have none; bytes that are not UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string {
    return decodeBytes(ids.map(id => this.tokenBytes[id] ?? '').join(''));
  }

  private encodePiece(letters: string): readonly Piece[] {
    if (letters.length > longestPiece) {
      const parts: string[] = [];
      for (let at = 0; at < letters.length; at += longestPiece)
        parts.push(letters.slice(at, at + longestPiece));
      return parts.flatMap(part => this.encodePiece(part));
    }
    const bytes = byteLevelAlphabet.toBytes(letters);
    if (bytes === undefined)
      throw new TokenizerError(`the pre-tokenizer made ${JSON.stringify(letters)}, not bytes`);
    let ids = this.pieces.get(letters);
    if (ids === undefined) {
      const tokens = this.tokenizer.model?.encode([letters]) ?? [];
      ids = tokens.flatMap(token => this.tokenizer.token_to_id(token) ?? []);
      if (this.pieces.size >= cachedPieces) this.pieces.clear();
      this.pieces.set(letters, ids);
    }
    return [{ bytes, ids }];
  }
}

const decoder = new TextDecoder();

/** UTF-8 bytes, one character a byte, as text. */
export function decodeBytes(bytes: string): string {
  return decoder.decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)));
}

/** Text as its UTF-8 bytes, one character a byte. */
export function encodeBytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
