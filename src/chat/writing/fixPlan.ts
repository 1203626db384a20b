// /fix: the selected lines, or the function around the cursor, are written anew from what stands before them. Of a
// function the declaration stays, and its body is written.

import { leadingWhiteSpace } from '../../complete/indentation.ts';
import type { Assignment, Impossible } from '../search/assignment.ts';
import { bodyIndent, commentOf, signatureEnd, windowOf } from '../search/assignment.ts';
import type { Chunk } from '../model/chunk.ts';
import { declarationAround, sourceOf } from '../search/declarations.ts';
import { code } from '../search/prose.ts';
import type { ChatSources } from '../search/retrieve.ts';
import type { ChatRequest } from '../model/types.ts';

/** Lines before the region that the network is shown. */
const linesBefore = 200;

export async function planFix(
  request: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Assignment | Impossible> {
  const region = await regionOf(request, sources);
  if (region === undefined)
    return {
      reason: 'no-selection',
      text: 'Select the lines to write anew, or put the cursor in a function, and ask again.',
    };
  const { path, languageId, lines, line, endLine, declaration } = region;
  const bodyLine = declaration && signatureEnd(declaration, lines);
  const kept = bodyLine === undefined ? [] : lines.slice(line - 1, bodyLine);
  const indent = leadingWhiteSpace(lines.slice(line - 1, endLine).find(each => each.trim() !== '') ?? '');
  const opening = bodyLine === undefined ? indent : bodyIndent(indent, lines[bodyLine]);
  const wish = request.text.trim() === '' ? [] : [`${indent}${commentOf(languageId, request.text)}`];
  const first = Math.max(0, line - 1 - linesBefore);
  const shown = [...lines.slice(first, line - 1), ...wish, ...kept];
  return {
    window: windowOf({ path, languageId }, shown, first, opening),
    end: 'statement',
    baseIndent: indent,
    target: { kind: 'replace', path, line, endLine },
    before: `${kept.map(each => `${each}\n`).join('')}${opening}`,
    after: '',
    announcement:
      declaration === undefined || bodyLine === undefined
        ? 'From what stands before these lines, the network would write:'
        : `From what stands before it, the network would write as the body of ${code(declaration.name)}:`,
  };
}

interface Region {
  readonly path: string;
  readonly languageId: string;
  /** Of the file, from its first. */
  readonly lines: readonly string[];
  readonly line: number;
  readonly endLine: number;
  /** The function that the region is. */
  readonly declaration: Chunk | undefined;
}

async function regionOf(request: ChatRequest, sources: ChatSources | undefined): Promise<Region | undefined> {
  const selection = request.references.find(reference => reference.kind === 'selection');
  if (selection === undefined) {
    const around = await declarationAround(request, sources);
    if (around?.chunk.kind !== 'function') return undefined;
    const { chunk, ...file } = around;
    return { ...file, line: chunk.line, endLine: chunk.endLine, declaration: chunk };
  }
  const { path, languageId, startLine: line, endLine, text } = selection;
  const source = await sourceOf(path, request, sources);
  const lines = source?.lines ?? [...Array<string>(line - 1).fill(''), ...text.split('\n')];
  const declaration = source?.chunks.find(
    chunk => chunk.kind === 'function' && chunk.line === line && chunk.endLine <= endLine,
  );
  return { path, languageId, lines, line, endLine, declaration };
}
