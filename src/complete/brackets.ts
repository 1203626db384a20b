// A tolerant scan of brackets, strings and comments in any language. It does not parse: it errs towards "nothing is
// open", and recovers at line ends, since an error here only costs a suggestion that is cut too much or too little.

import { indentColumns } from './indentation.ts';
import {
  hasBlockComments,
  hasLooseApostrophe,
  hasMultiLineBackquotes,
  hasTemplates,
  isMarkup,
  isProse,
  lineCommentMarker,
} from './languages.ts';

/** Something open: a bracket, a string or a comment. */
export interface OpenBracket {
  readonly opener: string;
  readonly closer: string;
  /** Where it was opened in the scanned text; meaningless in the states that a scan starts from. */
  readonly index: number;
  /** Indentation in columns (tabs of 4) of the line it was opened on. */
  readonly indent: number;
}

export interface BracketScan {
  /** What is open at the end, outermost first; it is what the next text continues from. */
  readonly open: readonly OpenBracket[];
  /** How many of `open` were open before the text began. */
  readonly openBefore: number;
  /** Places in the text, ascending, that close what was open before it. */
  readonly closings: readonly { readonly index: number; readonly closer: string }[];
  /** Opened before the text and never closed in it, although what encloses it was. */
  readonly skipped: readonly OpenBracket[];
  /** The first bracket that closes nothing, or closes another kind than was opened in the text. */
  readonly stray: number | undefined;
  /** The first string of one line, opened in the text, that its line end leaves open. */
  readonly unterminated: number | undefined;
}

/** Whether it is a string or a comment, in which brackets mean nothing. */
export function isLiteral({ opener }: OpenBracket): boolean {
  return !brackets.has(opener);
}

/** A bracket in a string or comment, which counts only because an editor put `closer` after the cursor. */
export function bracketInLiteral(closer: string): OpenBracket {
  return { opener: '', closer, index: 0, indent: 0 };
}

/**
 * Scans `text` as the continuation of a text that left `start` open. With `outerCut` what encloses the window may have been cut off, so a
 * bracket at the start of a line that is indented less than what it would close is taken to belong out there.
 */
export function scanBrackets(
  text: string,
  languageId: string,
  start: readonly OpenBracket[] = [],
  outerCut = false,
): BracketScan {
  const rules = rulesOf(languageId);
  const open = [...start];
  let floor = open.length;
  let lineStart = 0;
  let lineIndent: number | undefined;
  const closings: { index: number; closer: string }[] = [];
  const skipped: OpenBracket[] = [];
  let stray: number | undefined;
  let unterminated: number | undefined;

  const push = (opener: string, closer: string, index: number): void => {
    lineIndent ??= indentColumns(text.slice(lineStart, index + 1), 4);
    open.push({ opener, closer, index, indent: lineIndent });
  };
  const pop = (index: number): void => {
    const closed = open.pop();
    if (closed !== undefined && open.length < floor) {
      floor = open.length;
      closings.push({ index, closer: closed.closer });
    }
  };
  const close = (character: string, index: number): void => {
    // Where another kind was opened last, before the text, that may be half typed: the match is further out.
    const match = open.findLastIndex((bracket, depth) => bracket.closer === character || depth >= floor);
    const opened = open[match];
    if (opened?.closer !== character) {
      stray ??= index;
      return;
    }
    const lead = text.slice(lineStart, index);
    if (outerCut && lineStart > 0 && lead.trim() === '' && indentColumns(lead, 4) < opened.indent) return;
    if (match < open.length - 1) skipped.push(...open.splice(match + 1));
    if (match < floor) floor = match + 1;
    pop(index);
  };

  const endLine = (): void => {
    lineIndent = undefined;
    const top = open.at(-1);
    if (top === undefined || !isLiteral(top)) return;
    const ended = open.findLastIndex(({ opener, closer }) => closer === '\n' || rules.singleLine.has(opener));
    const first = open[ended];
    if (first === undefined) return;
    if (first.closer !== '\n' && ended >= floor) unterminated ??= first.index;
    const left = open.splice(ended);
    if (ended < floor) skipped.push(...left.slice(0, floor - ended).filter(({ closer }) => closer !== '\n'));
    floor = Math.min(floor, ended);
  };

  for (let at = 0; at < text.length; at++) {
    if (meansNothing[text.charCodeAt(at)] ?? true) continue;
    const character = text.charAt(at);
    const top = open.at(-1);
    if (character === '\n') {
      lineStart = at + 1;
      endLine();
    } else if (top !== undefined && isLiteral(top)) {
      if (character === '\\' && isQuote(top)) at += text.startsWith('\r\n', at + 1) ? 2 : 1;
      else if (text.startsWith(top.closer, at)) {
        pop(at);
        at += top.closer.length - 1;
      } else if (character === '$' && top.opener === '`' && rules.templates && text.charAt(at + 1) === '{') {
        push('${', '}', at++);
      } else if (top.opener === '' && brackets.has(character)) {
        push('', brackets.get(character) ?? '', at);
      }
    } else if (
      rules.comment !== '' &&
      text.startsWith(rules.comment, at) &&
      startsComment(text, at, rules.comment)
    ) {
      push(rules.comment, '\n', at);
    } else if (rules.blockComments && text.startsWith('/*', at)) {
      push('/*', '*/', at++);
    } else if (character === '/' && rules.templates) {
      at += regularExpressionLength(text, at, lineStart);
    } else if (brackets.has(character)) {
      push(character, brackets.get(character) ?? '', at);
    } else if (closers.has(character)) {
      close(character, at);
    } else if (rules.quotes.includes(character)) {
      const triple = character.repeat(3);
      if (character !== '`' && text.startsWith(triple, at)) {
        push(triple, triple, at);
        at += 2;
      } else if (character !== "'" || opensString(text, at, rules.looseApostrophe)) {
        push(character, character, at);
      }
    }
  }
  return {
    open,
    openBefore: Math.min(floor, open.length),
    closings,
    skipped,
    stray,
    unterminated,
  };
}

