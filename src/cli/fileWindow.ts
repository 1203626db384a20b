// The document window at an offset of a file, as the editor would take it, for files that are read whole.

import { extname, relative, sep } from 'node:path';
import type { DocumentWindow } from '../text/window.ts';
import { clampPosition, detectIndentation, textAfter, textBefore } from '../text/windowBuilder.ts';

/** The window at an offset (UTF-16 code units, clamped) of a file's text. */
export function fileWindow(file: string, text: string, offset: number): DocumentWindow {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r\n|\n/);
  const source = { lineCount: lines.length, lineText: (line: number) => lines[line] ?? '' };
  const linesBefore = text.slice(0, Math.max(0, offset)).split(/\r\n|\n/);
  const position = clampPosition(source, {
    line: linesBefore.length - 1,
    character: linesBefore.at(-1)?.length ?? 0,
  });
  const before = textBefore(source, position, eol);
  const suffix = textAfter(source, position, eol);
  return {
    uri: file,
    path: relative(process.cwd(), file).split(sep).join('/'),
    languageId: languages[extname(file)] ?? 'code',
    version: 1,
    eol,
    indentation: detectIndentation(before.text + suffix) ?? { kind: 'spaces', size: 4 },
    prefix: before.text,
    suffix,
    startLine: before.startLine,
  };
}

/** VS Code's language of the endings that differ in how suggestions are fitted; others count as code. */
const languages: Readonly<Record<string, string>> = {
  '.ts': 'typescript',
  '.tsx': 'typescriptreact',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.jsx': 'javascriptreact',
  '.py': 'python',
  '.go': 'go',
  '.rs': 'rust',
  '.java': 'java',
  '.c': 'c',
  '.h': 'c',
  '.cpp': 'cpp',
  '.cs': 'csharp',
  '.rb': 'ruby',
  '.sh': 'shellscript',
  '.lua': 'lua',
  '.html': 'html',
  '.css': 'css',
  '.json': 'json',
  '.yml': 'yaml',
  '.yaml': 'yaml',
  '.md': 'markdown',
  '.txt': 'plaintext',
};
