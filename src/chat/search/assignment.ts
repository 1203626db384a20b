// What the network is to write, and the pieces that the plans for it share: places, windows and comments.

import { leadingWhiteSpace } from '../../complete/indentation.ts';
import { hasBlockComments, lineCommentMarker } from '../../complete/languages.ts';
import { normalizeLineEnds } from '../../text/window.ts';
import type { DocumentWindow } from '../../text/window.ts';
import type { Chunk } from '../model/chunk.ts';
import { code } from './prose.ts';
import type { DeclineReason, EditTarget } from '../model/types.ts';

export interface Assignment {
  /** Ends where the writing begins. */
  readonly window: DocumentWindow;
  readonly end: 'line' | 'statement';
  /** White space before the statement that is written, or around whose body it is. */
  readonly baseIndent: string;
  readonly target: EditTarget;
  /** Stands before and after what is written, in what is inserted. */
  readonly before: string;
  readonly after: string;
  /** As Markdown. */
  readonly announcement: string;
}

export interface Impossible {
  readonly reason: DeclineReason;
  readonly text: string;
}

/** A window of `lines`, all that stands before the writing, which goes on behind `opening`. */
export function windowOf(
  { path, languageId }: Pick<DocumentWindow, 'path' | 'languageId'>,
  lines: readonly string[],
  startLine: number,
  opening: string,
): DocumentWindow {
  const indent = leadingWhiteSpace(opening);
  return {
    uri: `chat ${path}`,
    path,
    languageId,
    version: 0,
    eol: '\n',
    indentation: { kind: indent.includes('\t') ? 'tabs' : 'spaces', size: 4 },
    prefix: `${lines.map(line => `${line}\n`).join('')}${opening}`,
    suffix: '',
    startLine,
  };
}

export function cursorOf({ path, prefix, startLine }: DocumentWindow): EditTarget & { kind: 'insert' } {
  const lines = normalizeLineEnds(prefix).split('\n');
  return { kind: 'insert', path, line: startLine + lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** `path:line` of the cursor, as Markdown. */
export function cursorText(window: DocumentWindow): string {
  const { path, line } = cursorOf(window);
  return code(`${path === '' ? 'untitled' : path}:${line}`);
}

/** A comment of one line in the language. */
export function commentOf(languageId: string, text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const marker = lineCommentMarker(languageId);
  if (marker !== '') return `${marker} ${line}`;
  return hasBlockComments(languageId)
    ? `/* ${line.replaceAll('*/', '* /')} */`
    : `<!-- ${line.replaceAll('--', '- -')} -->`;
}

/** The last line of the signature, 1-based: where the body opens. Undefined where it opens no body of its own lines. */
export function signatureEnd({ line, endLine }: Chunk, lines: readonly string[]): number | undefined {
  for (let at = line; at < Math.min(endLine, line + 12); at++)
    if (/[:{]\s*$|=>\s*$/.test(lines[at - 1] ?? '')) return at;
  return undefined;
}

/** How the body of a declaration at `indent` is indented, told by its first line. */
export function bodyIndent(indent: string, firstLine: string | undefined): string {
  const own = leadingWhiteSpace(firstLine ?? '');
  if (own.length > indent.length && own.startsWith(indent)) return own;
  return `${indent}${indent.includes('\t') ? '\t' : '    '}`;
}
