// Files that benchmarks and soaks type into.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds dist/, from the bundle in it. */
export function repository(): string {
  return dirname(dirname(fileURLToPath(import.meta.url)));
}

/** Source files below a folder, sorted, that are neither tiny nor huge. */
export function sourceFiles(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(?:ts|tsx|js|py|go|rs|java|c|cpp|cs)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new Error(`${folder}: holds no source files to type`);
  return files;
}
