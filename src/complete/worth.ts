// What a suggestion is worth to somebody who types: the characters that one key then writes, as far as it is right.

import type { Ending } from './ending.ts';

/**
 * Characters that must be saved on the average for a suggestion of each kind to be shown while one types. Fitted in the
 * typing simulation: below these, suggestions are many and save next to nothing. A part may be expected to save less than
 * its key, since a right one leads to the next suggestion.
 */
const minCharsSaved: Readonly<Record<Exclude<Ending, 'fragment'>, number>> = {
  whole: -1,
  opening: 0,
  part: -0.2,
};

/** Expected characters saved by accepting, which costs one key; white space at the start is the editor's. */
export function charsSaved(text: string, probability: number, replaceAfter = 0): number {
  return probability * (text.trimStart().length - replaceAfter) - 1;
}

/** Whether a suggestion that ends so is worth its place. */
export function isWorthShowing(ending: Ending, text: string, probability: number, replaceAfter = 0): boolean {
  if (ending === 'fragment') return false;
  // One character costs the key that it saves.
  if (ending === 'part' && text.trimStart().length - replaceAfter < 2) return false;
  return charsSaved(text, probability, replaceAfter) >= minCharsSaved[ending];
}
