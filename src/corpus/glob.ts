// VS Code's glob patterns (files.exclude, search.exclude) as regular expressions over a whole relative path:
// `*`, `?`, `**` between slashes, `{a,b}` (nested too), `[a-z]`, `[!a]`. Not those of .gitignore: `*.js` matches at the
// top only, `**/*.js` everywhere. See code.visualstudio.com/docs/editor/glob-patterns.

/**
 * Matches a whole path relative to the workspace, with forward slashes. Unbalanced brackets stand for themselves, so
 * that no pattern throws. A trailing slash counts for nothing: what is excluded is excluded with all below it, which
 * the walk sees to.
 */
export function globPattern(glob: string): RegExp {
  const trimmed = glob.trim().replace(/^\.\//, '').replace(/^\/+/, '').replace(/\/+$/, '');
  return new RegExp(`^${translate(trimmed)}$`, 'u');
}

function translate(glob: string): string {
  let source = '';
  let at = 0;
  while (at < glob.length) {
    const doubleStar = /^\*\*+(\/?)/.exec(glob.slice(at));
    if (doubleStar !== null && (at === 0 || glob[at - 1] === '/')) {
      const end = at + doubleStar[0].length;
      if (doubleStar[1] === '/') {
        source += '(?:[^/]+/)*';
        at = end;
        continue;
      }
      if (end === glob.length) {
        // `a/**` is the folder itself as well as all in it.
        source = source.endsWith('/') ? `${source.slice(0, -1)}(?:/.*)?` : `${source}.*`;
        at = end;
        continue;
      }
    }
    const [part, length] = translateOne(glob, at);
    source += part;
    at += length;
  }
  return source;
}

/** The source of what starts at `at`, and how many characters of the glob it took. */
function translateOne(glob: string, at: number): [string, number] {
  const character = String.fromCodePoint(glob.codePointAt(at) ?? 0);
  if (character === '*') return ['[^/]*', /^\*+/.exec(glob.slice(at))?.[0].length ?? 1];
  if (character === '?') return ['[^/]', 1];
  if (character === '[') {
    const set = /^\[([!^]?)([^\]/]+)\]/.exec(glob.slice(at));
    if (set !== null) {
      const source = `(?!/)[${set[1] === '' ? '' : '^'}${(set[2] ?? '').replace(/[\\[\]^&~|]/g, '\\$&')}]`;
      return [isValid(source) ? source : escape(set[0]), set[0].length];
    }
  }
  if (character === '{') {
    const alternatives = alternativesAt(glob, at);
    if (alternatives !== undefined) {
      const sources = alternatives.parts.map(translate);
      return [`(?:${sources.join('|')})`, alternatives.length];
    }
  }
  return [escape(character), character.length];
}

/** The parts of the braces that open at `start`, split at commas of their own depth; undefined if they never close. */
function alternativesAt(glob: string, start: number): { parts: string[]; length: number } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < glob.length; at++) {
    const character = glob[at];
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (depth === 0 || (depth === 1 && character === ',')) {
      parts.push(glob.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) return { parts, length: at + 1 - start };
  }
  return undefined;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A range such as `[z-a]` is not. */
function isValid(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
