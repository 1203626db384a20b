// What a suggestion shares with the text after the cursor: closing brackets that the editor typed ahead, the rest of
// the line, the next lines. Whatever stands there already must not be there twice.

import { scanBrackets } from './brackets.ts';
import { isLiteral } from './openBracket.ts';
import { isProse } from './languages.ts';
import { indentColumns } from './indentation.ts';
import type { CursorPlace } from './place.ts';
import { isSlight } from './repetition.ts';

export interface Placed {
  /** May be blank: nothing is left to insert. */
  readonly text: string;
  readonly replaceAfter: number;
}

/**
 * Fits `text` (line ends `\n`) between the cursor and the rest of its line: brackets and quotes that it closes are
 * matched with those that stand there, and counted into `replaceAfter` or left out of the text; a bracket that
 * closes nothing, a string that is never closed and, before a rest that is not blank, a bracket left open within
 * the text, cut it short. What is replaced is always a subsequence of the text.
 */
export function placeOnLine(text: string, place: CursorPlace): Placed {
  const rest = place.after.trimEnd();
  if (rest !== '' && text.endsWith(rest) && !/^[\udc00-\udfff]/.test(rest)) {
    const shorter = text.slice(0, -rest.length);
    const { open, openBefore } = scan(shorter, place);
    if (open.length === openBefore) return withRest(balanced(shorter, place, 0), rest);
  }
  const found = consumed(text, rest, place);
  const joint = misplacedJoint(text, rest, found);
  if (joint !== undefined) return placeOnLine(text.slice(0, joint).trimEnd(), place);
  const kept = balanced(text, place, found.closings);
  return kept === text ? withoutSharedTail(text, found) : placeOnLine(kept, place);
}

/**
 * How many of `lines` remain when those at the end that merely repeat `next`, the lines after the cursor's, are
 * dropped; at least 1. Slight lines are taken for the same only at the same indentation.
 */
export function withoutRepeatedTail(
  lines: readonly string[],
  next: readonly string[],
  tabSize: number,
): number {
  for (let at = 1; at < lines.length; at++) {
    if (lines[at]?.trim() !== '' && repeatsNext(lines.slice(at), next, tabSize)) return at;
  }
  return lines.length;
}

/** Whether `lines` say what `next` says: all of them, or the first if it says something. */
export function repeatsNext(lines: readonly string[], next: readonly string[], tabSize: number): boolean {
  const following = next.filter(line => line.trim() !== '');
  const filled = lines.filter(line => line.trim() !== '');
  const [first] = filled;
  if (first === undefined || !sameLine(first, following[0], tabSize)) return false;
  return !isSlight(first) || filled.every((line, index) => sameLine(line, following[index], tabSize));
}

/** Whether the code units of `part` stand in `whole` in this order. */
export function isSubsequence(part: string, whole: string): boolean {
  let from = 0;
  for (let at = 0; at < part.length; at++) {
    from = whole.indexOf(part.charAt(at), from) + 1;
    if (from === 0) return false;
  }
  return true;
}

/** Whether two lines say the same; of slight ones the indentation must be equal too. */
function sameLine(one: string, other: string | undefined, tabSize: number): boolean {
  if (one.trim() !== other?.trim()) return false;
  return !isSlight(one) || indentColumns(one, tabSize) === indentColumns(other, tabSize);
}

function scan(text: string, place: CursorPlace): ReturnType<typeof scanBrackets> {
  return scanBrackets(text, place.languageId, place.open);
}

