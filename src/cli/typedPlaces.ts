// Where benchmarks type: seeded runs of keystrokes in real files.

import { readFileSync } from 'node:fs';
import { seededRandom } from '../base/random.ts';

const charsPerPlace = 40;

export interface TypedPlace {
  readonly file: string;
  readonly text: string;
  readonly offset: number;
  readonly isFirst: boolean;
}

/** At each keystroke, the file as if the rest of its line had not been written yet; at least so many keystrokes. */
export function* typedPlaces(
  files: readonly string[],
  keystrokes: number,
): Generator<TypedPlace, undefined, undefined> {
  const random = seededRandom(1);
  let typed = 0;
  while (typed <= keystrokes) {
    const file = files[Math.floor(random() * files.length)] ?? '';
    const text = readFileSync(file, 'utf8');
    const start = Math.floor(random() * Math.max(1, text.length - charsPerPlace));
    for (let offset = start; offset < Math.min(start + charsPerPlace, text.length); offset++, typed++) {
      const lineEnd = text.indexOf('\n', offset);
      const below = lineEnd === -1 ? '' : text.slice(lineEnd);
      yield { file, text: text.slice(0, offset) + below, offset, isFirst: offset === start };
    }
  }
  return undefined;
}
