// Where a suggestion may end. What is shown must be something that one can take: a whole name, argument, call, statement
// or block. Judged by the text alone, in any language; what cannot be told counts as a good end.

import type { DocumentWindow } from '../text/window.ts';
import { currentLine } from '../text/window.ts';
import { scanBrackets } from './brackets.ts';
import { hasLooseBrackets, isProse, opensBlock } from './languages.ts';
import { isLiteral, type BracketScan, type OpenBracket } from './openBracket.ts';
import { cursorPlace } from './place.ts';

/**
 * `whole`: the line, statement or block is complete. `opening`: so is the line, but it opens what the next lines must
 * close. `part`: a whole name, argument or call, amid a statement. `fragment`: nothing that could stand.
 */
export type Ending = 'whole' | 'opening' | 'part' | 'fragment';

/** The parts of a window that decide, and what is open at its cursor (once for all ends of a text). */
export interface EndingContext extends Pick<DocumentWindow, 'prefix' | 'suffix' | 'languageId'> {
  readonly open: readonly OpenBracket[];
}

export function endingContext(window: DocumentWindow): EndingContext {
  const { prefix, suffix, languageId } = window;
  return { prefix, suffix, languageId, open: cursorPlace(window).open };
}

/** How `text` (line ends `\n`) ends at the cursor; `endsLine` where nothing more is expected on its last line. */
export function endingOf(text: string, endsLine: boolean, context: EndingContext): Ending {
  const { languageId } = context;
  const end = text.trimEnd();
  if (isProse(languageId)) return endsLine ? 'whole' : 'part';
  const found = scanBrackets(end, languageId, context.open);
  const innermost = found.open.at(-1);
  // An element or a block of words that the next lines close is no half statement.
  const opened = found.open
    .slice(found.openBefore)
    .filter(entry => isLiteral(entry) || entry.kind === 'bracket' || entry.kind === 'hole');
  if (endsInOpeningQuote(end, opened)) return 'fragment';
  if (innermost !== undefined && isLiteral(innermost) && innermost.closer !== '\n') {
    // Text within a string or comment: it may be written in parts, but a string that is begun here must end here.
    return opened.some(isLiteral) && !hasLooseBrackets(languageId) ? 'fragment' : 'part';
  }
  if (innermost?.closer === '\n') return endsLine ? 'whole' : 'part';

  const { before } = currentLine(context);
  const lineStart = end.lastIndexOf('\n') + 1;
  const line = lineStart === 0 ? before + end : end.slice(lineStart);
  if (opened.length > 0 && !hasLooseBrackets(languageId)) {
    return endsLine && openAtLineEnds(end, before, opened, languageId) ? 'opening' : 'fragment';
  }
  if (endsLine && line.trimEnd().endsWith(':') && opensBlock(line, languageId)) return 'opening';
  if (isHalf(line.trimEnd(), endsLine, languageId) || lacksComma(end, found, context)) return 'fragment';
  if (line.trimEnd().endsWith(',')) {
    if (innermost === undefined || currentLine(context).after.trim() !== '') return 'fragment';
    return endsLine ? 'whole' : 'part';
  }
  const closesBlock = end.endsWith('}') && found.closings.length > 0;
  if (endsLine || closesBlock || end.endsWith(';')) return 'whole';
  return isBegun(line, lineStart === 0 ? before.length : 0, languageId) ? 'fragment' : 'part';
}

/** Also where quotes may be text, the one that the text ends in begins a string. */
function endsInOpeningQuote(text: string, opened: readonly OpenBracket[]): boolean {
  return opened.some(
    ({ kind, closer, index }) => kind !== 'bracket' && closer !== '\n' && index >= text.length - 1,
  );
}

