// From a document window to a prompt. The prompt starts at an anchor line that stays where it is while the user
// types, so that the key-value cache survives; when the context is full the anchor moves on by half of it at once.

import { normalizeLineEnds } from '../text/window.ts';
import type { DocumentWindow } from '../text/window.ts';
import type { Piece, Tokenizer } from '../tokenizer/tokenizer.ts';
import { encodeBytes } from '../tokenizer/tokenizer.ts';

export interface Prompt {
  /** At least one token. */
  readonly tokens: readonly number[];
  /** Bytes before the cursor that were backed off for token healing, one character a byte. */
  readonly typed: string;
}

export interface PromptFormat {
  /** Put before a file's text; `{path}` stands for the file's path. */
  readonly header: string;
  /** Stands before every document in training; undefined where the model has none. */
  readonly separator: number | undefined;
}

/** Share of the budget that a new anchor fills: the rest is room to type in before the next move. */
const shareAfterMove = 0.5;
/** A prompt with less than this share of the budget, although the document has more, moves the anchor back. */
const leastShare = 0.25;
/** Documents whose anchors are remembered. */
const keptAnchors = 50;
/** No tokenizer makes tokens longer than this on average; bounds what is encoded for one prompt. */
const mostCharsPerToken = 8;
/** Longer last pieces (a run of white space, a literal) are not backed off. */
const longestTypedBytes = 64;

export class PromptBuilder {
  private readonly tokenizer: Tokenizer;
  private readonly format: PromptFormat;
  /** First line of the prompt (0-based in the document), by document; least recently used first. */
  private readonly anchors = new Map<string, number>();

  constructor(tokenizer: Tokenizer, format: PromptFormat) {
    this.tokenizer = tokenizer;
    this.format = format;
  }

  /** The prompt for the window's cursor, of at most `budgetTokens` tokens. */
  build(window: DocumentWindow, budgetTokens: number): Prompt {
    const header = this.format.header.replaceAll('{path}', window.path === '' ? 'untitled' : window.path);
    const headerTokens = this.tokenizer.encode(header).length + 1;
    const budget = Math.max(1, budgetTokens - headerTokens);
    const body = this.body(window, budget);
    const pieces = [...this.tokenizer.encodePieces(header + body)];
    const typed = typedBytes(pieces.at(-1), body);
    if (typed !== '') pieces.pop();
    const tokens = pieces.flatMap(({ ids }) => ids).slice(-(budgetTokens - 1));
    if (this.format.separator !== undefined || tokens.length === 0)
      tokens.unshift(this.format.separator ?? 0);
    return { tokens, typed };
  }

  /** The text from the anchor to the cursor; moves the anchor when that does not fit the budget or is too little. */
  private body({ uri, prefix, startLine }: DocumentWindow, budget: number): string {
    const text = normalizeLineEnds(prefix);
    const starts = lineStarts(text);
    const anchor = this.anchors.get(uri) ?? startLine;
    const from = starts[anchor - startLine];
    if (from !== undefined) {
      const kept = text.slice(from);
      const tokens = this.countTokens(kept, budget);
      if (tokens <= budget && (tokens >= leastShare * budget || from === 0))
        return this.keep(uri, anchor, kept);
    }
    const whole = this.countTokens(text, budget);
    if (whole <= budget) return this.keep(uri, startLine, text);
    const wanted = this.startOfLast(text, shareAfterMove * budget);
    const line = starts.findIndex(start => start >= wanted);
    // The last line alone may be longer than the budget; then it is cut, and there is no anchor to keep.
    if (line === -1) return text.slice(wanted);
    return this.keep(uri, startLine + line, text.slice(starts[line]));
  }

  private keep(uri: string, anchor: number, text: string): string {
    this.anchors.delete(uri);
    this.anchors.set(uri, anchor);
    for (const oldest of this.anchors.keys()) {
      if (this.anchors.size <= keptAnchors) break;
      this.anchors.delete(oldest);
    }
    return text;
  }

  /** Tokens of the text; some number above `limit` when there are more. */
  private countTokens(text: string, limit: number): number {
    if (text.length > limit * mostCharsPerToken) return limit + 1;
    return this.tokenizer.encodePieces(text).reduce((sum, { ids }) => sum + ids.length, 0);
  }

  /** Offset at which the last `count` tokens or fewer of the text start. */
  private startOfLast(text: string, count: number): number {
    const tail = text.slice(-Math.floor(count * mostCharsPerToken));
    let tokens = 0;
    let bytes = '';
    for (const piece of this.tokenizer.encodePieces(tail).toReversed()) {
      tokens += piece.ids.length;
      if (tokens > count) break;
      bytes = piece.bytes + bytes;
    }
    return text.length - new TextDecoder().decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0))).length;
  }
}

/** What of the last piece is backed off: all of it, if it lies within the document's own text and is not long. */
function typedBytes(last: Piece | undefined, body: string): string {
  if (last === undefined || last.bytes.length > longestTypedBytes) return '';
  return encodeBytes(body.slice(-longestTypedBytes).toWellFormed()).endsWith(last.bytes) ? last.bytes : '';
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
