// Character classes of path patterns, `[a-z]` and `[!a]`, as globs and ignore rules write them.

import type { CharacterTest } from './pathPattern.ts';

export interface ClassItem {
  /** Code points, both included. */
  readonly from: number;
  readonly to: number;
}

/** Whether a character lies in one of the ranges, or in none if negated. A slash never does: it parts names. */
export function classTest(items: readonly ClassItem[], negated: boolean, ignoreCase = false): CharacterTest {
  const lies = (code: number) => items.some(({ from, to }) => from <= code && code <= to);
  const inAnyCase = (code: number) => {
    const character = String.fromCodePoint(code);
    return [character.toLowerCase(), character.toUpperCase()].some(variant =>
      lies(variant.codePointAt(0) ?? 0),
    );
  };
  return code => code !== 0x2f && (ignoreCase ? lies(code) || inAnyCase(code) : lies(code)) !== negated;
}
