// Where strings, comments, regular expressions and here-documents begin in code, told from the characters around.

import type { LexicalRules, LiteralRule } from './lexicalRules.ts';

export interface OpenedLiteral {
  readonly rule: LiteralRule;
  readonly opener: string;
  readonly closer: string;
  /** UTF-16 code units of what opens it. */
  readonly length: number;
}

/** The string or comment among `candidates`, the longest first, that begins at `at`. */
export function literalAt(
  text: string,
  at: number,
  candidates: readonly LiteralRule[],
  looseApostrophe: boolean,
): OpenedLiteral | undefined {
  for (const rule of candidates) {
    if (!text.startsWith(rule.open, at)) continue;
    const inner = patternGroup(rule.pattern, text, at);
    if (inner === undefined || !mayBegin(rule, text, at, looseApostrophe)) continue;
    const length = rule.pattern === undefined ? rule.open.length : rule.pattern.lastIndex - at;
    return { rule, opener: rule.open, closer: rule.close.replace('…', inner), length };
  }
  return undefined;
}

/** The here-document that begins below the line where `<<EOF` stands at `at`. */
export function hereDocumentAt(text: string, at: number, rules: LexicalRules): OpenedLiteral | undefined {
  const { hereDocument, hereDocumentHoles } = rules;
  if (hereDocument === undefined || text.charAt(at - 1) === '<') return undefined;
  hereDocument.lastIndex = at;
  const match = hereDocument.exec(text);
  const closer = match?.slice(1).find(word => (word as string | undefined) !== undefined);
  if (match === null || closer === undefined) return undefined;
  const quoted = match[0].includes("'");
  const rule: LiteralRule = {
    kind: 'string',
    open: '<<',
    close: closer,
    multiLine: true,
    escapes: false,
    endsAtLine: true,
    holes: quoted ? [] : (hereDocumentHoles ?? []),
  };
  return { rule, opener: '<<', closer, length: match[0].length };
}

/** Code units after the `/` at `at` that belong to a regular expression which begins there; 0 for a division. */
export function regularExpressionLength(text: string, at: number, lineBefore: string): number {
  const before = lineBefore.trimEnd();
  if (before !== '' && !/(?:[(,=:[!&|?{};~+\-*%<>]|\b(?:return|typeof|case|in|of))$/.test(before)) return 0;
  const literal = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//.exec(
    text.slice(at, at + longestRegularExpression),
  );
  return literal === null ? 0 : literal[0].length - 1;
}

const longestRegularExpression = 300;

/** What the pattern captures at `at`, the empty string where there is none; undefined where it does not match. */
function patternGroup(pattern: RegExp | undefined, text: string, at: number): string | undefined {
  if (pattern === undefined) return '';
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : (match[1] ?? '');
}

function mayBegin(rule: LiteralRule, text: string, at: number, looseApostrophe: boolean): boolean {
  if (rule.apart === true) {
    const previous = at === 0 ? ' ' : text.charAt(at - 1);
    return rule.open === '//' ? previous !== ':' : /[\s;)]/.test(previous);
  }
  if (rule.kind === 'comment') return true;
  const word = wordBefore(text, at);
  if (rule.prefix !== undefined) return rule.prefix.test(word);
  if (/^[A-Za-z]/.test(rule.open)) return /^(?:b|u8?|L)?$/.test(word);
  return rule.open !== "'" || opensString(text, at, looseApostrophe, word);
}

function wordBefore(text: string, at: number): string {
  return /[\p{L}\p{N}_]+$/u.exec(text.slice(Math.max(0, at - 4), at))?.[0] ?? '';
}

/** False for an apostrophe within a word, a lifetime and the like. */
function opensString(text: string, at: number, loose: boolean, word: string): boolean {
  if (loose) return /^'(?:\\.[^'\n]{0,8}|[^\\'\n]{1,2})'/.test(text.slice(at, at + 12));
  return word === '' || /^(?:[rbfut]|[rb][fbr]|fr|rf|u8|L)$/i.test(word);
}
