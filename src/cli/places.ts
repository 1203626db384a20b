// The places that `complete` is asked about: FILE:LINE:COLUMN parsed, the file read as an editor opens it, and the
// repository around it found.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { decodeText } from '../corpus/decodeText.ts';
import { repositoryTop } from '../corpus/nodeRepository.ts';
import type { DocumentWindow } from '../text/window.ts';
import { fileWindow } from './fileWindow.ts';
import { UsageError } from './usage.ts';

export interface CursorArgument {
  readonly file: string;
  /** From 1, as editors show them. */
  readonly line: number;
  readonly column: number;
}

export interface Document {
  /** Line ends are `\n`. */
  readonly text: string;
  readonly lineEnd: '\n' | '\r\n';
}

export interface PlaceReadingOptions {
  /** VS Code's name of the encoding; undefined detects it. */
  readonly encoding: string | undefined;
}

/** Files are read whole here, unlike in the editor. */
const largestFileBytes = 64 * 2 ** 20;

/** Throws a UsageError. */
export function parseFilePlace(text: string): CursorArgument {
  const match = /^(.+):(\d+):(\d+)$/s.exec(text);
  if (match === null) throw new UsageError(`${text} is not FILE:LINE:COLUMN`);
  const [, file = '', line, column] = match;
  return { file, line: Number(line), column: Number(column) };
}

/** Rejects with an error that names the file. */
export async function readDocument(file: string, { encoding }: PlaceReadingOptions): Promise<Document> {
  const decoded = decodeText(await readBytes(file), encoding);
  if (decoded.kind === 'text') return { text: decoded.text, lineEnd: decoded.lineEnd };
  throw new Error(
    decoded.kind === 'binary'
      ? `${file}: is a binary file; complete takes text`
      : `${file}: its encoding cannot be told; name it with --encoding, by VS Code's name for it`,
  );
}

/** The window at a place. `folder` is what the model's path is relative to. Throws an error that names the place. */
export function windowAt(
  { file, line, column }: CursorArgument,
  { text, lineEnd }: Document,
  folder: string,
): DocumentWindow {
  const lines = text.split('\n');
  const chosen = lines[line - 1];
  if (chosen === undefined) throw new Error(`${file}: has ${lines.length} lines, there is no line ${line}`);
  if (column < 1 || column > chosen.length + 1)
    throw new Error(`${file}:${line}: has ${chosen.length} characters, there is no column ${column}`);
  const before = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + lineEnd.length, 0);
  const written = lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd);
  return fileWindow(file, written, before + column - 1, folder);
}

/** The folder to remember for a file: the one that was named, else the repository around it; undefined in none. */
export async function workspaceOf(file: string, named: string | undefined): Promise<string | undefined> {
  return named === undefined ? repositoryTop(resolve(file, '..')) : resolve(named);
}

/** The file's path in a folder, with forward slashes; undefined where it lies outside. */
export function pathWithin(folder: string, file: string): string | undefined {
  const path = relative(folder, resolve(file));
  const isOutside = path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
  return isOutside ? undefined : path.split(sep).join('/');
}

async function readBytes(file: string): Promise<Uint8Array> {
  const unreadable = (cause: unknown): never => {
    throw new Error(`${file}: cannot be read`, { cause });
  };
  // A pipe must not be waited for.
  const nonBlocking = (constants.O_NONBLOCK as number | undefined) ?? 0;
  const handle = await open(file, constants.O_RDONLY | nonBlocking).catch(unreadable);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new Error(`${file}: is a directory`);
    if (!stat.isFile()) throw new Error(`${file}: is not a plain file`);
    if (stat.size > largestFileBytes)
      throw new Error(`${file}: ${stat.size} bytes, more than the ${largestFileBytes} this command reads`);
    return await handle.readFile().catch(unreadable);
  } finally {
    await handle.close();
  }
}
