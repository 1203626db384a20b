// Chooses where to show a completion in a folder that nobody has prepared: a source file of ordinary size, and in
// it a line whose end the engine is then asked to guess.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** A line cut in two: the engine sees the file without `rest`. */
export interface SamplePlace {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** The line's text before the cut. */
  readonly before: string;
  /** What the file really has after the cut. */
  readonly rest: string;
  /** The whole file without `rest`. */
  readonly text: string;
}

const extensions = new Set(
  '.ts .tsx .js .jsx .mjs .cjs .py .go .rs .java .kt .cs .c .h .cc .cpp .hpp .rb .php .swift .scala .lua .dart'.split(
    ' ',
  ),
);
const skippedFolders = new Set([
  'node_modules',
  'dist',
  'out',
  'build',
  'target',
  'vendor',
  'bin',
  'obj',
  'coverage',
]);
const sizeLimits = { minBytes: 400, maxBytes: 60_000 };
const maxEntries = 5_000;

/** Places in files of `folder`, the most promising first, at most one a file. Empty when there is no source file. */
export function samplePlaces(folder: string): SamplePlace[] {
  const files = sourceFiles(folder);
  // Neither the tiniest nor the longest: from the middle outwards.
  const middle = files.length / 2;
  files.sort((a, b) => a.sizeBytes - b.sizeBytes);
  const ranked = files
    .map((file, index) => ({ file, distance: Math.abs(index - middle) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked.flatMap(({ file }) => placeIn(folder, file.path) ?? []).slice(0, 20);
}

/** The place at the end of `before` in its first line that contains `containing`. Throws when there is none. */
export function placeAt(folder: string, path: string, containing: string, before: string): SamplePlace {
  const text = readFileSync(join(folder, path), 'utf8');
  const lines = text.split('\n');
  const index = lines.findIndex(line => line.includes(containing) && line.includes(before));
  const line = lines[index];
  if (line === undefined) throw new Error(`${path} has no line with ${containing}`);
  return cut(folder, join(folder, path), lines, index, line.indexOf(before) + before.length);
}

function placeIn(folder: string, path: string): SamplePlace | undefined {
  const lines = readFileSync(path, 'utf8').split('\n');
  // In the second half there is something to learn from above.
  for (let index = Math.floor(lines.length / 2); index < lines.length; index++) {
    const head = /^\s+(?:(?:const|let|var|val)\s+)?[\w.]+\s*:?=\s+|^\s+return\s+/.exec(
      lines[index] ?? '',
    )?.[0];
    const rest = (lines[index] ?? '').slice(head?.length ?? 0).trimEnd();
    if (head !== undefined && rest.length >= 8) return cut(folder, path, lines, index, head.length);
  }
  return undefined;
}

function cut(
  folder: string,
  path: string,
  lines: readonly string[],
  index: number,
  column: number,
): SamplePlace {
  const line = lines[index] ?? '';
  const lineEnd = line.endsWith('\r') ? '\r' : '';
  const before = line.slice(0, column);
  return {
    path: relative(folder, path).split(sep).join('/'),
    line: index + 1,
    before,
    rest: line.slice(column).trimEnd(),
    text: [...lines.slice(0, index), before + lineEnd, ...lines.slice(index + 1)].join('\n'),
  };
}

function sourceFiles(folder: string): { path: string; sizeBytes: number }[] {
  const files: { path: string; sizeBytes: number }[] = [];
  const folders = [folder];
  let entries = 0;
  for (let current = folders.shift(); current !== undefined; current = folders.shift()) {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      if (++entries > maxEntries) return files;
      const path = join(current, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !skippedFolders.has(entry.name)) folders.push(path);
      } else if (entry.isFile() && extensions.has(extname(entry.name))) {
        const sizeBytes = statSync(path).size;
        if (sizeBytes >= sizeLimits.minBytes && sizeBytes <= sizeLimits.maxBytes)
          files.push({ path, sizeBytes });
      }
    }
  }
  return files;
}
