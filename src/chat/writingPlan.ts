// What the network is to write: the text that stands before it, where the result goes, and how far it may go on.

import { languageOf } from '../corpus/fileKind.ts';
import { hasBlockComments, lineCommentMarker } from '../complete/languages.ts';
import { leadingWhiteSpace } from '../complete/indentation.ts';
import { currentLine, normalizeLineEnds } from '../text/window.ts';
import type { DocumentWindow } from '../text/window.ts';
import type { Chunk } from './chunk.ts';
import { definitionsOf } from './definitions.ts';
import { code } from './prose.ts';
import { nameIn } from './question.ts';
import type { ChatSources, Hit } from './retrieve.ts';
import { ChunkReader } from './retrieve.ts';
import type { ChatRequest, DeclineReason, EditTarget } from './types.ts';

export interface Assignment {
  /** Ends where the writing begins. */
  readonly window: DocumentWindow;
  readonly end: 'line' | 'statement';
  readonly target: EditTarget;
  /** Stands before and after what is written, in what is inserted. */
  readonly before: string;
  readonly after: string;
  /** As Markdown. */
  readonly announcement: string;
}

interface Impossible {
  readonly reason: DeclineReason;
  readonly text: string;
}

export async function planWriting(
  request: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Assignment | Impossible> {
  const { command } = request;
  if (command === 'doc') return planDoc(request, sources);
  if (command === 'fix') return planFix(request, sources);
  return command === 'complete' ? planComplete(request) : planWrite(request);
}

const noEditor: Impossible = {
  reason: 'no-active-file',
  text: 'No editor is active. Open the file to write in, put the cursor where the code belongs, and ask again.',
};

function planComplete({ activeFile }: ChatRequest): Assignment | Impossible {
  if (activeFile === undefined) return noEditor;
  const window = { ...activeFile, uri: `chat ${activeFile.uri}` };
  return {
    window,
    end: 'statement',
    target: cursorOf(activeFile),
    before: '',
    after: '',
    announcement: `Going on at ${placeText(activeFile)}:`,
  };
}

function planWrite({ activeFile, text }: ChatRequest): Assignment | Impossible {
  if (activeFile === undefined) return noEditor;
  if (text.trim() === '')
    return {
      reason: 'empty-question',
      text: 'Say in a few words what to write: `/write a function that reads a file`.',
    };
  const { before } = currentLine(activeFile);
  const indent = leadingWhiteSpace(before);
  const fresh = before.trim() === '' ? '' : `\n${indent}`;
  const opening = `${fresh}${comment(activeFile.languageId, text)}\n${indent}`;
  const window = {
    ...activeFile,
    uri: `chat ${activeFile.uri}`,
    prefix: normalizeLineEnds(activeFile.prefix) + opening,
  };
  return {
    window,
    end: 'statement',
    target: cursorOf(activeFile),
    before: opening,
    after: '',
    announcement: `At ${placeText(activeFile)}:`,
  };
}

/** A comment of one line in the language. */
function comment(languageId: string, text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const marker = lineCommentMarker(languageId);
  if (marker !== '') return `${marker} ${line}`;
  return hasBlockComments(languageId)
    ? `/* ${line.replaceAll('*/', '* /')} */`
    : `<!-- ${line.replaceAll('--', '- -')} -->`;
}

/** The network sees the declaration with a comment that begins in its body, and writes that comment's first line. */
async function planDoc(
  request: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Assignment | Impossible> {
  const hit = await declarationOf(request, sources);
  if (hit === undefined) {
    return {
      reason: 'no-selection',
      text: 'Put the cursor in the function to document, select it, or name it: `/doc parseOptions`.',
    };
  }
  const { path, chunk, lines } = hit;
  const languageId =
    request.activeFile?.path === path ? request.activeFile.languageId : (languageOf(path) ?? 'plaintext');
  const bodyLine = signatureEnd(chunk, lines);
  const indent = leadingWhiteSpace(lines[chunk.line - 1] ?? '');
  const inner = `${indent}${(lines[bodyLine] ?? '').startsWith('\t') ? '\t' : '    '}`;
  const isPython = languageId === 'python';
  const opener = isPython ? '"""' : `${lineCommentMarker(languageId) || '//'} `;
  const first = Math.max(0, chunk.line - 30);
  const prefix = `${lines.slice(first, bodyLine).join('\n')}\n${inner}${opener}`;
  const window: DocumentWindow = {
    uri: `chat ${path}`,
    path,
    languageId,
    version: 0,
    eol: '\n',
    indentation: { kind: inner.includes('\t') ? 'tabs' : 'spaces', size: 4 },
    prefix,
    suffix: '',
    startLine: first,
  };
  const line = isPython ? bodyLine + 1 : chunk.line;
  const [before, after] = docMarks(languageId, isPython ? inner : indent, chunk.signature);
  const announcement = `Documentation for ${code(chunk.name)}:`;
  return {
    window,
    end: 'line',
    target: { kind: 'insert', path, line, column: 1 },
    before,
    after,
    announcement,
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

/** The selected lines are written anew, from what stands before them. */
async function planFix(
  { references, text }: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Assignment | Impossible> {
  const selection = references.find(reference => reference.kind === 'selection');
  if (selection === undefined)
    return {
      reason: 'no-selection',
      text: 'Select the lines to write anew, and ask again with `#selection`.',
    };
  const { path, startLine, endLine, languageId } = selection;
  const file = sources === undefined ? undefined : await new ChunkReader(sources).file(path);
  const indent = leadingWhiteSpace(selection.text.split('\n').find(line => line.trim() !== '') ?? '');
  const before = file === undefined ? [] : file.lines.slice(Math.max(0, startLine - 201), startLine - 1);
  const wish = text.trim() === '' ? '' : `${indent}${comment(languageId, text)}\n`;
  const window: DocumentWindow = {
    uri: `chat ${path}`,
    path,
    languageId,
    version: 0,
    eol: '\n',
    indentation: { kind: indent.includes('\t') ? 'tabs' : 'spaces', size: 4 },
    prefix: `${before.map(line => `${line}\n`).join('')}${wish}${indent}`,
    suffix: '',
    startLine: Math.max(0, startLine - 1 - before.length),
  };
  const target: EditTarget = { kind: 'replace', path, line: startLine, endLine };
  const announcement = 'From what stands before these lines, the network would write:';
  return { window, end: 'statement', target, before: indent, after: '', announcement };
}

/** The declaration that is named, selected, or around the cursor. */
async function declarationOf(
  { text, references, activeFile }: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Hit | undefined> {
  if (sources === undefined) return undefined;
  const name = nameIn(text) || /^[\w$]+$/.exec(text.trim())?.[0];
  if (name !== undefined && name !== '') return (await definitionsOf(sources, name, 1))[0];
  const selection = references.find(reference => reference.kind === 'selection');
  const place =
    selection !== undefined
      ? { path: selection.path, line: selection.startLine }
      : activeFile === undefined
        ? undefined
        : { path: activeFile.path, line: cursorOf(activeFile).line };
  const file = place === undefined ? undefined : await new ChunkReader(sources).file(place.path);
  if (place === undefined || file === undefined) return undefined;
  const chunk = file.chunks.findLast(
    ({ kind, docLine, endLine }) =>
      (kind === 'function' || kind === 'type') && docLine <= place.line && place.line <= endLine,
  );
  return chunk === undefined ? undefined : { path: place.path, chunk, lines: file.lines, score: 1 };
}

/** The last line of the signature, 1-based: where the body opens. */
function signatureEnd({ line, endLine }: Chunk, lines: readonly string[]): number {
  for (let at = line; at <= Math.min(endLine, line + 12); at++)
    if (/[:{]\s*$|=>\s*$/.test(lines[at - 1] ?? '')) return at;
  return line;
}

function cursorOf({ path, prefix, startLine }: DocumentWindow): Extract<EditTarget, { kind: 'insert' }> {
  const lines = normalizeLineEnds(prefix).split('\n');
  return { kind: 'insert', path, line: startLine + lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function placeText(window: DocumentWindow): string {
  const { path, line } = cursorOf(window);
  return code(`${path === '' ? 'untitled' : path}:${line}`);
}
