// Which declaration a request to write means: the one that is named, selected, or around the cursor. The editor's text
// goes before the file's, which may not be saved.

import { languageOf } from '../../corpus/fileKind.ts';
import { normalizeLineEnds, windowLimits } from '../../text/window.ts';
import type { DocumentWindow } from '../../text/window.ts';
import { cursorOf } from './assignment.ts';
import type { Chunk } from '../model/chunk.ts';
import { chunkFile } from '../chunks/chunkFile.ts';
import { definitionsOf } from './definitions.ts';
import { nameIn } from './question.ts';
import type { ChatSources } from './retrieve.ts';
import { ChunkReader } from './retrieve.ts';
import { runInSlices } from '../../base/scheduling/slicer.ts';
import type { ChatRequest } from '../model/types.ts';

export interface SourceLines {
  readonly path: string;
  readonly languageId: string;
  readonly lines: readonly string[];
  readonly chunks: readonly Chunk[];
}

export interface Declaration extends Omit<SourceLines, 'chunks'> {
  readonly chunk: Chunk;
}

/** The declaration of the name in the question; without one, the innermost at the selection or the cursor. */
export async function declarationOf(
  request: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Declaration | undefined> {
  const text = request.text.trim();
  const name = nameIn(text) || /^[\w$]+$/.exec(text)?.[0];
  if (name === undefined || name === '') return declarationAround(request, sources);
  const [hit] = sources === undefined ? [] : await definitionsOf(sources, name, 1);
  return hit && { ...hit, languageId: languageOf(hit.path) ?? 'plaintext' };
}

/** The innermost declaration at the selection or the cursor, whatever the question says. */
export async function declarationAround(
  request: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Declaration | undefined> {
  const selection = request.references.find(reference => reference.kind === 'selection');
  const cursor = request.activeFile && cursorOf(request.activeFile);
  const place = selection === undefined ? cursor : { path: selection.path, line: selection.startLine };
  const source = place === undefined ? undefined : await sourceOf(place.path, request, sources);
  if (place === undefined || source === undefined) return undefined;
  const { chunks, ...file } = source;
  const chunk = chunks.findLast(
    ({ kind, docLine, endLine }) =>
      (kind === 'function' || kind === 'type') && docLine <= place.line && place.line <= endLine,
  );
  return chunk && { ...file, chunk };
}

/** A file as the editor has it if it is the active one, else as the workspace does. */
export async function sourceOf(
  path: string,
  { activeFile }: Pick<ChatRequest, 'activeFile'>,
  sources: ChatSources | undefined,
): Promise<SourceLines | undefined> {
  if (activeFile?.path === path) return ofWindow(activeFile, sources);
  const file = sources === undefined ? undefined : await new ChunkReader(sources).file(path);
  return file && { path, languageId: languageOf(path) ?? 'plaintext', ...file };
}

/** Lines keep their numbers; a declaration that may go on after the window's end is not known whole, and left out. */
async function ofWindow(window: DocumentWindow, sources: ChatSources | undefined): Promise<SourceLines> {
  const { path, languageId, prefix, suffix, startLine } = window;
  const text = '\n'.repeat(startLine) + normalizeLineEnds(prefix + suffix);
  const lines = text.split('\n');
  const chunks = await runInSlices(chunkFile(path, text, await sources?.grammars.of(path)));
  const isCut = suffix.length >= windowLimits.suffixChars;
  return {
    path,
    languageId,
    lines,
    chunks: isCut ? chunks.filter(({ endLine }) => endLine < lines.length) : chunks,
  };
}