/** `text` without the brackets, operators and separators at its end that something would have to follow. */
export function withoutDangling(text: string): string {
  let end = text.length;
  for (;;) {
    if (text.endsWith('=>', end) || text.endsWith('->', end)) end -= 2;
    else if (/[([{=+\-*/%&|^<~.,:\s]/.test(text.charAt(end - 1))) end--;
    else return text.slice(0, end);
  }
}

/** Whether each line that leaves brackets open ends in the last of them, and opens a block, a literal or a call there. */
function openAtLineEnds(
  text: string,
  before: string,
  opened: readonly OpenBracket[],
  languageId: string,
): boolean {
  return opened.every(({ index }) => {
    const start = text.lastIndexOf('\n', index) + 1;
    const lineEnd = text.indexOf('\n', index);
    const end = lineEnd === -1 ? text.length : lineEnd;
    if (!opened.some(other => other.index === end - 1)) return false;
    const line = (start === 0 ? before : '') + text.slice(start, end);
    const header = line.slice(0, -1).trimEnd();
    return opensBlock(line, languageId) && (/(?:[=:(,]|=>)$/.test(header) || !isDangling(header, true));
  });
}

function isHalf(line: string, endsLine: boolean, languageId: string): boolean {
  return isDangling(line, endsLine) || isHalfLiteral(line, languageId);
}

/** Whether a line ends in what must be followed by something: an operator, a dot, a word that announces another. */
function isDangling(line: string, endsLine: boolean): boolean {
  if (/(?:\+\+|--|\.\.\.|[\w)\]][?!]|\*\/|-->|\/>)$/.test(line)) return false;
  if (/(?:[=+\-*/%&|^<~!?@.\\:#$]|=>|->|\|>)$/.test(line)) return true;
  const word = /(?:^|[^\w$.@>:-])([a-z]+)$/.exec(line)?.[1] ?? '';
  return announcing.has(word) || (!endsLine && endingLines.has(word));
}

/** Whether a line ends in the parameters of an arrow function, or in the quote that opens a character. */
function isHalfLiteral(line: string, languageId: string): boolean {
  if (languageId === 'rust') return /[\s([{=:]'$/.test(line);
  return arrowLanguages.has(languageId) && /(?:[:=(,?]|=>|\breturn)\s*\(\)$/.test(line);
}

/**
 * Whether the text is an entry of a list without the comma behind it, though another entry follows. That commas end the
 * entries is seen on the line before.
 */
function lacksComma(text: string, found: BracketScan, context: EndingContext): boolean {
  const { before, after } = currentLine(context);
  const isEntry = found.open.at(-1)?.kind === 'bracket' && found.open.length === found.openBefore;
  if (!isEntry || found.closings.length > 0 || text.endsWith(',') || after.trim() !== '') return false;
  const previous = context.prefix.slice(0, context.prefix.length - before.length).trimEnd();
  const next = context.suffix.trimStart();
  return previous.endsWith(',') && /^[\p{L}\p{N}_$"'`[{(]/u.test(next);
}

/** Whether a statement that the text begins, after `typed` code units of its line, is not yet one. */
function isBegun(line: string, typed: number, languageId: string): boolean {
  const header = headerStart.exec(line);
  if (header !== null && header[0].length > typed) return true;
  const declaration = declarationStart.exec(line);
  if (declaration !== null && declaration[0].length > typed && !/=\s*\S/.test(line)) return true;
  return semicolonLanguages.has(languageId) && line.slice(0, typed).trim() === '';
}

const announcing = new Set(
  (
    'abstract and as assert async await case class const def del delete elif enum except export extends extern final ' +
    'fn for from func function global goto if impl implements import in instanceof interface is lambda let local match mod ' +
    'mut namespace new nonlocal not of or override package private protected pub public raise readonly static struct ' +
    'switch throw throws trait type typedef typeof union unless until use using val var when where while with echo elsif'
  ).split(' '),
);
/** Words that may stand at the end of a line, but not alone. */
const endingLines = new Set(
  'begin catch default do else ensure finally return try then unsafe yield'.split(' '),
);

const modifiers = String.raw`^\s*(?:(?:export|default|public|private|protected|internal|static|async|abstract|final|override|virtual|pub(?:\([\w ]+\))?|unsafe|declare|readonly|partial|sealed|inline|extern)\s+)*`;
const headerStart = new RegExp(
  String.raw`${modifiers}(?:(?:\}\s*)?(?:if|for|foreach|while|switch|match|with|class|interface|enum|struct|trait|impl|function|func|fn|def|import|from|export|type|namespace|package|mod|module|use|using|try|catch|except|elif|elsif|else|finally|case|when|unless|until|select|del|lock|defer|go|public|private|protected)\b|(?:fun|guard|sub)\s|@)\S*`,
);
const declarationStart = new RegExp(String.raw`${modifiers}(?:const|let|var|val|auto|static)\b`);

/** Languages in which empty brackets are no value. */
const arrowLanguages = new Set(
  'typescript typescriptreact javascript javascriptreact vue svelte csharp java dart php'.split(' '),
);

/** Languages in which a statement without its semicolon does not parse. */
const semicolonLanguages = new Set('java c cpp csharp php rust objective-c dart css scss less'.split(' '));
