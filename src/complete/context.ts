// From a document window to a prompt. The prompt starts at an anchor that stays where it is while the user types, so
// that the key-value cache survives; when the context is full the anchor moves on by half of it at once.

import { useLatest } from '../base/recentlyUsed.ts';
import { normalizeLineEnds } from '../text/window.ts';
import { kindsOf, TextAfter } from '../memory/textAfter.ts';
import type { DocumentWindow } from '../text/window.ts';
import type { InfillFormat } from '../train/rows.ts';
import type { EncodedText } from '../tokenizer/incrementalEncoder.ts';
import { IncrementalEncoder } from '../tokenizer/incrementalEncoder.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { KnownFiles } from './neighbour.ts';
import { chooseNeighbour, longestNeighbour } from './neighbour.ts';

export interface Prompt {
  /** What the network is given: at least one token. */
  readonly tokens: readonly number[];
  /** What memory is given: the header and all of the window's text before the cursor, less what was backed off. */
  readonly document: readonly number[];
  /** What memory is given too: the window's text after the cursor's line. */
  readonly after?: TextAfter | undefined;
  /** Bytes before the cursor that were backed off for token healing, one character a byte. */
  readonly typed: string;
}

export interface PromptFormat {
  /** Put before a file's text; `{path}` stands for the file's path. */
  readonly header: string;
  /** Stands before every document in training; undefined where the model has none. */
  readonly separator: number | undefined;
  /** Whether the model was trained with several files of a repository in one context, separators between them. */
  readonly joinsFiles?: boolean;
  /** Special tokens around the text after the cursor; undefined where the model was never shown it. */
  readonly infill?: { readonly prefix: number; readonly suffix: number; readonly middle: number } | undefined;
}

/** Share of the budget that a new anchor fills: the rest is room to type in before the next move. */
const shareAfterMove = 0.5;
/** A prompt with less than this share of the budget, although the document has more, moves the anchor back. */
const minShare = 0.25;
/** Tokens of the text after the cursor that a prompt holds at most, and their share of the budget. */
const longestSuffix = 96;
const suffixShare = 0.25;
/** Share of the budget that another file of the workspace gets at most. */
const neighbourShare = 0.4;
/** A choice of such a file is made anew when so many times as much is known of the document, or of the workspace. */
const outdatedAfter = 3;
/** Added to the tokens known of a document: a few words more are no news. */
const minNews = 16;
/** Documents whose anchors and encodings are kept. */
const keptDocuments = 8;
/** Longer last pieces (a run of white space, a literal) are not backed off. */
const longestTypedBytes = 64;

interface KnownDocument {
  readonly encoder: IncrementalEncoder;
  /** Line of the document (0-based) that the prompt starts with. */
  anchorLine: number;
  /** The text after the cursor's line that was encoded last. */
  after: { readonly text: string; readonly known: TextAfter } | undefined;
  neighbour: Neighbour | undefined;
}

interface Neighbour {
  readonly tokens: readonly number[];
  /** Tokens of the document and of the workspace that were known when it was chosen. */
  readonly documentTokens: number;
  readonly workspaceTokens: number;
}

export class PromptBuilder {
  private readonly tokenizer: Tokenizer;
  private readonly format: PromptFormat;
  private readonly kinds: Uint8Array;
  /** Least recently used first. */
  private readonly documents = new Map<string, KnownDocument>();

  constructor(tokenizer: Tokenizer, format: PromptFormat) {
    this.tokenizer = tokenizer;
    this.format = format;
    this.kinds = kindsOf(tokenizer.tokenBytes);
  }

  /**
   * The prompt for the window's cursor, with at most `budgetTokens` tokens for the network, at least 2. A short document
   * comes after the start of another file of the workspace.
   */
  build(window: DocumentWindow, budgetTokens: number, workspace?: KnownFiles): Prompt {
    const known = this.document(window);
    const encoded = known.encoder.encode(normalizeLineEnds(window.prefix));
    const last = encoded.pieces.at(-1);
    const typed = last === undefined || last.bytes.length > longestTypedBytes ? '' : last.bytes;
    const end = encoded.tokens.length - (typed === '' ? 0 : (last?.ids.length ?? 0));
    const whole = this.header(window.path);
    const after = this.after(known, window);
    const header = [
      ...this.networkHeader(window.path, Math.floor(budgetTokens / 4), whole),
      ...this.infill(after, Math.floor(suffixShare * budgetTokens)),
    ];
    const start = this.start(known, window, encoded, end, budgetTokens - header.length);
    const tokens = [...header, ...encoded.tokens.slice(start, end)];
    if (start === 0 && workspace !== undefined) {
      const documentTokens = end + (after?.tokens.length ?? 0);
      if (isOutdated(known.neighbour, documentTokens, workspace.size)) {
        const text = [...encoded.tokens.slice(0, end), ...(after?.tokens ?? [])];
        const chosen = this.neighbourOf(window.path, text, workspace, budgetTokens);
        known.neighbour = { tokens: chosen, documentTokens, workspaceTokens: workspace.size };
      }
      const neighbour = known.neighbour?.tokens ?? [];
      if (neighbour.length <= budgetTokens - tokens.length) tokens.unshift(...neighbour);
    }
    // A model without a separator, in an empty file without a header: any token will do to ask what comes first.
    if (tokens.length === 0) tokens.push(0);
    return { tokens, document: [...whole, ...encoded.tokens.slice(0, end)], after, typed };
  }

