// What the pure stages of completion must know of a language: how its comments, strings and blocks look.
// Keyed by VS Code's language identifiers; a language that is not named here is taken to be C-like.

/** Running text: a line may be a paragraph, quotes are apostrophes, and no line opens a block. */
export function isProse(languageId: string): boolean {
  return prose.has(languageId);
}

/** Documents of tags, where quotes and brackets between tags are plain text. */
export function isMarkup(languageId: string): boolean {
  return markup.has(languageId);
}

/** Whether a tag alone at a line end (`<div>`) opens a block. */
export function hasTags(languageId: string): boolean {
  return markup.has(languageId) || languageId.endsWith('react');
}

/** Languages in which a closing bracket without an opening one is ordinary (`case` patterns of a shell). */
export function hasLooseBrackets(languageId: string): boolean {
  return isProse(languageId) || isMarkup(languageId) || languageId === 'shellscript' || languageId === 'fish';
}

/** Languages in which `'` may stand for something else than a quote: a lifetime, a type variable, a quoted symbol. */
export function hasLooseApostrophe(languageId: string): boolean {
  return looseApostrophe.has(languageId);
}

/** Languages whose templates in backquotes run over line ends and hold code in `${}`. */
export function hasTemplates(languageId: string): boolean {
  return /^(?:java|type)script/.test(languageId);
}

/** Languages whose strings in backquotes run over line ends. */
export function hasMultiLineBackquotes(languageId: string): boolean {
  return hasTemplates(languageId) || languageId === 'go';
}

/** What starts a comment that ends with the line; the empty string where there is none. */
export function lineCommentMarker(languageId: string): '' | '//' | '#' | '--' | ';' {
  if (hashComments.has(languageId)) return '#';
  if (dashComments.has(languageId)) return '--';
  if (semicolonComments.has(languageId)) return ';';
  return isProse(languageId) || isMarkup(languageId) || languageId === 'css' ? '' : '//';
}

/** Whether `/*` starts a comment. */
export function hasBlockComments(languageId: string): boolean {
  return languageId === 'css' || lineCommentMarker(languageId) === '//' || languageId === 'sql';
}

/** Whether `line`, without the line end, opens a block that the next lines fill. */
export function opensBlock(line: string, languageId: string): boolean {
  if (isProse(languageId)) return false;
  const code = withoutLineComment(line, languageId).trim();
  if (/(?:[{([]|=>)$/.test(code)) return true;
  if (code.endsWith(':')) return colonBlocks.has(languageId) || /^(?:case\b.+|default\s*):$/.test(code);
  if (hasTags(languageId) && openTag.test(code)) return true;
  return wordBlocks[languageId]?.test(code) === true && !/\bend$/.test(code);
}

/** The words that close a block of this language, such as `end`. */
export function closingWords(languageId: string): readonly string[] {
  if (languageId === 'shellscript') return ['fi', 'done', 'esac'];
  return languageId in wordBlocks ? ['end'] : [];
}

const prose = new Set(
  'markdown plaintext latex tex bibtex restructuredtext asciidoc org typst git-commit git-rebase diff log csv scminput'.split(
    ' ',
  ),
);
const markup = new Set('html xml xsl vue svelte astro handlebars razor django-html erb mdx'.split(' '));
const looseApostrophe = new Set(
  'rust haskell ocaml fsharp clojure lisp commonlisp scheme racket vb ada matlab vhdl'.split(' '),
);
const hashComments = new Set(
  (
    'python starlark bazel gdscript nim cython yaml toml shellscript fish ruby crystal elixir julia r perl makefile ' +
    'dockerfile dockercompose powershell coffeescript graphql cmake properties ignore tcl'
  ).split(' '),
);
const dashComments = new Set('lua haskell sql elm ada vhdl purescript'.split(' '));
const semicolonComments = new Set('clojure lisp commonlisp scheme racket ini asm'.split(' '));
const colonBlocks = new Set('python starlark bazel gdscript nim cython yaml dockercompose'.split(' '));

const rubyLike =
  /^(?:(?:private |public |protected )?def|class|module|if|unless|while|until|case|begin|for|when|elsif|else|rescue|ensure)\b|\bdo(?:\s*\|[^|]*\|)?$/;
const wordBlocks: Readonly<Partial<Record<string, RegExp>>> = {
  shellscript: /(?:^|[\s;])(?:then|do|else|in)$/,
  lua: /(?:^|\s)(?:then|do|else|repeat)$|\bfunction\b[^()]*\([^()]*\)$/,
  ruby: rubyLike,
  crystal: rubyLike,
  elixir: /\bdo$|\bfn\b.*->$|^else$/,
  julia:
    /^(?:function|if|elseif|else|for|while|begin|let|struct|mutable struct|module|try|catch)\b|\bdo\b[^()]*$/,
};

const openTag =
  /<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[A-Za-z][\w.:-]*(?:\s[^<>]*)?(?<!\/)>$/;

function withoutLineComment(line: string, languageId: string): string {
  const marker = lineCommentMarker(languageId);
  if (marker === '') return line;
  const at = line.lastIndexOf(` ${marker}`);
  return at === -1 ? line : line.slice(0, at);
}
