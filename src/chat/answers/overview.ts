// "What is this repository?", "where do I start?", "how is it laid out?": what its README says, where it is entered, and
// what its folders hold.

import { counted } from '../../base/counted.ts';
import { baseName } from '../../corpus/fileTree.ts';
import type { ChatEvent } from '../model/types.ts';
import { code } from '../search/prose.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { ChunkReader } from '../search/retrieve.ts';
import { isReadme, textKind } from '../search/textKind.ts';
import { decline } from './decline.ts';
import { declaresText, plainParagraph, purposeOf } from './fileText.ts';
import { entriesOf } from './outline.ts';
import { citationAt } from './snippet.ts';

const maxEntryPoints = 3;
const maxEntries = 12;
const quotedLines = 8;

export async function* showOverview(sources: ChatSources): AsyncGenerator<ChatEvent, void, undefined> {
  const paths = [...sources.index.paths()].sort();
  const readme = paths.filter(isReadme).toSorted((a, b) => depthOf(a) - depthOf(b))[0];
  const text = readme === undefined ? undefined : await sources.read(readme);
  const said = text === undefined ? '' : plainParagraph(text).slice(0, 500);
  if (readme !== undefined)
    yield {
      kind: 'markdown',
      text: said === '' ? `**${code(readme)}** introduces it.\n\n` : `${said} (${code(readme)})\n\n`,
    };
  const reader = new ChunkReader(sources);
  const entryPoints = await entryPointsOf(paths, path => sources.read(path));
  const lines: string[] = [];
  for (const path of entryPoints.slice(0, maxEntryPoints)) {
    const file = await reader.file(path);
    if (file === undefined) continue;
    const purpose = purposeOf(path, file) || declaresText(file.chunks, 4);
    lines.push(`- ${code(path)}${purpose === '' ? '' : `: ${purpose}`}\n`);
  }
  if (lines.length > 0) yield { kind: 'markdown', text: `Start reading at:\n\n${lines.join('')}\n` };
  const [first] = entryPoints;
  const entry = first === undefined ? undefined : await reader.file(first);
  if (first !== undefined && entry !== undefined) {
    const end = Math.min(entry.lines.length, quotedLines);
    yield { kind: 'snippet', citation: citationAt(first, entry.lines, 1, end, 1, '') };
  }
  if (readme === undefined && entry === undefined && paths.length === 0) {
    yield decline('empty-workspace', 'There is no file in this workspace yet.');
    return;
  }
  const entries = entriesOf('', paths).filter(({ name, files }) => files.length > 1 || files[0] !== name);
  const folders = entries
    .slice(0, maxEntries)
    .map(
      ({ name, files }) =>
        `- ${code(`${name}/`)}: ${counted(files.length, 'file')}, mostly ${mostly(files)}\n`,
    );
  if (folders.length > 0) yield { kind: 'markdown', text: `How it is laid out:\n\n${folders.join('')}` };
}

function mostly(files: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of files) {
    const kind = textKind(path);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const [kind = 'other'] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const texts: Readonly<Record<string, string>> = {
    source: 'sources',
    test: 'tests',
    guide: 'documents',
    record: 'records',
    example: 'examples',
    markup: 'markup',
    data: 'data',
  };
  return texts[kind] ?? 'other files';
}

function depthOf(path: string): number {
  return path.split('/').length;
}

/** Where it is entered: what manifests name, what is called main, and what bears the name of the folder around it. */
async function entryPointsOf(
  paths: readonly string[],
  read: ChatSources['read'],
): Promise<readonly string[]> {
  const known = new Set(paths);
  const sources = paths
    .filter(path => textKind(path) === 'source')
    .toSorted((a, b) => depthOf(a) - depthOf(b));
  const named = [...(await manifestEntries(paths, read))].filter(path => known.has(path));
  const called = sources.filter(path =>
    /^(?:main|index|app|cli|lib|mod|__main__|__init__)\.\w+$/i.test(baseName(path)),
  );
  const ancestors = sources.filter(path => {
    const parts = path
      .toLowerCase()
      .replace(/\.[^.]*$/, '')
      .split('/');
    const own = parts.pop() ?? '';
    return parts.includes(own);
  });
  const isSmall = (path: string): boolean => depthOf(path) <= 3;
  return [
    ...new Set([
      ...named,
      ...ancestors,
      ...called.filter(isSmall),
      ...called,
      ...sources.filter(path => depthOf(path) === 1),
      ...sources.slice(0, 1),
    ]),
  ];
}

/** Paths that manifests give for `main`, `bin` and the like, with and without their built place. */
/** A longer line of a manifest is not written by a person. */
const maxManifestLine = 300;

function namedEntries(manifest: string): readonly string[] {
  return manifest
    .split('\n')
    .filter(line => line.length <= maxManifestLine)
    .flatMap(line =>
      [...line.matchAll(/"?(?:main|module|bin|source|path|\w*entry\w*|\.)"?\s*[:=]\s*"\.?\/?([^"]+)"/g)].map(
        ([, value = '']) => value,
      ),
    );
}

async function manifestEntries(
  paths: readonly string[],
  read: ChatSources['read'],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const manifest of paths.filter(path =>
    /^(?:package|composer)\.json$|^(?:Cargo|pyproject)\.toml$/.test(path),
  )) {
    const text = (await read(manifest)) ?? '';
    for (const value of namedEntries(text)) {
      found.add(value);
      for (const path of paths)
        if (path.replace(/\.[^.]*$/, '').endsWith(stemPath(value)) && textKind(path) === 'source')
          found.add(path);
    }
  }
  return found;
}

/** `dist/index/index.js` is built from `src/index/index.ts`. */
function stemPath(built: string): string {
  const plain = built.replace(/(?:\.d)?\.[^./]*$/, '').replace(/^\.?\/?(?:dist|build|out|lib|esm|cjs)\//, '');
  return `/${plain}`;
}
