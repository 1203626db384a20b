// What a file says of itself: the comment or docstring that it opens with, a licence left out.

import { cleanComment } from '../chunks/chunkLines.ts';

const maxLines = 60;

/** Without comment marks; '' where the file opens with none. */
export function headComment(lines: readonly string[]): string {
  let at = 0;
  const head = lines.slice(0, maxLines);
  while (at < head.length) {
    const line = head[at]?.trim() ?? '';
    if (line === '' || skipped.test(line)) {
      at++;
      continue;
    }
    const end = commentEnd(head, at);
    if (end === at) return '';
    const text = cleanComment(head.slice(at, end).join('\n'));
    if (text !== '' && !licence.test(text)) return text;
    at = end;
  }
  return '';
}

/** The first line behind the comment that begins at a line; that line itself where none does. */
function commentEnd(lines: readonly string[], start: number): number {
  const first = lines[start]?.trim() ?? '';
  const closing = first.startsWith('/*')
    ? '*/'
    : /^[rRuU]?"""/.test(first)
      ? '"""'
      : /^[rRuU]?'''/.test(first)
        ? "'''"
        : first.startsWith('<!--')
          ? '-->'
          : undefined;
  if (closing !== undefined) {
    const isOneLine = first.indexOf(closing, closing === '*/' ? 2 : 3) > 0;
    if (isOneLine) return start + 1;
    const end = lines.findIndex((line, at) => at > start && line.includes(closing));
    return end === -1 ? lines.length : end + 1;
  }
  let at = start;
  while (at < lines.length && /^\s*(?:\/\/|#(?![!a-z[])|--|;;)/.test(lines[at] ?? '')) at++;
  return at;
}

/** Lines that may stand before it. */
const skipped =
  /^(?:#!|<\?php|['"]use \w+['"];?|package [\w.]+;?|(?:import|from|use|using|namespace|declare)\b|\/\/\s*(?:eslint|prettier|@ts)|#\s*-\*-|# (?:frozen_string_literal|encoding)|\/\/go:|#!?\[)/;
const licence = /copyright|licen[cs]ed?\b|SPDX|all rights reserved|module dependencies|istanbul|eslint/i;
