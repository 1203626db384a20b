// Finds work that takes more than linear time: a text of repeated units is made four times as long, and again, and the
// processor's time may not grow as if squared. Times of this process alone are compared with each other, so that a slow or
// busy machine changes nothing; what looks like growth is measured again before it counts.

import { fail } from 'node:assert/strict';

/** Times below it, in milliseconds, are noise: even squared they stay harmless at the sizes that files may have. */
const minMs = 30;
/** Four times the text takes four times as long where the work is linear, and 16 times where it is squared. */
const factor = 4;
const maxGrowth = 9;

/** Each token alone and each pair, behind each of some beginnings: what loops over its own text most. */
export function unitsOf(tokens: readonly string[]): readonly string[] {
  return [
    ...tokens,
    ...tokens.flatMap(first => tokens.filter(each => each !== first).map(each => first + each)),
  ];
}

/**
 * Fails where `work` on some unit, repeated to `maxChars` and ended by what spoils a match, grows faster than linearly.
 * Work that gives up by itself may take up to `givesUpMs`, however it grows.
 */
export function checkGrowth(
  name: string,
  units: readonly string[],
  work: (text: string) => void,
  maxChars = 32_000,
  givesUpMs = minMs,
): void {
  const found: string[] = [];
  for (const unit of units)
    for (const end of ['', '\u0001']) {
      const textOf = (chars: number): string => unit.repeat(Math.ceil(chars / unit.length)) + end;
      const growth = growthOf(textOf, work, maxChars, givesUpMs);
      if (growth !== undefined) found.push(`${JSON.stringify(unit + end)}: ${growth}`);
    }
  if (found.length > 0) fail(`${name} takes more than linear time on\n${found.join('\n')}`);
}

function growthOf(
  textOf: (chars: number) => string,
  work: (text: string) => void,
  maxChars: number,
  givesUpMs: number,
): string | undefined {
  let shorterMs = minMs / factor;
  for (let chars = Math.ceil(maxChars / factor ** 3); chars <= maxChars; chars *= factor) {
    const text = textOf(chars);
    const ms = timeOf(text, work, 1);
    if (ms > givesUpMs && ms > maxGrowth * Math.max(shorterMs, minMs / factor)) {
      const again = timeOf(text, work, 2);
      const before = Math.max(timeOf(textOf(chars / factor), work, 3), minMs / factor / factor);
      if (again > givesUpMs && again > maxGrowth * before)
        return `${before.toFixed(1)} ms for ${chars / factor} characters, ${again.toFixed(1)} ms for ${chars}`;
    }
    shorterMs = ms;
  }
  return undefined;
}

/** Milliseconds of the processor, the least of some tries. */
function timeOf(text: string, work: (text: string) => void, tries: number): number {
  let least = Infinity;
  for (let attempt = 0; attempt < tries; attempt++) {
    const start = process.cpuUsage();
    work(text);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
