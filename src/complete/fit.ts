// Makes of what the model wrote what can be inserted: in the document's line ends and indentation, without what
// stands there already, without loops, and with brackets that fit. Pure; any string may come in.

import { currentLine, normalizeLineEnds, withLineEnd, type DocumentWindow } from '../text/window.ts';
import { declaresInCall } from './callSite.ts';
import { startedAt } from './firstLine.ts';
import { toDocumentIndentation } from './documentIndentation.ts';
import { indentColumns } from './indentation.ts';
import { isSubsequence, placeOnLine, repeatsNext, withoutRepeatedTail, type Placed } from './overlap.ts';
import { cursorPlace, type CursorPlace } from './place.ts';
import { withoutDanglingCommas, withoutMisplacedEnd, withoutMisplacedSeparators } from './punctuation.ts';
import { repeatsPrevious, withoutLoops } from './repetition.ts';
import type { NoCompletionReason } from './types.ts';

export type Fit =
  | {
      readonly kind: 'fitted';
      /** As `CompletionItem.text`; no line of it ends in white space. */
      readonly text: string;
      /** As `CompletionItem.replaceAfter`; what is replaced is a subsequence of `text`. */
      readonly replaceAfter: number;
    }
  | { readonly kind: 'none'; readonly reason: NoCompletionReason };

/** The suggestion that `generated` (line ends `\n`, cut by the stop rules) makes at the cursor, or why it makes none. */
export function fit(generated: string, window: DocumentWindow): Fit {
  const printable = printableStart(normalizeLineEnds(generated));
  if (printable === '') return none('nothing-generated');
  if (isBlank(printable)) return none('only-whitespace');

  const { before } = currentLine(window);
  const looped = withoutLoops(printable, before);
  if (looped === undefined) return none('repetition');
  const written = toDocumentIndentation(trimLineEnds(fromCursor(looped, window)), window);
  if (isBlank(written)) return none('only-whitespace');

  const place = cursorPlace(window);
  const separated = withoutMisplacedSeparators(written, before, place);
  if (separated === undefined || declaresInCall(separated, window, place)) return none('unbalanced');
  const text = withoutDanglingCommas(separated, place);
  const placed = joined(placeLines(text, place), window, place);
  if (isBlank(placed.text)) return none(coveredByRest(text, place) ? 'repeats-suffix' : 'unbalanced');
  return againstNeighbours(placed, window);
}

/** With an end that suits what then stands behind it. */
function joined(placed: Placed, { suffix }: DocumentWindow, place: CursorPlace): Placed {
  const next = suffix.slice(place.after.length);
  let found = placed;
  for (;;) {
    const { text, replaceAfter } = found;
    const shorter = withoutMisplacedEnd(text, place.after.slice(replaceAfter), next, place);
    if (shorter === text || !isSubsequence(place.after.slice(0, replaceAfter), shorter)) return found;
    found = placeOnLine(shorter, place);
  }
}

/** Control characters, invisible direction marks, what was left of a cut character: nothing of use follows them. */
const unprintable = /[\p{Cs}\ufffd\ufeff\u2028\u2029\u202a-\u202e\u2066-\u2069]|(?![\t\n])\p{Cc}/u;

function printableStart(text: string): string {
  const at = text.search(unprintable);
  return at === -1 ? text : text.slice(0, at);
}

function trimLineEnds(text: string): string {
  return text
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .trimEnd();
}

/** Without a start that the text before the cursor makes superfluous: a second space, blank lines on a blank line. */
function fromCursor(text: string, window: DocumentWindow): string {
  const { before } = currentLine(window);
  if (before.trim() !== '') {
    const start = text.trimStart();
    const lead = text.slice(0, text.length - start.length);
    // Tokens bring a space of their own. More than one is alignment, and two before a comment are customary.
    const superfluous = lead === ' ' && /\S $/.test(before) && !/^(?:#|\/\/|--|;)/.test(start);
    return superfluous ? start : text;
  }
  const first = text.search(/\S/);
  const lineStart = text.lastIndexOf('\n', first) + 1;
  if (lineStart === 0) return startedAt(text, window);
  const line = text.slice(lineStart);
  const missing = indentColumns(line, 4) - indentColumns(before, 4);
  return missing < 0 ? text : startedAt(' '.repeat(missing) + line.trimStart(), window);
}

/** Over several lines only if the rest of the cursor's line then stands where it should; else the first line. */
function placeLines(text: string, place: CursorPlace): Placed {
  const placed = placeOnLine(text, place);
  const rest = place.after.slice(placed.replaceAfter).trim();
  if (rest === '' || placed.replaceAfter > 0 || !placed.text.includes('\n')) return placed;
  const left = text.slice(placed.text.length).trim();
  const lastLine = placed.text.slice(placed.text.lastIndexOf('\n') + 1).trim();
  if ((left !== '' && rest.startsWith(left)) || /^[)\]}]/.test(lastLine)) return placed;
  return placeOnLine(text.slice(0, text.indexOf('\n')), place);
}

function coveredByRest(text: string, place: CursorPlace): boolean {
  const rest = place.after.trim();
  return rest !== '' && (rest.startsWith(text.trim()) || text.trim().startsWith(rest));
}

function againstNeighbours(placed: Placed, window: DocumentWindow): Fit {
  const { before, after } = currentLine(window);
  const { size } = window.indentation;
  const rest = after.slice(placed.replaceAfter);
  const next = linesOf(window.suffix.slice(after.length)).slice(1, 40);
  const lines = placed.text.split('\n');
  const first = before + (lines[0] ?? '') + (lines.length === 1 ? rest : '');
  const whole = [first, ...lines.slice(1)];
  const count =
    isBlank(rest) && placed.replaceAfter === 0 ? withoutRepeatedTail(whole, next, size) : lines.length;
  const text = lines.slice(0, count).join('\n').trimEnd();
  if (isBlank(text)) return none('repeats-suffix');
  if (lines[0] !== '' && repeatsNext(whole.slice(0, count), next, size)) return none('repeats-suffix');

  // Where the text begins with a line end, the cursor's line is whole already.
  const own = lines[0] === '' ? 1 : 0;
  const previous = linesOf(window.prefix.slice(-neighbourChars));
  if (repeatsPrevious(whole.slice(own, count), previous.slice(0, previous.length - 1 + own))) {
    return none('repeats-line');
  }
  return { kind: 'fitted', text: withLineEnd(text, window.eol), replaceAfter: placed.replaceAfter };
}

/** How far above the cursor its suggestion is looked for, in UTF-16 code units. */
const neighbourChars = 2_000;

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function none(reason: NoCompletionReason): Fit {
  return { kind: 'none', reason };
}
