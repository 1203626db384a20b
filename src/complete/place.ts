// What is known of the cursor's place before anything is written there: what is open, and which closers the text after
// it lacks. Worked out once for a window, since every candidate for it asks.

import { currentLine, windowLimits, type DocumentWindow } from '../text/window.ts';
import { scanBrackets } from './brackets.ts';
import { bracketInLiteral, isLiteral, type OpenBracket } from './openBracket.ts';
import { indentColumns } from './indentation.ts';
import { openAtStart } from './windowStart.ts';

export interface CursorPlace {
  readonly languageId: string;
  readonly open: readonly OpenBracket[];
  /** The rest of the cursor's line. */
  readonly after: string;
  /** For each closer, how many of its openers before the cursor nothing after the cursor closes. */
  readonly wanting: ReadonlyMap<string, number>;
  /** Whether the window starts below the document's first line, so that openers may be out of sight. */
  readonly outerCut: boolean;
}

export function cursorPlace(window: DocumentWindow): CursorPlace {
  const known = places.get(window);
  if (known !== undefined) return known;
  const place = workedOut(window);
  places.set(window, place);
  return place;
}

const places = new WeakMap<DocumentWindow, CursorPlace>();

function workedOut(window: DocumentWindow): CursorPlace {
  const { languageId, prefix, suffix } = window;
  const outerCut = window.startLine > 0;
  const { after } = currentLine(window);
  const { open } = scanBrackets(prefix, languageId, openAtStart(window));
  const wanting = wantingAfter(suffix, languageId, open, outerCut);
  const literal = open.findIndex(isLiteral);
  if (literal === -1) return { languageId, open, after, wanting, outerCut };
  if (scanBrackets(after, languageId, open).closings.length < open.length - literal) {
    // A string or comment that the line does not close may go on below, or may just be being typed.
    const typed = wantingAfter(suffix.slice(after.length), languageId, open.slice(0, literal), outerCut);
    for (const { closer } of open.slice(literal)) typed.set(closer, (typed.get(closer) ?? 0) + 1);
    for (const [closer, count] of typed) wanting.set(closer, Math.max(count, wanting.get(closer) ?? 0));
  }
  // Within them editors close brackets ahead as well: those at once after the cursor count as open.
  const ahead = literal === open.length - 1 ? (/^[)\]}]+/.exec(after)?.[0] ?? '') : '';
  const within = Array.from(ahead, bracketInLiteral).reverse();
  return { languageId, open: [...open, ...within], after, wanting, outerCut };
}

/** For each closer, how many of those that `before` wants `suffix` lacks. */
function wantingAfter(
  suffix: string,
  languageId: string,
  before: readonly OpenBracket[],
  outerCut: boolean,
): Map<string, number> {
  const { open, openBefore, skipped } = scanBrackets(suffix, languageId, before, { outerCut });
  const wanting = new Map<string, number>();
  const isCut = suffix.length > windowLimits.suffixChars - longestLineCut;
  const outdent = isCut ? minIndent(suffix) : undefined;
  const missing = open
    .slice(0, openBefore)
    .filter(({ indent }) => outdent === undefined || outdent <= indent);
  for (const { closer } of [...missing, ...skipped]) {
    wanting.set(closer, (wanting.get(closer) ?? 0) + 1);
  }
  return wanting;
}

/** A window ends with the last line that fits: where it lacks less than this, the document may go on. */
const longestLineCut = 500;

/**
 * The least indentation, in columns, of the lines after the first. What was opened at a lesser one is closed below what
 * the window shows.
 */
function minIndent(suffix: string): number {
  const lines = suffix.split(/\r?\n|\r/).slice(1);
  return lines.reduce(
    (least, line) => (line.trim() === '' ? least : Math.min(least, indentColumns(line, 4))),
    Infinity,
  );
}
