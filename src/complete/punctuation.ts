// Separators and quotes that a suggestion may not bring: doubled ones, a comma before a closer, the end of a statement
// within brackets or amid a line, the end of a tag within its attribute.

import { scanBrackets } from './brackets.ts';
import { isLiteral } from './openBracket.ts';
import { isProse } from './languages.ts';
import type { CursorPlace } from './place.ts';

/**
 * `text` up to the first separator that is out of place after `before` and before the rest of the line; undefined where it
 * was written for another place altogether.
 */
export function withoutMisplacedSeparators(
  text: string,
  before: string,
  place: CursorPlace,
): string | undefined {
  const innermost = place.open.at(-1);
  if (isProse(place.languageId)) return text;
  if (innermost !== undefined && isLiteral(innermost)) return withinLiteral(text, before, place);
  if (isSeparatorDoubled(before.trimEnd().slice(-1), text.trimStart().charAt(0), place)) return undefined;
  const rest = place.after.trim();
  const hole = innermost?.kind === 'hole' ? endOfHole(text, rest, place) : undefined;
  if (hole !== undefined) return text.slice(0, hole).trimEnd();
  const ends = restNeedsJoint(rest) || holdsExpression(place, before);
  const separators = (ends ? ';' : '') + (/^[;:,]/.test(rest) ? rest.charAt(0) : '');
  if (separators === '') return text;
  const firstLine = text.split('\n', 1)[0] ?? '';
  for (let at = 0; at < firstLine.length; at++) {
    const character = firstLine.charAt(at);
    if (!separators.includes(character) || !isOwnLevel(firstLine, at, place)) continue;
    if (character === ':' && /^::|^:=/.test(firstLine.slice(at))) continue;
    const behind = firstLine.slice(at + 1).trim();
    if (character === ';' && holdsExpression(place, before) && !/^[)\]}'"`;]*$/.test(behind))
      return undefined;
    return firstLine.slice(0, at).trimEnd();
  }
  return text;
}

/** Without an end of `text` that does not go together with `rest`, which stands behind it, or with the `next` lines. */
export function withoutMisplacedEnd(text: string, rest: string, next: string, place: CursorPlace): string {
  // Two words would become one.
  if (/^[\p{L}\p{N}_$]/u.test(rest))
    return text.replace(/(?<![\p{L}\p{N}_$])[\p{L}\p{N}_$]+$/u, '').trimEnd();
  if (isProse(place.languageId)) return text;
  const last = text.slice(-1);
  // A member needs something that it is of.
  if (/^\??\.\p{L}/u.test(rest) && /[,;:=({[+*/&|<>.-]/.test(last)) return text.slice(0, -1).trimEnd();
  if (!/[,;:]/.test(last)) return text;
  const top = scanBrackets(text, place.languageId, place.open).open.at(-1);
  if (top !== undefined && isLiteral(top)) return text;
  const follows = rest.trim() === '' ? '' : rest.trimStart().charAt(0);
  const isTuple = place.languageId === 'python' && follows === ')';
  const isDoubled = follows === last && !(last === ':' && rest.trimStart().startsWith('::'));
  const dangles = last === ',' && /[)\]}]/.test(follows) && !isTuple;
  const endsJson = last === ',' && isJson(place.languageId) && /^[\]}]/.test(`${rest}${next}`.trimStart());
  return isDoubled || dangles || endsJson ? text.slice(0, -1).trimEnd() : text;
}

/** JSON up to a comma that a closer follows at once. */
export function withoutDanglingCommas(text: string, place: CursorPlace): string {
  if (!isJson(place.languageId)) return text;
  for (const { index } of text.matchAll(/,\s*[\]}]/g)) {
    const top = scanBrackets(text.slice(0, index), place.languageId, place.open).open.at(-1);
    if (top === undefined || !isLiteral(top)) return text.slice(0, index);
  }
  return text;
}

function isJson(languageId: string): boolean {
  return languageId === 'json';
}

/** Whether `rest` has words, so that what stands before it must lead on to it: no mere closers, and no comment. */
function restNeedsJoint(rest: string): boolean {
  return /[\p{L}\p{N}_]/u.test(rest) && !/^(?:\/[/*]|#|--|;|\{|<!--)/.test(rest);
}

/** Whether statements cannot stand at the cursor: in parentheses, an index, an interpolation. */
function holdsExpression({ open, languageId }: CursorPlace, before: string): boolean {
  const innermost = open.at(-1);
  if (innermost === undefined || shells.has(languageId)) return false;
  if (innermost.kind === 'hole') return innermost.closer !== '%>' && innermost.closer !== '"';
  if (innermost.kind !== 'bracket') return false;
  if (innermost.opener === '(') return !/\b(?:for|if|switch|using)\b/.test(before);
  return innermost.opener === '[' && !matrices.has(languageId);
}

const shells = new Set(['shellscript', 'fish', 'powershell', 'ruby', 'crystal', 'ocaml']);
const matrices = new Set(['rust', 'matlab', 'julia', 'ocaml', 'fsharp', 'haskell']);

/** Whether what stands at `at` of `text` is at the level of the cursor: in nothing that the text opened or closed. */
function isOwnLevel(text: string, at: number, place: CursorPlace): boolean {
  const { open, openBefore, closings } = scanBrackets(text.slice(0, at), place.languageId, place.open);
  return closings.length === 0 && open.length === openBefore;
}

function isSeparatorDoubled(previous: string, next: string, { languageId }: CursorPlace): boolean {
  if (next === ',') return /[,({]/.test(previous) && !shells.has(languageId) && languageId !== 'yaml';
  return false;
}

/** Where a text ends that leaves an interpolation and brings only what would end a statement behind it. */
function endOfHole(text: string, rest: string, place: CursorPlace): number | undefined {
  const [end] = scanBrackets(text, place.languageId, place.open).closings;
  if (end === undefined) return undefined;
  const behind = end.index + end.closer.length;
  if (!/^[;,)\]]+$/.test(text.slice(behind).trim())) return undefined;
  return rest.startsWith(end.closer) ? end.index : behind;
}

/** Within a string, what ends the tag around it, or a tag that began outside of it. */
function withinLiteral(text: string, before: string, place: CursorPlace): string {
  const literal = place.open.at(-1);
  const around = place.open.at(-2);
  if (literal?.rule?.kind !== 'string') return text;
  const { closings } = scanBrackets(text, place.languageId, place.open);
  const inside = text.slice(0, closings[0]?.index ?? text.length);
  const isAttribute = around?.kind === 'tag';
  if (!isAttribute && literal.rules.tags === 'none') return text;
  const content = before.slice(before.lastIndexOf(literal.opener) + literal.opener.length);
  const end = isAttribute ? /(?<![=&\-~+])\/?>|</ : content.includes('<') ? /\?>/ : /[/?]>|<\//;
  const at = inside.search(end);
  if (at === -1 || (!isAttribute && inside.slice(0, at).includes('<'))) return text;
  return text.slice(0, at).trimEnd();
}
