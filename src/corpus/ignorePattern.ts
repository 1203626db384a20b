// One line of a .gitignore as a rule. Git's own words for what a pattern means: git-scm.com/docs/gitignore, and
// wildmatch.c for what happens between brackets.

import type { ClassItem } from './characterClass.ts';
import { classTest } from './characterClass.ts';
import type { PathPattern } from './pathPattern.ts';
import { anyFolders, anyInName, anyName, anything, literal, pathMatcher } from './pathPattern.ts';

export interface IgnorePattern {
  /** The line began with `!`: what it matches is not ignored after all. */
  readonly isNegative: boolean;
  readonly foldersOnly: boolean;
  /** Whether it is matched against the name alone, in whatever folder. */
  readonly byName: boolean;
  /** The text itself, where nothing in it is special. */
  readonly plain: string | undefined;
  /** Takes the path relative to the folder of the ignore file, or the name where `byName`. */
  readonly test: (text: string) => boolean;
}

/** Undefined for a line that matches nothing: a comment, an empty line, an unfinished class or escape. */
export function parseIgnorePattern(line: string, ignoreCase: boolean): IgnorePattern | undefined {
  if (line.startsWith('#')) return undefined;
  const isNegative = line.startsWith('!');
  let text = withoutTrailingSpaces(isNegative ? line.slice(1) : line);
  const foldersOnly = text.endsWith('/');
  if (foldersOnly) text = text.slice(0, -1);
  const byName = !text.includes('/');
  if (text.startsWith('/')) text = text.slice(1);
  if (text === '') return undefined;
  const common = { isNegative, foldersOnly, byName };
  if (!/[*?[\\]/.test(text)) {
    const plain = ignoreCase ? text.toLowerCase() : text;
    return { ...common, plain, test: given => (ignoreCase ? given.toLowerCase() : given) === plain };
  }
  const pattern = parseWildcards(Array.from(text), ignoreCase);
  if (pattern === undefined) return undefined;
  const matcher = pathMatcher(pattern);
  // Most names differ in their ending already: `*.log`.
  const ending = ignoreCase ? '' : (/[^*?[\]\\/]*$/.exec(text.slice(-longestEnding))?.[0] ?? '');
  return { ...common, plain: undefined, test: given => given.endsWith(ending) && matcher.test(given) };
}

const longestEnding = 50;

/** Spaces at the end count only where a backslash stands before them. */
function withoutTrailingSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  let backslashes = 0;
  while (backslashes < end && text[end - 1 - backslashes] === '\\') backslashes++;
  return text.slice(0, backslashes % 2 === 1 && end < text.length ? end + 1 : end);
}

function parseWildcards(characters: readonly string[], ignoreCase: boolean): PathPattern | undefined {
  const parts: PathPattern[] = [];
  for (let at = 0; at < characters.length;) {
    const character = characters[at] ?? '';
    if (character === '*') {
      const [part, next] = stars(characters, at);
      parts.push(part);
      at = next;
    } else if (character === '[') {
      const found = characterClass(characters, at, ignoreCase);
      if (found === undefined) return undefined;
      parts.push(found.part);
      at = found.next;
    } else if (character === '\\') {
      const escaped = characters[at + 1];
      if (escaped === undefined) return undefined;
      parts.push(literal(escaped, ignoreCase));
      at += 2;
    } else {
      parts.push(character === '?' ? anyInName : literal(character, ignoreCase));
      at++;
    }
  }
  return { kind: 'sequence', parts };
}

/** Two stars cross folders only where they are all that stands between slashes. */
function stars(characters: readonly string[], at: number): [PathPattern, number] {
  let end = at;
  while (characters[end] === '*') end++;
  const opensName = at === 0 || characters[at - 1] === '/';
  if (end - at < 2 || !opensName) return [anyName, end];
  if (end === characters.length) return [anything, end];
  return characters[end] === '/' ? [anyFolders, end + 1] : [anyName, end];
}

function characterClass(
  characters: readonly string[],
  start: number,
  ignoreCase: boolean,
): { part: PathPattern; next: number } | undefined {
  const negated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const from = start + (negated ? 2 : 1);
  const items: ClassItem[] = [];
  let at = from;
  // A bracket that closes nothing yet stands for itself.
  while (characters[at] !== ']' || at === from) {
    const named = namedClass(characters, at);
    if (named !== undefined) {
      items.push(...named.items);
      at = named.next;
      continue;
    }
    const first = member(characters, at);
    if (first === undefined) return undefined;
    const isRange = characters[first.next] === '-' && characters[first.next + 1] !== ']';
    const last = isRange ? member(characters, first.next + 1) : first;
    if (last === undefined) return undefined;
    items.push({ from: first.code, to: last.code });
    at = last.next;
  }
  return { part: { kind: 'one', test: classTest(items, negated, ignoreCase) }, next: at + 1 };
}

function member(characters: readonly string[], at: number): { code: number; next: number } | undefined {
  const isEscaped = characters[at] === '\\';
  const code = characters[isEscaped ? at + 1 : at]?.codePointAt(0);
  return code === undefined ? undefined : { code, next: at + (isEscaped ? 2 : 1) };
}

/** `[:alpha:]` and its kin. */
function namedClass(
  characters: readonly string[],
  at: number,
): { items: readonly ClassItem[]; next: number } | undefined {
  if (characters[at] !== '[' || characters[at + 1] !== ':') return undefined;
  const name = characters.slice(at + 2, at + 2 + longestClassName + 2).join('');
  const found = /^([a-z]+):\]/.exec(name)?.[1];
  const ranges = found === undefined ? undefined : namedRanges.get(found);
  if (found === undefined || ranges === undefined) return undefined;
  return { items: ranges, next: at + 2 + found.length + 2 };
}

const longestClassName = 6;
const namedRanges = new Map<string, readonly ClassItem[]>(
  Object.entries({
    alpha: 'AZ az',
    digit: '09',
    alnum: 'AZ az 09',
    upper: 'AZ',
    lower: 'az',
    xdigit: '09 AF af',
    punct: '!/ :@ [` {~',
    blank: '\t\t \x20\x20',
    space: '\t\r \x20\x20',
    cntrl: '\x00\x1f \x7f\x7f',
    print: '\x20~',
    graph: '!~',
  }).map(([name, text]) => [name, rangesOf(text)] as const),
);

/** Two characters a range, with a space between ranges. */
function rangesOf(text: string): ClassItem[] {
  const items: ClassItem[] = [];
  for (let at = 0; at < text.length; at += 3) {
    items.push({ from: text.charCodeAt(at), to: text.charCodeAt(at + 1) });
  }
  return items;
}
