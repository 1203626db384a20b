// The document window at an offset of a file, as the editor would take it, for files that are read whole.

import { extname, relative, resolve, sep } from 'node:path';
import { languageOf } from '../corpus/fileKind.ts';
import type { DocumentWindow } from '../text/window.ts';
import { clampPosition, detectIndentation, textAfter, textBefore } from '../text/windowBuilder.ts';

/** The window at an offset (UTF-16 code units, clamped) of a file's text. Its path is shown relative to `folder`. */
export function fileWindow(
  file: string,
  text: string,
  offset: number,
  folder: string = process.cwd(),
): DocumentWindow {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r\n?|\n/);
  const source = { lineCount: lines.length, lineText: (line: number) => lines[line] ?? '' };
  const linesBefore = text.slice(0, Math.max(0, offset)).split(/\r\n?|\n/);
  const position = clampPosition(source, {
    line: linesBefore.length - 1,
    character: linesBefore.at(-1)?.length ?? 0,
  });
  const before = textBefore(source, position, eol);
  const suffix = textAfter(source, position, eol);
  return {
    uri: file,
    path: relative(folder, resolve(file)).split(sep).join('/'),
    languageId: languageIdOf(file),
    version: 1,
    eol,
    indentation: detectIndentation(before.text + suffix) ?? { kind: 'spaces', size: 4 },
    prefix: before.text,
    suffix,
    startLine: before.startLine,
  };
}

/** VS Code's name for the language of a file; `code` where none is known. */
function languageIdOf(file: string): string {
  return languageOf(file) ?? textLanguages[extname(file).toLowerCase()] ?? 'code';
}

const textLanguages: Readonly<Record<string, string>> = {
  '.json': 'json',
  '.jsonc': 'jsonc',
  '.yml': 'yaml',
  '.yaml': 'yaml',
  '.toml': 'toml',
  '.md': 'markdown',
  '.txt': 'plaintext',
  '.log': 'log',
};
