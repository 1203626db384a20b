// What files have to do with each other: which import which, and which tests are of what. Told by import lines, by names
// and by paths, so it needs no language server and no build.

import { fileKind } from '../../corpus/fileKind.ts';
import { pathWords } from './pathWords.ts';
import type { ChatSources } from './retrieve.ts';
import { runInSlices } from '../../base/scheduling/slicer.ts';
import { textKind } from './textKind.ts';
import { hashOf, joined, stemOf } from './words.ts';

/** Files read at most to find who imports one. */
const maxRead = 40;

/** Files of the workspace that a file imports, in the order of its import lines. */
export function importsOf(path: string, lines: readonly string[], known: ModuleTable): readonly string[] {
  const found = new Set<string>();
  for (const line of lines.slice(0, maxImportLines))
    for (const specifier of specifiersIn(line)) {
      const imported = resolve(specifier, path, known);
      if (imported !== undefined && imported !== path) found.add(imported);
    }
  return [...found];
}

/** Files that import a file; sources before tests. */
export async function importersOf(sources: ChatSources, path: string): Promise<readonly string[]> {
  const { name } = pathWords(path);
  const terms = [...new Set([hashOf(joined(name)), ...name.map(word => hashOf(stemOf(word)))])];
  const { matches } = await runInSlices(sources.index.search(terms.map(hash => ({ hash }))));
  const candidates = [...new Set(matches.map(match => match.path))].filter(
    other => other !== path && (fileKind(other) === 'source' || fileKind(other) === 'test'),
  );
  const importers: string[] = [];
  const known = moduleTable(sources.index.paths());
  for (const other of candidates.sort((a, b) => nearness(b, path) - nearness(a, path)).slice(0, maxRead)) {
    const text = await sources.read(other);
    if (text === undefined) continue;
    if (importsOf(other, text.split('\n'), known).includes(path)) importers.push(other);
  }
  return importers.sort((a, b) => Number(textKind(a) === 'test') - Number(textKind(b) === 'test'));
}

/** Tests that are named after a file, the nearest first. */
export function testsNamedAfter(path: string, paths: Iterable<string>): readonly string[] {
  const own = pathWords(path).name.map(stemOf).join(' ');
  return [...paths]
    .filter(other => other !== path && textKind(other) === 'test' && fileKind(other) === 'test')
    .filter(other => pathWords(other).name.map(stemOf).join(' ') === own)
    .sort((a, b) => nearness(b, path) - nearness(a, path) || (a < b ? -1 : 1));
}

/** The files that a test is named after, the nearest first. */
export function testedBy(test: string, paths: Iterable<string>): readonly string[] {
  const own = pathWords(test).name.map(stemOf).join(' ');
  return [...paths]
    .filter(other => textKind(other) === 'source' && pathWords(other).name.map(stemOf).join(' ') === own)
    .sort((a, b) => nearness(b, test) - nearness(a, test) || (a < b ? -1 : 1));
}

/** How many folders two paths share, wherever they stand in them. */
function nearness(a: string, b: string): number {
  const folders = new Set(b.split('/').slice(0, -1));
  return a
    .split('/')
    .slice(0, -1)
    .filter(folder => folders.has(folder)).length;
}

const maxImportLines = 400;

/** What an import line names: `./b.ts`, `flask.sessions`, `crate::walk`. */
export function specifiersIn(line: string): readonly string[] {
  if (line.length > 500) return [];
  const quoted =
    /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:_relative|_once)?\s*\(?\s*|#include\s*)["']([^"']+)["']/.exec(
      line,
    );
  if (quoted?.[1] !== undefined) return [quoted[1]];
  const from = /^\s*from\s+([\w.]+)\s+import\s+([\w\s,]+)/.exec(line);
  if (from !== null) {
    const [, module = '', names = ''] = from;
    const dot = module.endsWith('.') ? '' : '.';
    return [module, ...names.split(',').map(name => `${module}${dot}${name.trim().split(' ')[0] ?? ''}`)];
  }
  const plain =
    /^\s*(?:import|using|use|pub use|(?:pub(?:\([^)]*\))? )?mod)\s+(?:static\s+)?([\w.:\\]+)/.exec(line);
  return plain?.[1] === undefined ? [] : [plain[1]];
}

/** How the workspace's files are named in import lines. */
export interface ModuleTable {
  /** Paths without their endings, and folders of index files. */
  readonly modules: ReadonlyMap<string, string>;
  /** The same by the last name. */
  readonly byLast: ReadonlyMap<string, readonly string[]>;
}

export function moduleTable(paths: Iterable<string>): ModuleTable {
  const modules = new Map<string, string>();
  const byLast = new Map<string, string[]>();
  for (const path of paths) {
    const kind = fileKind(path);
    if (kind !== 'source' && kind !== 'test') continue;
    const module = path.replace(/\.[^./]+$/, '').replace(/\/(?:index|__init__|mod)$/, '');
    modules.set(path, path);
    modules.set(module, path);
    const last = module.slice(module.lastIndexOf('/') + 1);
    byLast.set(last, [...(byLast.get(last) ?? []), path]);
  }
  return { modules, byLast };
}

function resolve(specifier: string, from: string, { modules, byLast }: ModuleTable): string | undefined {
  const folder = from.split('/').slice(0, -1);
  const isRelative = specifier.startsWith('./') || specifier.startsWith('../');
  if (isRelative || /["'\\/]/.test(specifier) || modules.has([...folder, specifier].join('/'))) {
    const parts = isRelative ? [...folder] : [];
    for (const part of specifier.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '.' && part !== '') parts.push(part);
    }
    const joinedPath = parts.join('/');
    const exact = modules.get(joinedPath) ?? modules.get(joinedPath.replace(/\.[cm]?jsx?$/, ''));
    if (exact !== undefined || isRelative) return exact ?? modules.get([...folder, specifier].join('/'));
  }
  const parts = specifier
    .split(/::|[./\\]/)
    .filter(part => part !== '' && part !== 'crate' && part !== 'super');
  const last = parts.at(-1);
  if (last === undefined) return undefined;
  const wanted = parts.slice(-2);
  const candidates = byLast.get(last) ?? [];
  const full = candidates.filter(path => wanted.length < 2 || path.split('/').includes(wanted[0] ?? ''));
  const isLocal = specifier.startsWith('.') || parts.length === 1;
  const chosen = isLocal
    ? candidates.filter(path => path.split('/').slice(0, -1).join('/') === folder.join('/'))
    : full;
  return chosen[0];
}
