// Compares the text before the cursor with the text before a place that is built alike, backwards, as far as their classes
// agree. What is the same speaks for the place; names that differ are learnt as a renaming.

import { boundary } from '../contextSort.ts';
import { lexicalClasses } from './lexer.ts';
import type { Renaming } from './renaming.ts';
import type { Structure } from './structuralSegment.ts';

/** Lexemes compared at most. */
export const longestAlignment = 120;
/** A place whose renaming contradicts itself so often is another thing. */
const mostConflicts = 4;

export interface Alignment {
  /** Lexemes whose classes agree. */
  readonly length: number;
  readonly score: number;
  readonly equalNames: number;
  readonly conflicts: number;
}

const weights = {
  equalName: 1.5,
  equalOther: 0.5,
  otherName: 0.1,
  otherIndentation: -0.5,
  conflict: -1,
} as const;

/** Aligns what stands before `place` of `other` with what stands before `end` of `own`; fills `renaming`. */
export function align(
  other: Structure,
  place: number,
  own: Structure,
  end: number,
  renaming: Renaming,
): Alignment {
  renaming.clear();
  let score = 0;
  let equalNames = 0;
  let conflicts = 0;
  let length = 0;
  const most = Math.min(longestAlignment, place, end);
  for (; length < most; length++) {
    const lexicalClass = own.classes[end - 1 - length] ?? boundary;
    if (lexicalClass === boundary || other.classes[place - 1 - length] !== lexicalClass) break;
    const from = (other.codes[place - 1 - length] ?? 0) >> 1;
    const to = (own.codes[end - 1 - length] ?? 0) >> 1;
    if (lexicalClass !== lexicalClasses.name && lexicalClass !== lexicalClasses.number) {
      score += from === to ? weights.equalOther : weights.otherIndentation;
      continue;
    }
    const outcome = renaming.add(from, to);
    if (outcome === 'conflicts') {
      score += weights.conflict;
      if (++conflicts === mostConflicts) break;
    } else if (from === to) {
      score += weights.equalName;
      equalNames++;
    } else score += weights.otherName;
  }
  return { length, score, equalNames, conflicts };
}
