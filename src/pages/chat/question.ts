// What stands in the box, taken apart: `/command`, `@file` and `#selection`.

import type { BoxCommand } from './commands.ts';
import { isBoxCommand } from './commands.ts';

export interface Question {
  readonly command: BoxCommand | undefined;
  /** The words, without the command and `#selection`; a file stands in it by its path. */
  readonly text: string;
  /** Paths after `@`, each once; whether they exist is for others to say. */
  readonly files: readonly string[];
  readonly selection: boolean;
}

/** `@path` or `@"path with spaces"`, at the start of a word. */
const filePattern = /(?<!\S)@(?:"([^"\n]+)"|([^\s"@]+))/g;
const selectionPattern = /(?<!\S)#selection(?![\w-])/gi;

/** Never fails: what is no command or reference is text. */
export function parseQuestion(typed: string): Question {
  const trimmed = typed.trim();
  const [slash = '', name = ''] = /^\/([a-z]+)(?!\S)/i.exec(trimmed) ?? [];
  const command = name.toLowerCase();
  const isCommand = isBoxCommand(command);
  const rest = isCommand ? trimmed.slice(slash.length) : trimmed;
  const files = [...rest.matchAll(filePattern)].map(([, quoted, plain]) =>
    withoutDots(quoted ?? plain ?? ''),
  );
  const withPaths = rest.replace(
    filePattern,
    (_all, quoted?: string, plain?: string) => quoted ?? plain ?? '',
  );
  const text = withPaths
    .replace(selectionPattern, '')
    .replace(/[ \t]{2,}/g, ' ')
    .trim();
  return {
    command: isCommand ? command : undefined,
    text,
    files: [...new Set(files)].filter(path => path !== ''),
    selection: rest.search(selectionPattern) !== -1,
  };
}

/** As it is typed in the box. */
export function fileReference(path: string): string {
  return /[\s"@]/.test(path) ? `@"${path.replaceAll('"', '')}"` : `@${path}`;
}

/** A sentence's end is no part of a path. */
function withoutDots(path: string): string {
  return path.replace(/(?<![.,;:!?])[.,;:!?]+$/, '');
}