const brackets: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['${', '}'],
]);
const closers: ReadonlySet<string> = new Set([')', ']', '}']);

/** By code unit: most of a text is nothing that a scan looks at. */
const meansNothing = Array.from(
  { length: 128 },
  (_, code) => !`()[]{}"'\`\\\n$/*#-;`.includes(String.fromCharCode(code)),
);

function isQuote({ opener }: OpenBracket): boolean {
  return /^["'`]/.test(opener);
}

interface Rules {
  readonly comment: string;
  readonly blockComments: boolean;
  readonly quotes: string;
  readonly templates: boolean;
  readonly singleLine: ReadonlySet<string>;
  readonly looseApostrophe: boolean;
}

function rulesOf(languageId: string): Rules {
  return {
    comment: lineCommentMarker(languageId),
    blockComments: hasBlockComments(languageId),
    quotes: isProse(languageId) || isMarkup(languageId) ? '' : `"'\``,
    templates: hasTemplates(languageId),
    singleLine: new Set(hasMultiLineBackquotes(languageId) ? [`"`, `'`] : [`"`, `'`, '`']),
    looseApostrophe: hasLooseApostrophe(languageId),
  };
}

function startsComment(text: string, at: number, marker: string): boolean {
  const previous = at === 0 ? ' ' : text.charAt(at - 1);
  return marker === '//' ? previous !== ':' : /[\s;)]/.test(previous);
}

/** Code units after the `/` at `at` that belong to a regular expression which begins there; 0 for a division. */
function regularExpressionLength(text: string, at: number, lineStart: number): number {
  const before = text.slice(lineStart, at).trimEnd();
  if (before !== '' && !/(?:[(,=:[!&|?{};~+\-*%<>]|\b(?:return|typeof|case|in|of))$/.test(before)) return 0;
  const literal = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//.exec(
    text.slice(at, at + longestRegularExpression),
  );
  return literal === null ? 0 : literal[0].length - 1;
}

const longestRegularExpression = 300;

/** False for an apostrophe within a word, a lifetime and the like. */
function opensString(text: string, at: number, loose: boolean): boolean {
  if (loose) return /^'(?:\\.[^'\n]{0,8}|[^\\'\n]{1,2})'/.test(text.slice(at, at + 12));
  const word = /[\p{L}\p{N}_]+$/u.exec(text.slice(Math.max(0, at - 4), at))?.[0] ?? '';
  return word === '' || /^(?:[rbfut]|[rb][fbr]|fr|rf|u8|L)$/i.test(word);
}
