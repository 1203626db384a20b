// What a window begins inside, where it begins below the document's first line: a docstring, a template, a comment, a
// script between tags. Nothing says so, but read the wrong way round, code lies in strings and prose in code; so each
// possibility is scanned, and that in which lines look most like what they are taken for is believed.

import type { DocumentWindow } from '../text/window.ts';
import { outermost, scanBrackets } from './brackets.ts';
import type { OpenBracket, OpenKind } from './openBracket.ts';
import { lexicalRules, type LexicalRules, type LiteralRule } from './lexicalRules.ts';

type Start = Pick<DocumentWindow, 'prefix' | 'languageId' | 'startLine'>;

/** What is open where the window's text begins, outermost first. */
export function openAtStart({ prefix, languageId, startLine }: Start): readonly OpenBracket[] {
  const rules = lexicalRules(languageId);
  if (rules.tags === 'php' && comesFirst(prefix, '<?', '?>')) return [];
  const usual = startLine === 0 && rules.tags !== 'php' ? [] : outermost(languageId);
  if (startLine === 0) return usual;
  const island = islandAround(prefix, rules);
  if (island !== undefined) return [island];
  const possible = literalsAround(prefix, rules).map(literal => [...usual, literal]);
  let best = usual;
  let bestScore = possible.length === 0 ? 0 : likelihood(prefix, languageId, usual);
  for (const start of possible) {
    const score = likelihood(prefix, languageId, start);
    // That a comment is closed before any is opened says much in itself.
    if (score < bestScore || (score === bestScore && start.at(-1)?.rule?.kind !== 'comment')) continue;
    best = start;
    bestScore = score;
  }
  return best;
}

function islandAround(prefix: string, rules: LexicalRules): OpenBracket | undefined {
  if (rules.tags !== 'markup') return undefined;
  for (const name of ['script', 'style']) {
    if (!comesFirst(prefix, `</${name}`, `<${name}`)) continue;
    const inside = lexicalRules(name === 'script' ? 'typescript' : 'css');
    return opened('island', `<${name}>`, `</${name}>`, inside);
  }
  return undefined;
}

function literalsAround(prefix: string, rules: LexicalRules): OpenBracket[] {
  const found: OpenBracket[] = [];
  for (const rule of rules.literals) {
    const isKnown = found.some(({ closer }) => closer === rule.close);
    if (!rule.multiLine || rule.pattern !== undefined || isKnown || !prefix.includes(rule.close)) continue;
    // Where opener and closer differ, their order says it.
    if (rule.open !== rule.close && rule.kind === 'comment' && !comesFirst(prefix, rule.close, rule.open))
      continue;
    if (rule.prefix !== undefined) continue;
    found.push(opened('literal', rule.open, rule.close, rules, rule));
  }
  return found;
}

/** Whether `first` stands in `text`, and before `second` if that does. */
function comesFirst(text: string, first: string, second: string): boolean {
  const at = text.indexOf(first);
  const other = text.indexOf(second);
  return at !== -1 && (other === -1 || at < other);
}

function opened(
  kind: OpenKind,
  opener: string,
  closer: string,
  rules: LexicalRules,
  rule?: LiteralRule,
): OpenBracket {
  return { kind, opener, closer, index: 0, end: 0, indent: 0, rule, rules };
}

/** So much of the window says enough of its start. */
const decidingChars = 6_000;

/** How many lines look like what they are taken for, less those that look like the opposite. */
function likelihood(text: string, languageId: string, start: readonly OpenBracket[]): number {
  const prefix = text.slice(0, decidingChars);
  let score = 0;
  const weigh = (lineStart: number, inLiteral: boolean): void => {
    const end = prefix.indexOf('\n', lineStart);
    const line = prefix.slice(lineStart, Math.min(end === -1 ? prefix.length : end, lineStart + 200)).trim();
    if (codeLine.test(line)) score += inLiteral ? -1 : 1;
    else if (proseLine.test(line)) score += inLiteral ? 1 : -1;
  };
  const { open } = scanBrackets(prefix, languageId, start, { onLine: weigh });
  // An unclosed bracket is likelier where prose was taken for code.
  return score - open.filter(({ kind }) => kind === 'bracket').length / 8;
}

const codeLine =
  /^(?:def|class|return|import|from|if|elif|else|for|while|try|except|with|raise|yield|const|let|var|func|fn|public|private|case|self\.\w+|this\.\w+|@\w+)\b.*[(){}:;=\w\]]$|[\w)\]] (?:=|\+=|:=|==|=>) \S|[{;]$|^[)}\]]|\w\([^ ]*\)$/;
const proseLine = /^(?:[A-Z][a-z]*|[a-z]+),? [a-z]+,? [a-z]+[^(){}=;]*$|^[-*] \w|^[A-Z][\w ]+\.$/;
