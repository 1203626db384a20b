// Small models fall into loops and copy the line above. Both are found on the text alone.

/** Letters and digits below which a line (`}`, `break;`, `</div>`) may well stand twice in a row. */
export const slightLineChars = 6;

/** Whether a line says so little that its repetition means nothing. */
export function isSlight(line: string): boolean {
  return (line.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < slightLineChars;
}

/**
 * `text` up to and with the first round of a loop in it, if it has one: the same few lines three times, or the same
 * characters (no divider such as `-----`) five times and over at least 20 code units. Undefined when the loop began
 * in `before`, so that the text holds nothing else.
 */
export function withoutLoops(text: string, before: string): string | undefined {
  let rest = text;
  for (;;) {
    const loop = lineLoop(rest) ?? characterLoop(rest);
    if (loop === undefined) return rest;
    if (loop.start === 0 && before.endsWith(loop.unit)) return undefined;
    rest = rest.slice(0, loop.start + loop.unit.length).replace(/[\ud800-\udbff]$/, '');
  }
}

/**
 * Whether `lines`, the suggestion's lines with the cursor's line made whole, begin with just the last non-blank
 * lines of `previous`. Slight lines only count together with others.
 */
export function repeatsPrevious(lines: readonly string[], previous: readonly string[]): boolean {
  const suggested = filledLines(lines);
  const above = filledLines(previous);
  for (let count = 1; count <= Math.min(suggested.length, above.length, longestCopy); count++) {
    const copied = suggested.slice(0, count);
    const same = copied.every((line, index) => line === above[above.length - count + index]);
    if (same && !isSlight(copied.join(''))) return true;
  }
  return false;
}

const longestCopy = 5;
const longestUnit = 40;

interface Loop {
  readonly start: number;
  readonly unit: string;
}

function filledLines(lines: readonly string[]): string[] {
  return lines.map(line => line.trim()).filter(line => line !== '');
}

function lineLoop(text: string): Loop | undefined {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    for (let count = 1; at + 3 * count <= lines.length && count <= 3; count++) {
      const unit = lines.slice(at, at + count).join('\n');
      const rounds = [1, 2].map(round =>
        lines.slice(at + round * count, at + (round + 1) * count).join('\n'),
      );
      const same = rounds.every(round => round.trim() === unit.trim());
      if (same && !isSlight(unit)) {
        return { start: lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0), unit };
      }
    }
  }
  return undefined;
}

function characterLoop(text: string): Loop | undefined {
  let first: Loop | undefined;
  for (let period = 1; period <= longestUnit && 2 * period <= text.length; period++) {
    let run = 0; // code units equal to the one a period earlier
    for (let at = period; at < text.length; at++) {
      run = text.charCodeAt(at) === text.charCodeAt(at - period) ? run + 1 : 0;
      const length = run + period;
      const start = at - length + 1;
      if (length < 5 * period || length < 20 || (first !== undefined && start >= first.start)) continue;
      const unit = text.slice(start, start + period);
      if (!divider.test(unit)) first = { start, unit };
    }
  }
  return first;
}

/** What people repeat on purpose: rules, table borders, indentation. */
const divider = /^[-=*#~_/.+|:\s]+$/;
