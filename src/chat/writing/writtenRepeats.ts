// Small networks fall into rounds: the same few lines again and again. What may be the beginning of another round is
// held back until it turns out to be something else, so that a repetition is never shown.

import { isSlight, withoutLoops } from '../../complete/repetition.ts';

/** Lines of a round at most. */
const longestRound = 3;

export interface Fresh {
  /** UTF-16 code units of the text that are no repetition, and will not become one. */
  readonly upTo: number;
  /** Whether what follows them is one, so that nothing more is worth writing. */
  readonly isOver: boolean;
}

/** How far `text`, which is being written behind `before`, says something new. Line ends are `\n`. */
export function freshPart(text: string, before: string): Fresh {
  const kept = withoutLoops(text, before) ?? '';
  if (kept.length < text.length) return { upTo: kept.length, isOver: true };
  const written = text.split('\n').length;
  const lines = `${lastLines(before, 2 * longestRound)}${text}`.split('\n').map(line => line.trim());
  const last = lines.at(-1) ?? '';
  let held = 0;
  for (let round = 1; round <= longestRound; round++) {
    const again = linesAgain(lines, round, written);
    const unit = lines.slice(lines.length - 1 - again, lines.length - 1);
    if (again >= round && !isSlight(unit.join(''))) return { upTo: lineEnd(text, again + 1), isOver: true };
    // The last line is still being written.
    if (last === '' ? again > 0 : lines.at(-1 - round)?.startsWith(last) === true)
      held = Math.max(held, again + 1);
  }
  const upTo = lineEnd(text, held);
  return { upTo: last === '' ? Math.min(upTo, text.trimEnd().length) : upTo, isOver: false };
}

function lastLines(text: string, count: number): string {
  return text.split('\n').slice(-count).join('\n');
}

/** How many of the whole lines that were written last say what those one round before say. */
function linesAgain(lines: readonly string[], round: number, written: number): number {
  let count = 0;
  for (let at = lines.length - 2; at >= Math.max(round, lines.length - written); at--) {
    if (lines[at] !== lines[at - round]) break;
    count++;
  }
  return count;
}

/** Where the text ends without its last `count` lines. */
function lineEnd(text: string, count: number): number {
  let end = text.length;
  for (let line = 0; line < count; line++) {
    if (end <= 0) return 0;
    end = text.lastIndexOf('\n', end - 1);
  }
  return Math.max(0, end);
}
