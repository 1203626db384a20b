// Takes a document apart by its headings, those of Markdown (`#`) and those that are underlined (Markdown, reStructured
// text). Code fences hold no headings. Sections that are very long are split at blank lines.

import type { Chunk } from '../model/chunk.ts';

/** Lines of a section at most, as long as it has blank lines. */
const maxSectionLines = 60;
/** Of a heading; what follows is not read. */
const maxHeadingChars = 500;

/** The sections of a document, each up to the next heading of any level. */
export function chunkMarkdown(text: string): readonly Chunk[] {
  const lines = text.split('\n');
  const chunks: Chunk[] = [];
  /** Headings around the place, outermost first. */
  let trail: { readonly name: string; readonly level: number }[] = [];
  let start = 1;
  let bodyStart = 1;
  let fence = '';
  const close = (end: number): void => {
    let last = end;
    while (last >= start && lines[last - 1]?.trim() === '') last--;
    if (last >= start) {
      const name = trail.at(-1)?.name ?? '';
      chunks.push({
        kind: 'section',
        name,
        container: trail.at(-2)?.name ?? '',
        line: start,
        endLine: last,
        docLine: start,
        signature: '',
        doc: '',
        docSpans: [],
        body: lines.slice(bodyStart - 1, last).join('\n'),
      });
    }
    start = end + 1;
    bodyStart = start;
  };
  for (let line = 1; line <= lines.length; line++) {
    const content = lines[line - 1] ?? '';
    const mark = /^\s*(```+|~~~+)/.exec(content)?.[1] ?? '';
    if (fence === '') fence = mark;
    else if (mark.startsWith(fence)) fence = '';
    const heading = fence === '' ? headingAt(lines, line) : undefined;
    if (heading !== undefined) {
      close(line - 1);
      const outer = trail.findIndex(({ level }) => level >= heading.level);
      trail = [...(outer === -1 ? trail : trail.slice(0, outer)), heading];
      bodyStart = line + heading.lines;
      line += heading.lines - 1;
    } else if (content.trim() === '' && line - start >= maxSectionLines && fence === '') close(line);
  }
  close(lines.length);
  return chunks;
}

/** `=` underlines the outermost heading and `-` those within, as in Markdown; reStructuredText is free to choose. */
function headingAt(
  lines: readonly string[],
  line: number,
): { readonly name: string; readonly level: number; readonly lines: number } | undefined {
  const content = (lines[line - 1] ?? '').slice(0, maxHeadingChars);
  const marks = /^ {0,3}(#{1,6})(?=\s)/.exec(content);
  if (marks !== null) {
    const name = content
      .slice(marks[0].length)
      .trim()
      .replace(/(?<!#)#+$/, '');
    return { name: plain(name.trimEnd()), level: marks[1]?.length ?? 1, lines: 1 };
  }
  const under = /^([=\-~^"'*+#])\1{2,}\s*$/.exec(lines[line] ?? '')?.[1];
  if (under === undefined || content.trim() === '' || /^\s|^[|>*+-]|[|]/.test(content)) return undefined;
  return { name: plain(content.trim()), level: '=-~^'.indexOf(under) + 1 || 5, lines: 2 };
}

/** A heading without links, code marks and HTML. */
function plain(heading: string): string {
  return heading
    .replace(/<[^<>]*>/g, '')
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .trim();
}
