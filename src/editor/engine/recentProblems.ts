// The last warnings and errors of this session, for the engine report, without what would tell of the user's work.

import type { Logger } from '../../base/logger.ts';

export interface RecentProblems {
  /** Passes everything on, and keeps warnings and errors. */
  readonly logger: Logger;
  /** Oldest first. */
  readonly list: readonly string[];
}

const maxKept = 10;
const maxLength = 300;
/** A longer line is struck out whole; it bounds the work of the patterns. */
const longestLine = 2_000;

export function keepRecentProblems(logger: Logger, now: () => Date = () => new Date()): RecentProblems {
  const list: string[] = [];
  const keep = (level: string, message: string): void => {
    list.push(`${now().toISOString().slice(11, 19)} ${level}: ${withoutPrivate(message)}`);
    if (list.length > maxKept) list.shift();
  };
  return {
    list,
    logger: {
      ...logger,
      warn(message) {
        keep('warning', message);
        logger.warn(message);
      },
      error(message) {
        keep('error', message);
        logger.error(message);
      },
    },
  };
}

/** The message's first line with paths, addresses, names of files and all that is quoted struck out. */
export function withoutPrivate(message: string): string {
  const [line = ''] = message.split('\n', 1);
  if (line.length > longestLine) return `a message of ${line.length} characters`;
  return (
    line
      // Names in a path may hold blanks: all from the first slash's word to the last one's goes.
      .replace(/\S*[/\\].*[/\\]\S*/g, '…')
      .replace(/\S*[/\\]\S*/g, '…')
      .replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '"…"')
      .replace(/\b(?!tinymemory\.)[\w-]+\.[a-z]\w*\b/gi, '…')
      .slice(0, maxLength)
  );
}
