// What is open while a scanner walks along a text, and what came of what was open before it.

import type { BracketScan, OpenBracket, OpenKind, ScanOptions } from './openBracket.ts';
import { indentColumns } from './indentation.ts';
import type { LexicalRules, LiteralRule } from './lexicalRules.ts';

export class OpenStack {
  protected readonly text: string;
  protected readonly options: ScanOptions;
  protected readonly open: OpenBracket[];
  /** How many of `open`, from the outermost, were open before the text. */
  protected floor: number;
  protected lineStart = 0;
  protected lineIndent: number | undefined;
  protected stray: number | undefined;
  protected unterminated: number | undefined;
  private readonly closings: { index: number; closer: string }[] = [];
  private readonly skipped: OpenBracket[] = [];

  constructor(text: string, start: readonly OpenBracket[], options: ScanOptions) {
    this.text = text;
    this.options = options;
    this.open = [...start];
    this.floor = start.length;
  }

  protected found(): BracketScan {
    const { open, closings, skipped, stray, unterminated } = this;
    return { open, openBefore: Math.min(this.floor, open.length), closings, skipped, stray, unterminated };
  }

  /** Leaves what stands innermost without closing it: an end that is implied. */
  protected leave(): void {
    this.open.pop();
    this.floor = Math.min(this.floor, this.open.length);
  }

  protected push(
    kind: OpenKind,
    { opener, closer }: { readonly opener: string; readonly closer: string },
    index: number,
    length: number,
    rules: LexicalRules,
    rule?: LiteralRule,
  ): number {
    this.lineIndent ??= indentColumns(this.text.slice(this.lineStart, index + 1), 4);
    const end = index + length;
    this.open.push({ kind, opener, closer, index, end, indent: this.lineIndent, rule, rules });
    return end;
  }

  protected pop(index: number): void {
    const closed = this.open.pop();
    if (closed === undefined || this.open.length >= this.floor) return;
    this.floor = this.open.length;
    this.closings.push({ index, closer: closed.closer });
  }

  /** Removes all from `depth` on as never closed. */
  protected drop(depth: number): void {
    const left = this.open.splice(depth);
    if (depth >= this.floor) return;
    this.skipped.push(...left.slice(0, this.floor - depth).filter(({ closer }) => closer !== '\n'));
    this.floor = depth;
  }

  protected unwind(match: number, at: number): void {
    this.drop(match + 1);
    this.pop(at);
  }

  /** Whether what closes at `at` is indented less than `opened`, and so closes something above the window. */
  protected belongsOutside(opened: OpenBracket, at: number): boolean {
    if (this.options.outerCut !== true || this.lineStart === 0) return false;
    const lead = this.text.slice(this.lineStart, at);
    return lead.trim() === '' && indentColumns(lead, 4) < opened.indent;
  }
}
