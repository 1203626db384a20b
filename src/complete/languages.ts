// What the pure stages of completion must know of a language: how its comments, strings and blocks look.
// Keyed by VS Code's language identifiers; a language that is not named here is taken to be C-like.

import { blockWords } from './blockWords.ts';
import { lexicalRules } from './lexicalRules.ts';
import { commentStart, markup, prose, type CommentStart } from './languageSets.ts';

/** Running text: a line may be a paragraph, quotes are apostrophes, and no line opens a block. */
export function isProse(languageId: string): boolean {
  return prose.has(languageId);
}

/** Documents of tags, where quotes and brackets between tags are plain text. */
function isMarkup(languageId: string): boolean {
  return markup.has(languageId);
}

/** Whether a tag alone at a line end (`<div>`) opens a block. */
export function hasTags(languageId: string): boolean {
  return markup.has(languageId) || languageId.endsWith('react');
}

/** Languages in which a bracket that is left open, or closes nothing, says little: text, tags, patterns of `case`. */
export function hasLooseBrackets(languageId: string): boolean {
  return isProse(languageId) || isMarkup(languageId) || lexicalRules(languageId).looseParenthesis;
}

/** What starts a comment that ends with the line; the empty string where there is none. */
export function lineCommentMarker(languageId: string): CommentStart {
  return commentStart(languageId);
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

/** Whether a body that is not indented more than what opens it belongs to something else. */
export function needsIndentedBody(languageId: string): boolean {
  return colonBlocks.has(languageId);
}

/** The words that close a block of this language, such as `end`. */
export function closingWords(languageId: string): readonly string[] {
  return [...(blockWords(languageId)?.closing ?? [])];
}

const colonBlocks = new Set('python starlark bazel gdscript nim cython yaml dockercompose'.split(' '));

const rubyLike =
  /^(?:(?:private |public |protected )?def|class|module|if|unless|while|until|case|begin|for|when|elsif|else|rescue|ensure)\b|\bdo(?:\s*\|[^|]*\|)?$/;
const wordBlocks: Readonly<Partial<Record<string, RegExp>>> = {
  shellscript: /(?:^|[\s;])(?:then|do|else|in)$/,
  lua: /(?:^|\s)(?:then|do|else|repeat)$|\)$(?<=\bfunction\b[^()]*\([^()]*\))/,
  ruby: rubyLike,
  crystal: rubyLike,
  elixir: /\bdo$|->$(?<=\bfn\b.*->)|^else$/,
  julia:
    /^(?:function|if|elseif|else|for|while|begin|let|struct|mutable struct|module|try|catch)\b|$(?<=\bdo\b[^()]*)/,
};

const openTag =
  /<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[A-Za-z][\w.:-]*(?:\s[^<>]*)?(?<!\/)>$/;

function withoutLineComment(line: string, languageId: string): string {
  const marker = lineCommentMarker(languageId);
  if (marker === '') return line;
  const at = line.lastIndexOf(` ${marker}`);
  return at === -1 ? line : line.slice(0, at);
}
