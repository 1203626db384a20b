// "Explain this file", "what is in this folder": what it is for, what is in it, who needs it and what tests it.

import { counted } from '../../base/counted.ts';
import { fileKind, languageOf } from '../../corpus/fileKind.ts';
import { baseName } from '../../corpus/fileTree.ts';
import type { ChatEvent } from '../model/types.ts';
import { code } from '../search/prose.ts';
import { importersOf, importsOf, moduleTable, testedBy, testsNamedAfter } from '../search/relations.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { ChunkReader } from '../search/retrieve.ts';
import { isReadme, textKind } from '../search/textKind.ts';
import { decline } from './decline.ts';
import { declaresText, listed, mainDeclaration, outlineOf, plainParagraph, purposeOf } from './fileText.ts';
import { citationAt } from './snippet.ts';

const maxOutlined = 14;
const maxEntries = 16;
/** Lines quoted of the main declaration. */
const quotedLines = 10;

export async function* explainFile(
  path: string,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const file = await new ChunkReader(sources).file(path);
  if (file === undefined) {
    yield decline('not-in-workspace', `${code(path)} is not among the files that chat reads.`);
    return;
  }
  const purpose = purposeOf(path, file);
  const size = counted(file.lines.length, 'line');
  yield {
    kind: 'markdown',
    text: `**${code(path)}**, ${describeFile(path)} of ${size}${purpose === '' ? '.' : `: ${purpose}`}\n\n`,
  };
  const outline = outlineOf(path, file.chunks, maxOutlined);
  if (outline.trim() !== '') yield { kind: 'markdown', text: `What is in it:\n\n${outline}\n` };
  const main = mainDeclaration(path, file.chunks);
  if (main !== undefined) {
    const end = Math.min(main.endLine, main.line + quotedLines - 1);
    yield {
      kind: 'snippet',
      citation: citationAt(path, file.lines, main.line, end, 1, main.name),
    };
  } else {
    const end = Math.min(file.lines.length, quotedLines);
    yield { kind: 'snippet', citation: citationAt(path, file.lines, 1, Math.max(1, end), 1, '') };
  }
  yield { kind: 'markdown', text: await relationsText(path, file.lines, sources) };
}

function describeFile(path: string): string {
  const language = languageOf(path);
  const kind = textKind(path);
  const what = { test: 'a test', guide: 'a document', record: 'a document', example: 'an example' } as const;
  if (kind === 'test' || kind === 'guide' || kind === 'record' || kind === 'example') return what[kind];
  return language === undefined ? 'a file' : `a ${language} file`;
}

/** What it needs, who needs it, and its tests; '' where nothing is known. */
export async function relationsText(
  path: string,
  lines: readonly string[],
  sources: ChatSources,
): Promise<string> {
  if (fileKind(path) !== 'source' && fileKind(path) !== 'test') return '';
  const { index } = sources;
  const imports = importsOf(path, lines, moduleTable(index.paths()));
  const importers = await importersOf(sources, path);
  const tests = [
    ...new Set([
      ...testsNamedAfter(path, index.paths()),
      ...importers.filter(other => textKind(other) === 'test'),
    ]),
  ];
  const users = importers.filter(other => textKind(other) !== 'test');
  const tested = textKind(path) === 'test' ? testedBy(path, index.paths()) : [];
  const sentences = [
    imports.length === 0 ? '' : `It needs ${listed(imports)}.`,
    users.length === 0 ? '' : `It is imported by ${listed(users)}.`,
    tests.length === 0 ? '' : `Its tests are in ${listed(tests)}.`,
    tested.length === 0 ? '' : `It tests ${listed(tested)}.`,
  ].filter(sentence => sentence !== '');
  return sentences.length === 0 ? '' : `${sentences.join(' ')}\n`;
}

export async function* explainFolder(
  path: string,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const inside = [...sources.index.paths()].filter(each => each.startsWith(`${path}/`)).sort();
  const entries = entriesOf(path, inside);
  const reader = new ChunkReader(sources);
  const readme = inside.find(each => isReadme(each) && !each.slice(path.length + 1).includes('/'));
  const text = readme === undefined ? undefined : await sources.read(readme);
  const said = text === undefined ? '' : plainParagraph(text);
  yield {
    kind: 'markdown',
    text: `**${code(`${path}/`)}** holds ${counted(inside.length, 'file')}${said === '' ? ':' : `. ${code(readme ?? '')} says: ${said.slice(0, 300)}`}\n\n`,
  };
  for (const { name, files } of entries.slice(0, maxEntries)) {
    const [first = ''] = files;
    const isFolder = files.length > 1 || first !== `${path}/${name}`;
    const file = isFolder ? undefined : await reader.file(first);
    const purpose = file === undefined ? '' : purposeOf(first, file) || declaresText(file.chunks, 4);
    const what = isFolder ? counted(files.length, 'file') : purpose;
    yield {
      kind: 'markdown',
      text: `- ${code(isFolder ? `${path}/${name}/` : first)}${what === '' ? '' : `: ${what}`}\n`,
    };
  }
  const more = entries.length - maxEntries;
  if (more > 0) yield { kind: 'markdown', text: `\nand ${more} more.\n` };
}

interface Entry {
  readonly name: string;
  readonly files: readonly string[];
}

/** What lies directly in a folder: sources first, then folders, then the rest. */
export function entriesOf(folder: string, inside: readonly string[]): readonly Entry[] {
  const byName = new Map<string, string[]>();
  const start = folder === '' ? 0 : folder.length + 1;
  for (const path of inside) {
    const [name = ''] = path.slice(start).split('/');
    byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  const order = ({ files }: Entry): number =>
    files.some(path => textKind(path) === 'source')
      ? 0
      : files.some(path => isReadme(baseName(path)))
        ? 1
        : 2;
  return [...byName]
    .map(([name, files]) => ({ name, files }))
    .toSorted((a, b) => order(a) - order(b) || b.files.length - a.files.length || (a.name < b.name ? -1 : 1));
}
