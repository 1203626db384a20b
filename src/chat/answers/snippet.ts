// Which lines of a place to quote: all of a short one; of a long one the stretch in which most of the question's words
// stand, or its beginning where they stand all over it.

import { languageOf } from '../../corpus/fileKind.ts';
import { labelOf } from '../search/retrieve.ts';
import type { Hit } from '../search/retrieve.ts';
import type { Citation } from '../model/types.ts';
import { identifiersOf, isStopWord, partsOf, stemOf } from '../search/words.ts';

/** Lines quoted of a place at most. */
const maxLines = 18;
/** Longer lines are cut. */
const maxLineChars = 240;

/** The place with the lines that say most about the question. */
export function cite(hit: Hit, question: string, most = maxLines): Citation {
  const { path, chunk, lines, score } = hit;
  const last = Math.min(chunk.endLine, lines.length);
  const start = last - chunk.line < most ? chunk.line : startOf(hit, question, most, last);
  return citationAt(path, lines, start, Math.min(last, start + most - 1), score, labelOf(chunk));
}

export function citationAt(
  path: string,
  lines: readonly string[],
  line: number,
  endLine: number,
  score: number,
  symbol: string,
): Citation {
  return {
    path,
    line,
    endLine,
    score,
    languageId: languageOf(path) ?? (/\.(?:md|mdx|markdown)$/i.test(path) ? 'markdown' : 'plaintext'),
    text: lines
      .slice(line - 1, endLine)
      .map(each => (each.length > maxLineChars ? `${each.slice(0, maxLineChars)}…` : each))
      .join('\n'),
    ...(symbol === '' ? {} : { symbol }),
  };
}

/** First line of the best stretch; the declaration's own lines count as much as two words. */
function startOf({ chunk, lines }: Hit, question: string, most: number, last: number): number {
  const wanted = new Set(stemsOf(question));
  const found = lines
    .slice(chunk.line - 1, last)
    .map(line => new Set(stemsOf(line).filter(stem => wanted.has(stem))));
  let best = { at: 0, value: -1 };
  for (let at = 0; at + most <= found.length; at++) {
    const stems = new Set<string>();
    for (const line of found.slice(at, at + most)) for (const stem of line) stems.add(stem);
    const value = stems.size + (at === 0 ? 2 : 0);
    if (value > best.value) best = { at, value };
  }
  return chunk.line + best.at;
}

function stemsOf(text: string): string[] {
  return identifiersOf(text)
    .flatMap(partsOf)
    .filter(part => !isStopWord(part))
    .map(stemOf);
}
