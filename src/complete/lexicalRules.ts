// How strings, comments and interpolations look in each language, as data for the scanner of brackets. A language that
// is not named here is taken to be C-like. Rules err on the tolerant side: a string of one line ends with it.

import { blockWords, type BlockWords } from './blockWords.ts';
import { commentStart, dashComments, hashComments, lispLike, markup, prose } from './languageSets.ts';

/** Code within a string, such as `${name}`. */
export interface Hole {
  readonly open: string;
  readonly close: string;
  /** What looks like `open` but stands for itself: `{{`. */
  readonly unless?: string;
}

export interface LiteralRule {
  readonly kind: 'string' | 'comment';
  readonly open: string;
  readonly close: string;
  /** Whether it may run over line ends. */
  readonly multiLine: boolean;
  /** Whether a backslash takes the meaning from the next character. */
  readonly escapes: boolean;
  /** Whether the closer written twice stands for itself. */
  readonly doubles?: boolean;
  readonly holes?: readonly Hole[];
  /** Must match the word just before `open`. */
  readonly prefix?: RegExp;
  /** Sticky: must match at `open`; what its first group captures goes between the two halves of `close` (at `…`). */
  readonly pattern?: RegExp;
  /** Only at the start of a line or after white space and the like, as `#` and `--`. */
  readonly apart?: boolean;
  /** Whether comments of this kind nest. */
  readonly nests?: boolean;
  /** A here-document: ends with a line that is `close`. */
  readonly endsAtLine?: boolean;
}

/** `<<EOF`: sticky, with the word that ends the text in its first group. */
type HereDocument = RegExp;

export interface LexicalRules {
  /** Of two that begin alike the longer stands first. */
  readonly literals: readonly LiteralRule[];
  readonly hereDocument?: HereDocument;
  readonly hereDocumentHoles?: readonly Hole[];
  /** Whether `/` may start a regular expression. */
  readonly regularExpressions: boolean;
  /** Whether `'` may be no quote: a lifetime, a type variable. */
  readonly looseApostrophe: boolean;
  /** Tags within code (JSX), or the document of tags that surrounds it (`<?php`). */
  readonly tags: 'none' | 'jsx' | 'markup' | 'php';
  /** Code between tags or in their attributes: `{{ item }}`, `{item}`. */
  readonly textHoles: readonly Hole[];
  /** The language of that code, where it is another. */
  readonly holeLanguage: string | undefined;
  readonly attributes: { readonly double: LiteralRule; readonly single: LiteralRule };
  /** Whether attributes named like `:a`, `@a`, `v-a` hold code. */
  readonly codeAttributes: boolean;
  /** Whether `)` may close nothing, as after a pattern of `case`. */
  readonly looseParenthesis: boolean;
  /** How words open and close blocks. */
  readonly words: BlockWords | undefined;
  /** By ASCII code: what may begin with this character; undefined where nothing in code does. */
  readonly byStart: readonly (readonly LiteralRule[] | undefined)[];
}

/** The same object for the same language. */
export function lexicalRules(languageId: string): LexicalRules {
  const known = byLanguage.get(languageId);
  if (known !== undefined) return known;
  const rules = rulesOf(languageId);
  byLanguage.set(languageId, rules);
  return rules;
}

const byLanguage = new Map<string, LexicalRules>();

function rulesOf(languageId: string): LexicalRules {
  const own = special[languageId] ?? {};
  const literals = [...commentsOf(languageId), ...stringsOf(languageId)];
  const words = blockWords(languageId);
  const others = `()[]{}\n/<?%${words?.initials ?? ''}`;
  return {
    literals,
    regularExpressions: isScript(languageId),
    looseApostrophe: looseApostrophe.has(languageId),
    tags: 'none',
    textHoles: own.textHoles ?? [],
    holeLanguage: undefined,
    attributes: attributesWith(own.tags === 'jsx' ? [] : (own.textHoles ?? [])),
    codeAttributes: false,
    looseParenthesis: false,
    words,
    byStart: Array.from({ length: 128 }, (_, code) => {
      const start = String.fromCharCode(code);
      const found = literals.filter(({ open }) => open.startsWith(start));
      return found.length > 0 || others.includes(start) ? found : undefined;
    }),
    ...own,
  };
}

/** JavaScript and TypeScript, with and without JSX. */
function isScript(languageId: string): boolean {
  return /^(?:java|type)script/.test(languageId);
}

const dollarBrace: Hole = { open: '${', close: '}' };
const hashBrace: Hole = { open: '#{', close: '}' };
const brace: Hole = { open: '{', close: '}', unless: '{{' };
const mustache: Hole = { open: '{{', close: '}}' };
const singleBrace: Hole = { open: '{', close: '}' };

const jsx = { tags: 'jsx', textHoles: [singleBrace] } as const;
const html = { tags: 'markup', holeLanguage: 'typescript' } as const;
const mustaches = { ...html, textHoles: [mustache] } as const;

