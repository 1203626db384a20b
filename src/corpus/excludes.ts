// The editor's files.exclude and search.exclude: maps from a glob to whether it excludes, or to a file beside it on
// which that depends (`"**/*.js": { "when": "$(basename).ts" }`).

import { baseName } from './fileTree.ts';
import { globPattern } from './glob.ts';

/** As the settings hold them. `false` switches off a pattern, such as one of the editor's defaults. */
export type ExcludeMap = Readonly<Record<string, boolean | { readonly when: string }>>;

/**
 * Whether a file or folder is excluded. `siblings` are the names in its folder; whatever lies below an excluded folder
 * is excluded as well, which the caller sees to by not entering it.
 */
export type ExcludeTest = (path: string, siblings: ReadonlySet<string>) => boolean;

/** Each map stands for itself: `false` in one does not take back `true` in another. */
export function excludeTest(maps: readonly ExcludeMap[]): ExcludeTest {
  const patterns = maps
    .flatMap(map => Object.entries(map))
    .filter(([, value]) => value !== false)
    .map(([glob, value]) => ({
      pattern: globPattern(glob),
      when: typeof value === 'object' ? value.when : undefined,
    }));
  return (path, siblings) =>
    patterns.some(({ pattern, when }) => {
      if (!pattern.test(path)) return false;
      if (when === undefined) return true;
      const stem = baseName(path).replace(/\.[^.]*$/, '');
      return siblings.has(when.replaceAll('$(basename)', () => stem));
    });
}
