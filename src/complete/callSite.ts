// Whether a text declares parameters where arguments are passed. Within the brackets of a call a small model likes to go
// on as the declaration of the same function does.

import { currentLine, type DocumentWindow } from '../text/window.ts';
import { scanBrackets } from './brackets.ts';
import type { Place } from './place.ts';

/** Whether `text`, at the cursor within a call's brackets, can only be a list of parameters or a function's head. */
export function declaresInCall(text: string, window: DocumentWindow, place: Place): boolean {
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
  if (/[(,]\s*$/.test(before) && family.parameter.test(firstLine.trimStart())) return true;
  return opensBody(firstLine, head, place, family);
}

interface Family {
  /** A parameter that no argument looks like. */
  readonly parameter: RegExp;
  /** What follows the closing bracket of a function's head. */
  readonly body: RegExp | undefined;
}

/** The name that `head` ends with is called there: it stands in an expression, and no word declares it. */
function isCall(head: string): boolean {
  const callee = /([\p{L}_$][\p{L}\p{N}_$.:!?]*)$/u.exec(head);
  if (callee === null) return false;
  const lead = head.slice(0, callee.index).trimEnd();
  if (
    /\b(?:function\*?|def|func|fn|fun|sub|proc|new|async|get|set|static|public|private|protected|override)$/.test(
      lead,
    )
  ) {
    return /\bnew$/.test(lead);
  }
  if (
    /^(?:if|for|while|switch|match|catch|return|function|func|fn|def|fun|constructor|with)$/.test(callee[0])
  )
    return false;
  return /(?:[=(,[?&|+!<>]|(?:^|[^:]):=|\b(?:return|await|yield|throw|new|in|of|go|defer|and|or|not))$/.test(
    lead,
  );
}

function opensBody(firstLine: string, head: string, place: Place, family: Family): boolean {
  if (
    family.body === undefined ||
    /^\s*(?:if|for|while|switch|match|else|\} else|with|try|case)\b/.test(head)
  )
    return false;
  const { closings } = scanBrackets(firstLine, place.languageId, place.open);
  const end = closings[0];
  return end !== undefined && family.body.test(firstLine.slice(end.index + 1));
}

const script: Family = {
  parameter:
    /^(?:\.\.\.)?[a-z_$][\w$]*\??: (?:[A-Z][\w.]*|string|number|boolean|any|unknown|void|readonly\b|\{)[\w<>[\]|& .]*(?:[,)=]|$)/,
  body: /^\s*(?::\s*[\w<>[\]|&., ]+)?\s*\{\s*$/,
};
const cLike: Family = {
  parameter:
    /^(?:final |const |@\w+ )?(?:[A-Z]\w*(?:<[^<>()]*>)?|int|long|float|double|bool|boolean|char|byte|short|string|void|size_t|auto)(?:\[\]|\s?[*&]+)? ?[a-z_]\w*\s*(?:[,)]|$)/,
  body: /^\s*(?:const|override|noexcept|throws [\w, .]+)?\s*\{\s*$/,
};

const families: Readonly<Partial<Record<string, Family>>> = {
  typescript: script,
  typescriptreact: script,
  javascript: { ...script, parameter: /^(?!)/ },
  javascriptreact: { ...script, parameter: /^(?!)/ },
  python: {
    parameter:
      /^(?:\*{1,2})?(?!lambda\b)[a-z_]\w*: (?:[A-Z][\w.]*|str|int|float|bool|bytes|list|dict|tuple|set)\b(?:\[.*\])?\s*(?:[,)=|]|$)/,
    body: /^\s*(?:->\s*[^:]+)?:\s*$/,
  },
  go: {
    parameter:
      /^(?!func\b|struct\b|interface\b|map\b|chan\b)[a-z_]\w*(?:, [a-z_]\w*)* (?:\.{3}|\*|\[\]|map\[)?[A-Za-z][\w.]*\s*(?:[,)]|$)/,
    body: /^\s*(?:\*?[\w.]+|\([^()]*\))?\s*\{\s*$/,
  },
  rust: {
    parameter: /^(?:&(?:mut )?self\b|(?:mut )?[a-z_]\w*: &?(?:mut |'\w+ )?[A-Za-z][\w:<>]*\s*(?:[,)]|$))/,
    body: /^\s*(?:->\s*[^{]+)\{\s*$/,
  },
  java: cLike,
  c: cLike,
  cpp: cLike,
  csharp: { ...cLike, body: undefined },
  kotlin: { parameter: /^(?:va[lr] )?[a-z_]\w*: [A-Z]\w*/, body: undefined },
  scala: { parameter: /^(?:va[lr] )?[a-z_]\w*: [A-Z]\w*/, body: undefined },
  php: {
    parameter: /^\??(?!new\b|clone\b|fn\b|static\b|print\b|await\b|yield\b)[A-Za-z_\\]+ &?(?:\.{3})?\$\w+/,
    body: /^\s*(?::\s*\??\w+)?\s*\{\s*$/,
  },
};