  private document({ uri, startLine }: DocumentWindow): KnownDocument {
    return useLatest(this.documents, uri, keptDocuments, () => ({
      encoder: new IncrementalEncoder(this.tokenizer),
      anchorLine: startLine,
      after: undefined,
      neighbour: undefined,
    }));
  }

  /** How the text after the cursor is shown; undefined where the model was never shown it. */
  get infillFormat(): InfillFormat | undefined {
    const { infill } = this.format;
    const startsLine = (token: number): boolean =>
      this.tokenizer.tokenBytes[token]?.startsWith('\n') === true;
    return infill && { ...infill, longestSuffix, startsLine };
  }

  /** The tokens that stand before the text of a file of this path, in prompts as well as in memory. */
  header(path: string): readonly number[] {
    return this.tokenizer.encode(
      this.format.header.replaceAll('{path}', () => (path === '' ? 'untitled' : path)),
    );
  }

  /** The separator and the header; a path too long for its share of the budget keeps its end. */
  networkHeader(path: string, maxTokens: number, tokens = this.header(path)): readonly number[] {
    const { separator } = this.format;
    const start = separator === undefined ? [] : [separator];
    return [...start, ...tokens.slice(Math.max(0, tokens.length - maxTokens + start.length))];
  }

  /**
   * What is shown before a document of which `text` is known, of a prompt of `budgetTokens`: the start of another file
   * with its header. Nothing where the model was trained on single files or none suits.
   */
  neighbourOf(
    path: string,
    text: readonly number[],
    workspace: KnownFiles,
    budgetTokens: number,
  ): readonly number[] {
    const { separator, joinsFiles = false } = this.format;
    if (separator === undefined || !joinsFiles || workspace.size === 0) return [];
    const chosen = chooseNeighbour(workspace, path, text);
    const most = Math.min(longestNeighbour, Math.floor(neighbourShare * budgetTokens));
    return chosen === undefined ? [] : [separator, ...chosen.tokens.slice(0, most - 1)];
  }

  /**
   * The text from the end of the cursor's line on; nothing where none follows. The rest of the line is left out: brackets
   * that the editor closes while one types would change its beginning.
   */
  private after(known: KnownDocument, { suffix }: DocumentWindow): TextAfter | undefined {
    const lineEnd = suffix.search(/[\r\n]/);
    const text = lineEnd === -1 ? '' : normalizeLineEnds(suffix.slice(lineEnd));
    if (text.trim() === '') return undefined;
    if (known.after?.text !== text) {
      known.after = { text, known: new TextAfter(this.tokenizer.encode(text), this.kinds) };
    }
    return known.after.known;
  }

  /** The text after the cursor's line, between the tokens that announce it to the network. */
  private infill(after: TextAfter | undefined, maxTokens: number): readonly number[] {
    const { infill } = this.format;
    const room = Math.min(longestSuffix, maxTokens - 3);
    if (infill === undefined || room <= 0 || after === undefined) return [];
    return [infill.prefix, infill.suffix, ...after.tokens.slice(0, room), infill.middle];
  }

  /** Index of the prompt's first token. Moves the anchor when what follows it does not fit, or is too little. */
  private start(
    known: KnownDocument,
    { startLine }: DocumentWindow,
    encoded: EncodedText,
    end: number,
    budget: number,
  ): number {
    const lines = lineTokenStarts(encoded);
    const anchored = lines[known.anchorLine - startLine];
    if (anchored !== undefined) {
      const size = end - anchored;
      const enough = size >= minShare * budget || anchored === 0;
      if (size >= 0 && size <= budget && enough) return anchored;
    }
    const least = end <= budget ? 0 : end - Math.floor(shareAfterMove * budget);
    const line = lines.findIndex(start => start >= least);
    // The last line alone may be longer than the budget: then it is cut, and there is no anchor to keep.
    if (line === -1 || (lines[line] ?? end) >= end) return least;
    known.anchorLine = startLine + line;
    return lines[line] ?? least;
  }
}

/** Only where much more is known, or much was forgotten: another choice is another prompt, and none of it is cached. */
function isOutdated(chosen: Neighbour | undefined, documentTokens: number, workspaceTokens: number): boolean {
  return (
    chosen === undefined ||
    documentTokens >= outdatedAfter * (chosen.documentTokens + minNews) ||
    workspaceTokens >= outdatedAfter * chosen.workspaceTokens ||
    workspaceTokens * outdatedAfter < chosen.workspaceTokens
  );
}

/** For each line of the text, the index of the first token that belongs to it (a line break may share its piece). */
function lineTokenStarts({ pieces, tokenStarts }: EncodedText): readonly number[] {
  const starts = [0];
  for (const [index, { bytes, ids }] of pieces.entries()) {
    for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', at + 1)) {
      const first = tokenStarts[index] ?? 0;
      starts.push(bytes.startsWith('\n') ? first : first + ids.length);
    }
  }
  return starts;
}
