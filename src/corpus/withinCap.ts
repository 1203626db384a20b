// Which files to keep when the workspace is larger than the memory: the order of relevance. In this order,
// 1. sources, then tests, then documentation, then markup, then data and the rest;
// 2. of each, the languages that make up most of the workspace's code before the others;
// 3. of those, what was changed last first, then by path.

import type { FileKind } from './fileKind.ts';
import { fileKind, languageOf } from './fileKind.ts';
import type { CorpusFile } from './fileTree.ts';

/** About 10 million tokens, which an index of 12 bytes a token holds in 120 MB. */
export const defaultCapBytes = 30_000_000;

export interface Selection<File> {
  /** Most relevant first; at most the cap in all. */
  readonly kept: readonly File[];
  /** In the order in which they would have followed. */
  readonly dropped: readonly File[];
}

/**
 * Keeps files in order of relevance; one that no longer fits is passed over and smaller ones after it still get in. The
 * result does not depend on the order of `files`, whose paths must differ.
 */
export function withinCap<File extends CorpusFile>(
  files: readonly File[],
  capBytes: number = defaultCapBytes,
): Selection<File> {
  const main = mainLanguages(files);
  const ranked = files
    .map(file => ({ file, rank: rankOf(file.path, main) }))
    .sort(
      (a, b) => a.rank - b.rank || b.file.mtimeMs - a.file.mtimeMs || (a.file.path < b.file.path ? -1 : 1),
    );
  const kept: File[] = [];
  const dropped: File[] = [];
  let keptBytes = 0;
  for (const { file } of ranked) {
    const fits = keptBytes + file.sizeBytes <= capBytes;
    if (fits) keptBytes += file.sizeBytes;
    (fits ? kept : dropped).push(file);
  }
  return { kept, dropped };
}

const kindOrder: Readonly<Record<FileKind, number>> = {
  source: 0,
  test: 1,
  docs: 2,
  markup: 3,
  data: 4,
  other: 4,
};

function rankOf(path: string, main: ReadonlySet<string>): number {
  const language = languageOf(path);
  return 2 * kindOrder[fileKind(path)] + (language !== undefined && main.has(language) ? 0 : 1);
}

/** Of the code's bytes, the share that the main languages make up together. */
const mainShare = 0.8;

/** The fewest languages that make up that share of the bytes of sources and tests. */
function mainLanguages(files: readonly CorpusFile[]): Set<string> {
  const bytes = new Map<string, number>();
  let total = 0;
  for (const { path, sizeBytes } of files) {
    const language = languageOf(path);
    if (language === undefined || kindOrder[fileKind(path)] > kindOrder.test) continue;
    bytes.set(language, (bytes.get(language) ?? 0) + sizeBytes);
    total += sizeBytes;
  }
  const main = new Set<string>();
  let covered = 0;
  for (const [language, share] of [...bytes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
    if (covered >= total * mainShare) break;
    main.add(language);
    covered += share;
  }
  return main;
}
