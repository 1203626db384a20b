// Compares the text before the cursor with the text before a place that is built alike, backwards, as far as their classes
// agree. What is the same speaks for the place; names that differ are learnt as a renaming.

import { boundary } from '../contextSort.ts';
import { lexicalClasses } from './lexer.ts';
import type { Renaming } from './renaming.ts';
import type { Structure } from './structuralSegment.ts';

/** Lexemes compared at most. */
const longestAlignment = 120;
/** A place whose renaming contradicts itself so often is another thing. */
const maxConflicts = 4;
/** Lexemes of the text below the cursor that are compared. */
const maxBelow = 16;
/** Lexemes of a place's line beyond which its next line is not looked for. */
const longestRest = 60;

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
  const sum = { score: 0, equalNames: 0, conflicts: 0 };
  let length = 0;
  const most = Math.min(longestAlignment, place, end);
  while (length < most && sum.conflicts < maxConflicts) {
    const lexicalClass = own.classes[end - 1 - length] ?? boundary;
    if (lexicalClass === boundary || other.classes[place - 1 - length] !== lexicalClass) break;
    compare(other, place - 1 - length, own, end - 1 - length, renaming, sum);
    length++;
  }
  return { length, ...sum };
}

/**
 * Aligns the lines below `place` with what stands below the cursor: the first `end` lexemes of `own`, which begin with a
 * line's start. Adds to `renaming`. Gives the score.
 */
export function alignBelow(
  other: Structure,
  place: number,
  own: Structure,
  end: number,
  renaming: Renaming,
): number {
  if (end <= 0) return 0;
  const last = Math.min(other.codes.length, place + longestRest);
  let start = place;
  while (start < last && other.classes[start] !== lexicalClasses.line) {
    if (other.classes[start] === boundary) return 0;
    start++;
  }
  const sum = { score: 0, equalNames: 0, conflicts: 0 };
  const most = Math.min(end, maxBelow, last - start);
  for (let length = 0; length < most; length++) {
    if (other.classes[start + length] !== own.classes[length]) break;
    compare(other, start + length, own, length, renaming, sum);
  }
  return sum.score;
}

/** Adds to `sum` what two lexemes of one class say. */
function compare(
  other: Structure,
  there: number,
  own: Structure,
  here: number,
  renaming: Renaming,
  sum: { score: number; equalNames: number; conflicts: number },
): void {
  const lexicalClass = own.classes[here];
  const from = (other.codes[there] ?? 0) >> 1;
  const to = (own.codes[here] ?? 0) >> 1;
  if (lexicalClass !== lexicalClasses.name && lexicalClass !== lexicalClasses.number) {
    sum.score += from === to ? weights.equalOther : weights.otherIndentation;
  } else if (renaming.add(from, to) === 'conflicts') {
    sum.score += weights.conflict;
    sum.conflicts++;
  } else if (from === to) {
    sum.score += weights.equalName;
    sum.equalNames++;
  } else sum.score += weights.otherName;
}
