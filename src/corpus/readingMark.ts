// Marks the file that a thread works on, so that whoever outlives the thread knows which file killed or hung it. A mark
// covers one stretch of work without a turn of the event loop; what runs in between must not be blamed on the file.

import type { CorpusFile, FileStat } from './fileTree.ts';

export interface ReadingMark {
  /** What runs from here on is work on this file, as it was at this size and time. */
  set(file: CorpusFile): void;
  /** A slice of that work ends: others may run before the next. */
  pause(): void;
  /** What runs from here on is no work on a file. */
  clear(): void;
}

export const noMark: ReadingMark = {
  set: () => undefined,
  pause: () => undefined,
  clear: () => undefined,
};

/** The same work, marked slice by slice as work on `file`. */
export function* marked<T>(
  work: Generator<undefined, T, undefined>,
  file: CorpusFile,
  mark: ReadingMark,
): Generator<undefined, T, undefined> {
  try {
    for (;;) {
      mark.set(file);
      const step = work.next();
      mark.pause();
      if (step.done === true) return step.value;
      yield;
    }
  } finally {
    (work as Iterator<undefined>).return?.();
  }
}

/** Tells the files of `skip` from others, and from themselves once their size or time has changed. */
export function isIn(skip: readonly CorpusFile[] = []): (file: CorpusFile) => boolean {
  const stats = new Map<string, FileStat>(skip.map(file => [file.path, file]));
  return ({ path, sizeBytes, mtimeMs }) => {
    const stat = stats.get(path);
    return stat?.sizeBytes === sizeBytes && stat.mtimeMs === mtimeMs;
  };
}
