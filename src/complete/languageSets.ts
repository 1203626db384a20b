// Which languages are alike: of prose, of tags, with which comments. Keyed by VS Code's language identifiers.

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Running text: quotes are apostrophes, and a line may be a paragraph. */
export const prose = setOf(
  'markdown plaintext latex tex bibtex restructuredtext asciidoc org typst git-commit git-rebase diff log csv scminput',
);

/** Documents of tags. */
export const markup = setOf('html xml xsl vue svelte astro handlebars razor django-html erb mdx');

export const hashComments = setOf(
  'python starlark bazel gdscript nim cython yaml toml shellscript fish ruby crystal elixir julia r perl makefile ' +
    'dockerfile dockercompose powershell coffeescript graphql cmake properties ignore tcl',
);
export const dashComments = setOf('lua haskell sql elm ada vhdl purescript');
export const lispLike = setOf('clojure lisp commonlisp scheme racket');
const semicolonComments = setOf('clojure lisp commonlisp scheme racket ini asm');
const percentComments = setOf('matlab erlang prolog');

export type CommentStart = '' | '//' | '#' | '--' | ';' | '%' | "'" | '!';

/** What starts a comment that ends with the line; the empty string where there is none. */
export function commentStart(languageId: string): CommentStart {
  if (hashComments.has(languageId)) return '#';
  if (dashComments.has(languageId)) return '--';
  if (semicolonComments.has(languageId)) return ';';
  if (percentComments.has(languageId)) return '%';
  if (languageId === 'vb') return "'";
  if (languageId.startsWith('fortran')) return '!';
  if (prose.has(languageId) || markup.has(languageId)) return '';
  return noLineComments.has(languageId) ? '' : '//';
}

const noLineComments = setOf('css ocaml');