/** `<<EOF`, `<<-'EOF'`, `<<~EOF`: not a shift, and no `<<<`. */
const shellHereDocument = /<<[-~]?\s?(?:\\?([A-Za-z_]\w*)|"([A-Za-z_]\w*)"|'([A-Za-z_]\w*)')/y;
const rubyHereDocument = /<<(?:[-~](?:(\w+)|"(\w+)"|'(\w+)')|([A-Z_]{2,}\b))/y;

const special: Readonly<Partial<Record<string, Partial<LexicalRules>>>> = {
  javascript: jsx,
  javascriptreact: jsx,
  typescriptreact: jsx,
  html: html,
  xml: html,
  xsl: html,
  mdx: html,
  'django-html': mustaches,
  handlebars: mustaches,
  erb: { tags: 'markup', holeLanguage: 'ruby', textHoles: [{ open: '<%', close: '%>' }] },
  razor: html,
  vue: { ...mustaches, codeAttributes: true },
  svelte: { ...html, textHoles: [singleBrace] },
  astro: { ...html, textHoles: [singleBrace] },
  php: {
    tags: 'php',
    hereDocument: /<<<[ \t]*(?:(\w+)|"(\w+)"|'(\w+)')/y,
    hereDocumentHoles: [{ open: '{$', close: '}' }],
  },
  shellscript: {
    looseParenthesis: true,
    hereDocument: shellHereDocument,
    hereDocumentHoles: [{ open: '$(', close: ')' }, dollarBrace],
  },
  fish: { looseParenthesis: true },
  dockerfile: { hereDocument: shellHereDocument },
  terraform: { hereDocument: shellHereDocument, hereDocumentHoles: [dollarBrace] },
  perl: { hereDocument: /<<~?(?:([A-Z_]{2,}\b)|"(\w+)"|'(\w+)')/y },
  ruby: { hereDocument: rubyHereDocument, hereDocumentHoles: [hashBrace] },
  crystal: { hereDocument: rubyHereDocument, hereDocumentHoles: [hashBrace] },
};

const looseApostrophe = new Set(
  'rust haskell ocaml fsharp clojure lisp commonlisp scheme racket ada matlab vhdl'.split(' '),
);

function attributesWith(holes: readonly Hole[]): LexicalRules['attributes'] {
  const more = { multiLine: true, escapes: false, holes };
  return { double: string('"', more), single: string("'", more) };
}

function comment(open: string, close: string, more: Partial<LiteralRule> = {}): LiteralRule {
  return { kind: 'comment', open, close, multiLine: close !== '\n', escapes: false, ...more };
}

