// Chunks out of plain lines: what lies between declarations, and files of unknown grammar.

import type { Chunk } from '../model/chunk.ts';

/** Lines of a block at most. */
const maxBlockLines = 40;

/**
 * Blocks of the lines that lie in none of `covered` (first and last lines, 1-based), split where the covered ones lie,
 * and at a blank line once they are long.
 */
export function blocksOf(text: string, covered: readonly (readonly [number, number])[]): Chunk[] {
  const lines = text.split('\n');
  const isCovered = new Uint8Array(lines.length + 2);
  for (const [first, last] of covered) isCovered.fill(1, first, last + 1);
  const chunks: Chunk[] = [];
  let start = 0;
  let end = 0;
  const close = (): void => {
    if (start > 0) chunks.push(block(lines, start, end));
    start = 0;
  };
  for (let line = 1; line <= lines.length; line++) {
    const isBlank = lines[line - 1]?.trim() === '';
    const length = start === 0 ? 0 : line - start;
    if (isCovered[line] === 1 || length >= 2 * maxBlockLines || (isBlank && length >= maxBlockLines / 2))
      close();
    if (isCovered[line] === 1 || isBlank) continue;
    if (start === 0) start = line;
    end = line;
  }
  close();
  return chunks;
}

/** A chunk without a name out of the lines from `line` to `endLine`. */
export function block(lines: readonly string[], line: number, endLine: number): Chunk {
  const body = lines.slice(line - 1, endLine).join('\n');
  return {
    kind: 'block',
    name: '',
    container: '',
    line,
    endLine,
    docLine: line,
    signature: '',
    doc: '',
    docSpans: [],
    body,
  };
}

/** The words of a comment or docstring: without its marks, its indentation and its border of stars. */
export function cleanComment(comment: string): string {
  return comment
    .replace(/^[rRbBuUfF]{0,2}("""|'''|"|')([\s\S]*)\1$/, '$2')
    .replace(/^\s*\/\*+!?|(?<!\*)\*+\/\s*$/g, '')
    .split('\n')
    .map(line =>
      line
        .trim()
        .replace(/^(?:\/\/[/!]?|\*(?!\*)|#+(?!\[)|--|;+)\s?/, '')
        .trimEnd(),
    )
    .join('\n')
    .trim();
}
