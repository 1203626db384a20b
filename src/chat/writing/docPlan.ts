// /doc: the network sees the declaration with a comment that begins in its body, and writes that comment's first line.

import { lineCommentMarker } from '../../complete/languages.ts';
import { leadingWhiteSpace } from '../../complete/indentation.ts';
import type { Assignment, Impossible } from '../search/assignment.ts';
import { bodyIndent, signatureEnd, windowOf } from '../search/assignment.ts';
import { declarationOf } from '../search/declarations.ts';
import { code } from '../search/prose.ts';
import type { ChatSources } from '../search/retrieve.ts';
import type { ChatRequest } from '../model/types.ts';

/** Lines before the declaration that the network is shown. */
const linesBefore = 30;

export async function planDoc(
  request: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Assignment | Impossible> {
  const declaration = await declarationOf(request, sources);
  if (declaration === undefined) {
    return {
      reason: 'no-selection',
      text: 'Put the cursor in the function to document, select it, or name it: `/doc parseOptions`.',
    };
  }
  const { path, languageId, chunk, lines } = declaration;
  const bodyLine = signatureEnd(chunk, lines) ?? chunk.line;
  const indent = leadingWhiteSpace(lines[chunk.line - 1] ?? '');
  const inner = bodyIndent(indent, lines[bodyLine]);
  const isPython = languageId === 'python';
  const opener = isPython ? '"""' : `${lineCommentMarker(languageId) || '//'} `;
  const first = Math.max(0, chunk.line - linesBefore);
  const [before, after] = docMarks(languageId, isPython ? inner : indent, chunk.signature);
  return {
    window: windowOf({ path, languageId }, lines.slice(first, bodyLine), first, `${inner}${opener}`),
    end: 'line',
    baseIndent: inner,
    target: { kind: 'insert', path, line: isPython ? bodyLine + 1 : chunk.line, column: 1 },
    before,
    after,
    announcement: `Documentation for ${code(chunk.name)}:`,
  };
}

/** What stands around the first sentence of a documentation. */
function docMarks(languageId: string, indent: string, signature: string): readonly [string, string] {
  const marker = lineCommentMarker(languageId);
  if (languageId === 'python') return [`${indent}"""`, '"""\n'];
  if (languageId === 'rust') return [`${indent}/// `, '\n'];
  if (languageId === 'go') return [`${indent}// `, '\n'];
  if (marker !== '//') return [`${indent}${marker === '' ? '//' : marker} `, '\n'];
  const names = parametersOf(signature);
  const tags = names.map(name => `${indent} * @param ${name}\n`).join('');
  return [`${indent}/**\n${indent} * `, `\n${tags === '' ? '' : `${indent} *\n${tags}`}${indent} */\n`];
}

/** Names of the parameters in a signature as `name: Type`, `Type name` or `name = value`. */
function parametersOf(signature: string): readonly string[] {
  const list = /\(([^()]*)\)/.exec(signature)?.[1] ?? '';
  return list
    .split(',')
    .map(
      each =>
        /^\s*(?:\.\.\.)?([\w$]+)\s*\??\s*(?:[:=].*)?$/.exec(each)?.[1] ??
        /([\w$]+)\s*$/.exec(each)?.[1] ??
        '',
    )
    .filter(name => name !== '');
}