/** Block comments first: `--[[` begins like `--`. */
function commentsOf(languageId: string): LiteralRule[] {
  if (prose.has(languageId) || markup.has(languageId)) return [];
  const blocks = blockComments[languageId];
  const found = (blocks ?? []).map(([open, close, nests]) => comment(open, close, { nests: nests === true }));
  if (languageId === 'lua') found.push(comment('--[', ']…]', { pattern: /--\[(=*)\[/y }));
  const marker = commentStart(languageId);
  if (marker !== '') found.push(comment(marker, '\n', { apart: true }));
  if (languageId === 'php' || languageId === 'terraform')
    found.push(comment('#', '\n', { apart: true, pattern: /#(?!\[)/y }));
  if (languageId === 'ini') found.push(comment('#', '\n', { apart: true }));
  if (marker === '//' || languageId === 'css' || languageId === 'sql') found.push(comment('/*', '*/'));
  return found;
}

type Block = readonly [open: string, close: string, nests?: boolean];
const blockComments: Readonly<Partial<Record<string, readonly Block[]>>> = {
  haskell: [['{-', '-}', true]],
  elm: [['{-', '-}', true]],
  purescript: [['{-', '-}', true]],
  ocaml: [['(*', '*)', true]],
  fsharp: [['(*', '*)']],
  pascal: [
    ['(*', '*)'],
    ['{', '}'],
  ],
  powershell: [['<#', '#>']],
  julia: [['#=', '=#', true]],
  nim: [['#[', ']#', true]],
  coffeescript: [['###', '###']],
  commonlisp: [['#|', '|#', true]],
  scheme: [['#|', '|#', true]],
  racket: [['#|', '|#', true]],
  ruby: [['=begin', '=end']],
  matlab: [['%{', '%}']],
};

function string(open: string, more: Partial<LiteralRule> = {}): LiteralRule {
  return { kind: 'string', open, close: open, multiLine: false, escapes: true, ...more };
}

const long = { multiLine: true } as const;
const raw = { multiLine: true, escapes: false } as const;
const double = string('"');
const single = string("'");
const backquotes = string('`');
const tripleDouble = string('"""', long);
const tripleSingle = string("'''", long);

/** Longer openers first. */
function stringsOf(languageId: string): readonly LiteralRule[] {
  if (prose.has(languageId) || markup.has(languageId)) return [];
  const own = strings[languageId];
  if (own !== undefined) return own;
  if (isScript(languageId)) return [double, single, string('`', { ...long, holes: [dollarBrace] })];
  if (lispLike.has(languageId)) return [string('"', long)];
  if (hashComments.has(languageId) || dashComments.has(languageId)) return [double, single];
  return [tripleDouble, double, single, backquotes];
}

const formatPrefix = /^(?:[ft]|[ft]r|r[ft])$/i;
const python: readonly LiteralRule[] = [
  ...['"""', "'''", '"', "'"].flatMap(open => [
    string(open, { multiLine: open.length === 3, holes: [brace], prefix: formatPrefix }),
    string(open, { multiLine: open.length === 3 }),
  ]),
];
const hashed = [string('"', { holes: [hashBrace] }), single, string('`', { holes: [hashBrace] })];
const templated = [
  string('"""', { ...long, holes: [dollarBrace] }),
  string('"', { holes: [dollarBrace] }),
  single,
  backquotes,
];

const strings: Readonly<Partial<Record<string, readonly LiteralRule[]>>> = {
  python,
  starlark: python,
  bazel: python,
  gdscript: python,
  cython: python,
  nim: [tripleDouble, double, single],
  toml: [tripleDouble, string("'''", raw), double, string("'", { escapes: false })],
  yaml: [double, string("'", { escapes: false, doubles: true })],
  json: [double],
  jsonc: [double],
  go: [double, single, string('`', raw)],
  rust: [{ ...string('r', raw), pattern: /r(#*)"/y, close: '"…' }, string('"', long), single],
  csharp: [
    string('$"""', { ...raw, close: '"""', holes: [brace] }),
    string('"""', raw),
    string('$@"', { ...raw, close: '"', doubles: true, holes: [brace] }),
    string('@$"', { ...raw, close: '"', doubles: true, holes: [brace] }),
    string('@"', { ...raw, close: '"', doubles: true }),
    string('$"', { close: '"', holes: [brace] }),
    double,
    single,
  ],
  fsharp: [tripleDouble, string('$"', { close: '"', holes: [brace] }), double, single],
  cpp: [{ ...string('R"', raw), pattern: /R"([^()\s\\]{0,16})\(/y, close: ')…"' }, double, single],
  java: [tripleDouble, double, single],
  c: [double, single],
  kotlin: templated,
  scala: templated,
  groovy: [tripleSingle, ...templated],
  swift: [
    { ...string('#', raw), pattern: /(#+)"(?!"")/y, close: '"…' },
    string('"""', { ...long, holes: [{ open: '\\(', close: ')' }] }),
    string('"', { holes: [{ open: '\\(', close: ')' }] }),
  ],
  dart: [
    string('"""', { ...long, holes: [dollarBrace] }),
    string("'''", { ...long, holes: [dollarBrace] }),
    string('"', { holes: [dollarBrace] }),
    string("'", { holes: [dollarBrace] }),
  ],
  php: [string('"', { holes: [{ open: '{$', close: '}' }, dollarBrace] }), single, backquotes],
  ruby: hashed,
  crystal: hashed,
  elixir: [string('"""', { ...long, holes: [hashBrace] }), string('"', { holes: [hashBrace] }), single],
  coffeescript: [
    string('"""', { ...long, holes: [hashBrace] }),
    tripleSingle,
    string('"', { holes: [hashBrace] }),
    single,
  ],
  julia: [
    string('"""', { ...long, holes: [{ open: '$(', close: ')' }] }),
    string('"', { holes: [{ open: '$(', close: ')' }] }),
    single,
  ],
  shellscript: [
    string('"', { holes: [{ open: '$(', close: ')' }, dollarBrace] }),
    string("'", { escapes: false }),
    backquotes,
  ],
  powershell: [
    string('@"', { ...raw, close: '"@', pattern: /@"(?=\s*(?:\n|\r|$))/y }),
    string("@'", { ...raw, close: "'@", pattern: /@'(?=\s*(?:\n|\r|$))/y }),
    string('"', { escapes: false, doubles: true, holes: [{ open: '$(', close: ')' }] }),
    string("'", { escapes: false, doubles: true }),
  ],
  lua: [{ ...string('[', raw), pattern: /\[(=*)\[/y, close: ']…]' }, double, single],
  sql: [string('"', { escapes: false }), string("'", { escapes: false, doubles: true }), backquotes],
  terraform: [string('"', { holes: [dollarBrace] })],
  haskell: [double, single],
  ocaml: [{ ...string('{', raw), pattern: /\{([a-z_]*)\|/y, close: '|…}' }, string('"', long), single],
  vb: [string('"', { escapes: false, doubles: true })],
  pascal: [string("'", { escapes: false, doubles: true })],
};
