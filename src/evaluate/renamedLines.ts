// Lines that stand somewhere already but for their names: what analogy is for. A line is renamed where some earlier line
// becomes it by replacing names and numbers consistently, and no line is it already.

import { familyOf } from '../memory/analogy/keywords.ts';
import { LexemeTable } from '../memory/analogy/lexemeTable.ts';
import { Lexemes, lexicalClasses, readLexemes } from '../memory/analogy/lexer.ts';
import type { SourceFile } from './scoring.ts';

/** Shorter lines are alike by chance. */
const minLexemes = 5;

interface Lines {
  readonly texts: ReadonlySet<string>;
  readonly forms: ReadonlySet<string>;
}

export class RenamedLines {
  private readonly table = new LexemeTable();
  private readonly workspace: Lines;

  constructor(workspace: readonly SourceFile[]) {
    this.workspace = this.linesOf(
      workspace.flatMap(({ path, text }) => text.split('\n').map(line => ({ path, line }))),
    );
  }

  /** Whether the line at `offset`, in UTF-16 code units, is a renamed one of the workspace or of what stands above it. */
  holds({ path, text }: SourceFile, offset: number): boolean {
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    const end = text.indexOf('\n', offset);
    const line = text.slice(start, end === -1 ? text.length : end);
    const form = this.formOf(path, line);
    if (form === undefined) return false;
    const above = this.linesOf(
      text
        .slice(0, start)
        .split('\n')
        .map(each => ({ path, line: each })),
    );
    const isThere = [this.workspace, above].some(({ texts }) => texts.has(line.trim()));
    return !isThere && [this.workspace, above].some(({ forms }) => forms.has(form));
  }

  private linesOf(lines: readonly { readonly path: string; readonly line: string }[]): Lines {
    return {
      texts: new Set(lines.map(({ line }) => line.trim())),
      forms: new Set(lines.flatMap(({ path, line }) => this.formOf(path, line) ?? [])),
    };
  }

  /** The line with its names and numbers numbered as they first occur; undefined for short lines. */
  private formOf(path: string, line: string): string | undefined {
    const bytes = new TextEncoder().encode(line.trim());
    const family = familyOf(path);
    const lexemes = new Lexemes();
    readLexemes(bytes, 0, bytes.length, family, this.table, lexemes);
    if (lexemes.length < minLexemes) return undefined;
    const numbers = new Map<number, number>();
    const form = [family];
    for (let at = 0; at < lexemes.length; at++) {
      const lexicalClass = lexemes.classes[at] ?? 0;
      form.push(lexicalClass);
      if (lexicalClass !== lexicalClasses.name && lexicalClass !== lexicalClasses.number) continue;
      const id = (lexemes.codes[at] ?? 0) >> 1;
      if (!numbers.has(id)) numbers.set(id, numbers.size);
      form.push(numbers.get(id) ?? 0);
    }
    return numbers.size === 0 ? undefined : form.join(' ');
  }
}
