// Whether a text declares parameters where arguments are passed. Within the brackets of a call a small model likes to go
// on as the declaration of the same function does.

import { currentLine, type DocumentWindow } from '../text/window.ts';
import { scanBrackets } from './brackets.ts';
import type { CursorPlace } from './place.ts';

/** Whether `text`, at the cursor within a call's brackets, can only be a list of parameters or a function's head. */
export function declaresInCall(text: string, window: DocumentWindow, place: CursorPlace): boolean {
  const family = families[window.languageId];
  if (family === undefined) return false;
  const { before } = currentLine(window);
  const innermost = place.open.at(-1);
  const lineStart = window.prefix.length - before.length;
  if (innermost?.kind !== 'bracket' || innermost.opener !== '(' || innermost.index < lineStart) return false;
  const head = window.prefix.slice(lineStart, innermost.index);
  if (!isCall(head)) return false;
  // Only the argument at the cursor: what stands before it was written by hand.
  const firstLine = text.split('\n', 1)[0] ?? '';
  const argument = firstLine.trimStart().slice(0, longestParameter);
  if (/[(,]$/.test(before.trimEnd()) && family.parameter.test(argument)) return true;
  return opensBody(firstLine, head, place, family);
}

/** UTF-16 code units; it bounds the work of the patterns. */
const longestParameter = 200;

interface Family {
  /** A parameter that no argument looks like. */
  readonly parameter: RegExp;
  /** What follows the closing bracket of a function's head, without the white space around it. */
  readonly body: RegExp | undefined;
}

/** The name that `head` ends with is called there: it stands in an expression, and no word declares it. */
function isCall(head: string): boolean {
  const end = /(?<![\p{L}\p{N}_$.:!?])[\p{L}\p{N}_$.:!?]+$/u.exec(head);
  const start = end?.[0].search(/[\p{L}_$]/u) ?? -1;
  if (end === null || start === -1) return false;
  const callee = end[0].slice(start);
  const lead = head.slice(0, end.index + start).trimEnd();
  if (
    /\b(?:function\*?|def|func|fn|fun|sub|proc|new|async|get|set|static|public|private|protected|override)$/.test(
      lead,
    )
  ) {
    return /\bnew$/.test(lead);
  }
  if (/^(?:if|for|while|switch|match|catch|return|function|func|fn|def|fun|constructor|with)$/.test(callee))
    return false;
  return /(?:[=(,[?&|+!<>]|(?:^|[^:]):=|\b(?:return|await|yield|throw|new|in|of|go|defer|and|or|not))$/.test(
    lead,
  );
}

function opensBody(firstLine: string, head: string, place: CursorPlace, family: Family): boolean {
  if (
    family.body === undefined ||
    /^\s*(?:if|for|while|switch|match|else|\} else|with|try|case)\b/.test(head)
  )
    return false;
  const { closings } = scanBrackets(firstLine, place.languageId, place.open);
  const end = closings[0];
  return end !== undefined && family.body.test(firstLine.slice(end.index + 1).trim());
}

const script: Family = {
  parameter:
    /^(?:\.\.\.)?[a-z_$][\w$]*\??: (?:[A-Z]|string|number|boolean|any|unknown|void|readonly\b|\{)[\w<>[\]|& .]*(?:[,)=]|$)/,
  body: /^(?::[\w<>[\]|&.,\s]+)?\{$/,
};
const cLike: Family = {
  parameter:
    /^(?:final |const |@\w+ )?(?:[A-Z]\w*(?:<[^<>()]*>)?|int|long|float|double|bool|boolean|char|byte|short|string|void|size_t|auto)(?:\[\]|\s?[*&]+)? ?[a-z_]\w*\s*(?:[,)]|$)/,
  body: /^(?:(?:const|override|noexcept)\s*|throws [\w,.\s]+)?\{$/,
};

const families: Readonly<Partial<Record<string, Family>>> = {
  typescript: script,
  typescriptreact: script,
  javascript: { ...script, parameter: /^(?!)/ },
  javascriptreact: { ...script, parameter: /^(?!)/ },
  python: {
    parameter:
      /^(?:\*{1,2})?(?!lambda\b)[a-z_]\w*: (?:[A-Z][\w.]*|str|int|float|bool|bytes|list|dict|tuple|set)\b(?:\[.*\])?\s*(?:[,)=|]|$)/,
    body: /^(?:->[^:]+)?:$/,
  },
  go: {
    parameter:
      /^(?!func\b|struct\b|interface\b|map\b|chan\b)[a-z_]\w*(?:, [a-z_]\w*)* (?:\.{3}|\*|\[\]|map\[)?[A-Za-z][\w.]*\s*(?:[,)]|$)/,
    body: /^(?:\*?[\w.]+\s*|\([^()]*\)\s*)?\{$/,
  },
  rust: {
    parameter: /^(?:&(?:mut )?self\b|(?:mut )?[a-z_]\w*: &?(?:mut |'\w+ )?[A-Za-z][\w:<>]*\s*(?:[,)]|$))/,
    body: /^->[^{]+\{$/,
  },
  java: cLike,
  c: cLike,
  cpp: cLike,
  csharp: { ...cLike, body: undefined },
  kotlin: { parameter: /^(?:va[lr] )?[a-z_]\w*: [A-Z]\w*/, body: undefined },
  scala: { parameter: /^(?:va[lr] )?[a-z_]\w*: [A-Z]\w*/, body: undefined },
  php: {
    parameter: /^\??(?!new\b|clone\b|fn\b|static\b|print\b|await\b|yield\b)[A-Za-z_\\]+ &?(?:\.{3})?\$\w+/,
    body: /^(?::\s*\??\w+\s*)?\{$/,
  },
};
