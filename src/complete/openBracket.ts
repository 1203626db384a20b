// What a scan of brackets speaks of: something open, and what became of it in a text.

import { lexicalRules, type LexicalRules, type LiteralRule } from './lexicalRules.ts';

export type OpenKind =
  /** `(`, `[`, `{`: code is inside. */
  | 'bracket'
  /** Code in a string, an attribute or between tags: `${`. */
  | 'hole'
  /** A string or comment. */
  | 'literal'
  /** A bracket in a literal, which counts only because an editor put its closer after the cursor. */
  | 'bracket-in-literal'
  /** `<div`, before its `>`. */
  | 'tag'
  /** `<div>`: text and tags are inside. */
  | 'element'
  /** Another language: `<?php`, `<script>`. */
  | 'island'
  /** What stands outside of such a language, amid a bracket of it: `{ ?>`. */
  | 'outside'
  /** `do`, `function`. */
  | 'word';

/** Something open. */
export interface OpenBracket {
  readonly kind: OpenKind;
  readonly opener: string;
  readonly closer: string;
  /** Where it was opened in the scanned text; meaningless in the states that a scan starts from. */
  readonly index: number;
  /** Where its inside begins. */
  readonly end: number;
  /** Indentation in columns (tabs of 4) of the line it was opened on. */
  readonly indent: number;
  /** Of a literal. */
  readonly rule: LiteralRule | undefined;
  /** Of the code inside. */
  readonly rules: LexicalRules;
}

export interface BracketScan {
  /** What is open at the end, outermost first; it is what the next text continues from. */
  readonly open: readonly OpenBracket[];
  /** How many of `open` were open before the text began. */
  readonly openBefore: number;
  /** Places in the text, ascending, that close what was open before it. */
  readonly closings: readonly { readonly index: number; readonly closer: string }[];
  /** Opened before the text and never closed in it, although what encloses it was. */
  readonly skipped: readonly OpenBracket[];
  /** The first closer that closes nothing, or closes another kind than was opened in the text. */
  readonly stray: number | undefined;
  /** The first string of one line, opened in the text, that its line end leaves open. */
  readonly unterminated: number | undefined;
}

export interface ScanOptions {
  /**
   * What encloses the window may have been cut off, so a closer at the start of a line that is indented less than what it
   * would close is taken to belong out there.
   */
  readonly outerCut?: boolean;
  /** Called at the start of each line but the first, with whether it lies in a string or comment. */
  readonly onLine?: (start: number, inLiteral: boolean) => void;
}

/** Whether it is a string or a comment, in which brackets mean nothing. */
export function isLiteral({ kind }: OpenBracket): boolean {
  return kind === 'literal' || kind === 'bracket-in-literal';
}

/** A bracket in a string or comment, which counts only because an editor put `closer` after the cursor. */
export function bracketInLiteral(closer: string): OpenBracket {
  return {
    kind: 'bracket-in-literal',
    opener: '',
    closer,
    index: 0,
    end: 0,
    indent: 0,
    rule: undefined,
    rules: lexicalRules(''),
  };
}