/** `text` up to the first place where it would break the balance; `consumedClosings` replace what stands there. */
function balanced(text: string, place: CursorPlace, consumedClosings: number): string {
  if (isProse(place.languageId)) return text;
  const found = scan(text, place);
  const cuts: number[] = [];
  const left = new Map(place.wanting);
  // Of what the text closes it may open as much again: `} else {`.
  const opened = found.open.slice(found.openBefore);
  for (const { closer } of opened) left.set(closer, (left.get(closer) ?? 0) + 1);
  for (const { index, closer } of found.closings.slice(consumedClosings)) {
    const count = left.get(closer) ?? 0;
    if (count === 0) cuts.push(index);
    left.set(closer, count - 1);
  }
  if (found.stray !== undefined && !(place.outerCut && found.openBefore === 0)) cuts.push(found.stray);
  if (found.unterminated !== undefined) cuts.push(found.unterminated);

  const [outermost, innermost] = [opened.at(0), opened.at(-1)];
  if (outermost !== undefined && innermost !== undefined) {
    const isShort =
      innermost.kind === 'literal' && innermost.rule?.multiLine !== true && innermost.closer !== '\n';
    // An opener alone turns all that follows into a string or comment.
    const isAlone = isLiteral(innermost) && /^[\s*!]*$/.test(text.slice(innermost.end));
    if (isShort || (isAlone && innermost.closer !== '\n' && place.after.trim() === ''))
      cuts.push(innermost.index);
    const atEnd = opened.length === 1 && outermost.index + outermost.opener.length === text.trimEnd().length;
    if (place.after.trim() !== '' && !atEnd) cuts.push(outermost.index);
  }
  return cuts.length === 0 ? text : text.slice(0, Math.min(...cuts)).trimEnd();
}

interface Consumed {
  /** Code units of the rest, from its start, that the text contains in this order. */
  readonly replaceAfter: number;
  /** Closings of the text among them. */
  readonly closings: number;
  /** Where in the text each of them was found, ascending. */
  readonly matches: readonly number[];
}

/** Walks along the rest of the line as long as the text closes the same brackets and continues in the same way. */
function consumed(text: string, rest: string, place: CursorPlace): Consumed {
  const closings = scan(text, place).closings.map(closing => closing.index);
  const restClosings = new Set(scan(rest, place).closings.map(closing => closing.index));
  const matches: number[] = [];
  let used = 0;
  for (let at = 0; at < rest.length; at++) {
    const character = rest.charAt(at);
    const last = matches.at(-1) ?? -1;
    let found: number | undefined;
    if (restClosings.has(at)) found = closings[used];
    else if (character.trim() === '') found = last + 1;
    else if (used > 0) found = last + 1 + (/\S/.exec(text.slice(last + 1))?.index ?? 0);
    if (found === undefined || found <= last || text.charAt(found) !== character) break;
    if (restClosings.has(at)) used++;
    matches.push(found);
  }
  return used === 0
    ? { replaceAfter: 0, closings: 0, matches: [] }
    : { replaceAfter: matches.length, closings: used, matches };
}

/**
 * Where the text has to end because it goes on behind a closer that stands there, while the rest goes on with words of its
 * own: the two would run into one another.
 */
function misplacedJoint(text: string, rest: string, { replaceAfter, matches }: Consumed): number | undefined {
  const last = matches.at(-1);
  if (last === undefined || last === text.trimEnd().length - 1) return undefined;
  return /[\p{L}\p{N}_$]/u.test(rest.slice(replaceAfter)) ? matches[0] : undefined;
}

/** White space at a text's end would be trimmed: there the text takes the rest of the line with it. */
function withRest(text: string, rest: string): Placed {
  return /\s$/.test(text) ? { text: text + rest, replaceAfter: rest.length } : { text, replaceAfter: 0 };
}

/** Leaves the end of the text that equals the end of what it replaces standing in the document. */
function withoutSharedTail(text: string, { replaceAfter, matches }: Consumed): Placed {
  let shared = 0;
  while (shared < replaceAfter && matches[replaceAfter - 1 - shared] === text.length - 1 - shared) shared++;
  const shorter = text.slice(0, text.length - shared);
  return /\s$/.test(shorter)
    ? { text, replaceAfter }
    : { text: shorter, replaceAfter: replaceAfter - shared };
}
