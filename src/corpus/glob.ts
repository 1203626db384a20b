// VS Code's glob patterns (files.exclude, search.exclude) over a whole relative path: `*`, `?`, `**` between slashes,
// `{a,b}` (nested too), `[a-z]`, `[!a]`. Not those of .gitignore: `*.js` matches at the top only, `**/*.js` everywhere.
// See code.visualstudio.com/docs/editor/glob-patterns.

import { classTest } from './characterClass.ts';
import type { PathMatcher, PathPattern } from './pathPattern.ts';
import { anyFolders, anyInName, anyName, anything, empty, literal, pathMatcher } from './pathPattern.ts';

/**
 * Matches a whole path relative to the workspace, with forward slashes. Unbalanced brackets stand for themselves, so
 * that no pattern throws. A trailing slash counts for nothing: what is excluded is excluded with all below it, which
 * the walk sees to.
 */
export function globPattern(glob: string): PathMatcher {
  const trimmed = withoutOuterSlashes(glob.trim().replace(/^\.\//, ''));
  return pathMatcher(new GlobParser(Array.from(trimmed)).parse());
}

/** Longer sets stand for themselves, so that many that never close are not each looked through to the end. */
const longestSet = 200;
/** Deeper braces stand for themselves: nobody writes them. */
const deepestBraces = 20;

class GlobParser {
  private readonly characters: readonly string[];
  /** For each `{` that closes, the index of its `}`. */
  private readonly closing: ReadonlyMap<number, number>;

  constructor(characters: readonly string[]) {
    this.characters = characters;
    this.closing = closingBraces(characters);
  }

  parse(): PathPattern {
    return this.range(0, this.characters.length);
  }

  private range(start: number, end: number): PathPattern {
    const parts: PathPattern[] = [];
    let at = start;
    while (at < end) {
      const [part, next] = this.part(at, start, end, parts);
      parts.push(part);
      at = next;
    }
    return { kind: 'sequence', parts };
  }

  /** What starts at `at`, and where it ends. */
  private part(at: number, start: number, end: number, before: PathPattern[]): [PathPattern, number] {
    const character = this.characters[at] ?? '';
    switch (character) {
      case '*':
        return this.stars(at, start, end, before);
      case '?':
        return [anyInName, at + 1];
      case '[':
        return this.characterClass(at, end) ?? [literal(character), at + 1];
      case '{':
        return this.braces(at, end) ?? [literal(character), at + 1];
      default:
        return [literal(character), at + 1];
    }
  }

  private stars(at: number, start: number, end: number, before: PathPattern[]): [PathPattern, number] {
    let after = at;
    while (after < end && this.characters[after] === '*') after++;
    const opensName = at === start || this.characters[at - 1] === '/';
    if (after - at < 2 || !opensName) return [anyName, after];
    if (this.characters[after] === '/' && after < end) return [anyFolders, after + 1];
    if (after < end) return [anyName, after];
    if (at === start || before.at(-1) === anyFolders) return [anything, after];
    // `a/**` is the folder itself as well as all in it.
    before.pop();
    return [{ kind: 'choice', parts: [empty, { kind: 'sequence', parts: [literal('/'), anything] }] }, after];
  }

  private characterClass(at: number, outerEnd: number): [PathPattern, number] | undefined {
    const end = Math.min(outerEnd, at + longestSet);
    const first = this.characters[at + 1];
    const negated = first === '!' || first === '^';
    const from = at + (negated ? 2 : 1);
    const members: number[] = [];
    let close = from;
    for (; close < end && this.characters[close] !== ']'; close++) {
      if (this.characters[close] === '/') return undefined;
      members.push(this.characters[close]?.codePointAt(0) ?? 0);
    }
    if (close >= end || members.length === 0) return undefined;
    const items = [];
    for (let index = 0; index < members.length; index++) {
      const start = members[index] ?? 0;
      const isRange = members[index + 1] === 0x2d && index + 2 < members.length;
      const to = isRange ? (members[index + 2] ?? 0) : start;
      // `[z-a]` is not a range, and the brackets stand for themselves.
      if (to < start) return undefined;
      items.push({ from: start, to });
      if (isRange) index += 2;
    }
    return [{ kind: 'one', test: classTest(items, negated) }, close + 1];
  }

  private braces(at: number, end: number): [PathPattern, number] | undefined {
    const close = this.closing.get(at);
    if (close === undefined || close >= end) return undefined;
    const parts: PathPattern[] = [];
    let from = at + 1;
    for (let index = from; index <= close; index++) {
      const inner = index < close ? this.closing.get(index) : undefined;
      if (inner !== undefined) index = inner;
      else if (index === close || this.characters[index] === ',') {
        parts.push(this.range(from, index));
        from = index + 1;
      }
    }
    return [{ kind: 'choice', parts }, close + 1];
  }
}

/** For each `{` the index of the `}` that closes it, for those that have one and are not nested too deeply. */
function closingBraces(characters: readonly string[]): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  characters.forEach((character, at) => {
    if (character === '{') open.push(at);
    const opening = character === '}' ? open.pop() : undefined;
    if (opening !== undefined && open.length < deepestBraces) closing.set(opening, at);
  });
  return closing;
}

function withoutOuterSlashes(glob: string): string {
  let from = 0;
  let to = glob.length;
  while (from < to && glob[from] === '/') from++;
  while (to > from && glob[to - 1] === '/') to--;
  return glob.slice(from, to);
}
