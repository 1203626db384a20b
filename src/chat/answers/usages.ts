// "How is ... used", "show an example of ...": where a name is mentioned, by the language server where the editor asked
// it, else by the words of the files.

import { fileKind } from '../../corpus/fileKind.ts';
import { declineUnknown } from './decline.ts';
import type { Mention } from '../search/definitions.ts';
import { definitionsOf, mentionsOf } from '../search/definitions.ts';
import { listed, mainDeclaration } from './fileText.ts';
import { findPlaces } from './find.ts';
import { importersOf } from '../search/relations.ts';
import { code, placeOf } from '../search/prose.ts';
import type { Intent } from '../search/question.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { ChunkReader, labelOf, retrieve } from '../search/retrieve.ts';
import { citationAt, cite } from './snippet.ts';
import type { ChatEvent, ChatRequest, Citation } from '../model/types.ts';

const maxListed = 12;
const maxQuoted = 3;

export async function* showUsages(
  { topic, name }: Extract<Intent, { kind: 'usages' }>,
  request: ChatRequest,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  if (name === '') {
    yield* findPlaces(topic, request, sources);
    return;
  }
  const known = await referencesOf(name, request, sources);
  const mentions = known.length > 0 ? known : await mentionsOf(sources, name);
  const [definition] = await definitionsOf(sources, name, 1);
  if (mentions.length === 0) {
    if (definition === undefined) yield declineUnknown(topic, await retrieve(sources, topic, maxQuoted));
    else {
      yield {
        kind: 'markdown',
        text: `${code(name)} is declared at ${placeOf(definition.path, definition.chunk.line)} and mentioned nowhere else.\n\n`,
      };
      yield { kind: 'snippet', citation: cite(definition, topic, 8) };
    }
    return;
  }
  const files = new Set(mentions.map(({ path }) => path)).size;
  const where =
    definition === undefined
      ? 'is declared outside this workspace'
      : `is declared at ${placeOf(definition.path, definition.chunk.line)}`;
  yield {
    kind: 'markdown',
    text: `${code(name)} ${where} and used in ${count(mentions.length, 'place')} of ${count(files, 'file')}:\n\n`,
  };
  for (const citation of spread(mentions).slice(0, maxQuoted).map(around))
    yield { kind: 'snippet', citation };
  const listed = mentions
    .slice(0, maxListed)
    .map(
      ({ path, line, lines }) =>
        `- ${placeOf(path, line)} ${code((lines[line - 1] ?? '').trim().slice(0, 100))}`,
    );
  const more = mentions.length - listed.length;
  yield {
    kind: 'markdown',
    text: `${listed.join('\n')}\n${more > 0 ? `\nand ${count(more, 'more place')}.\n` : ''}`,
  };
}

/** Who uses what a file is there for. */
export async function* showUsagesOf(
  path: string,
  request: ChatRequest,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const file = await new ChunkReader(sources).file(path);
  const main = file === undefined ? undefined : mainDeclaration(path, file.chunks);
  const importers = await importersOf(sources, path);
  if (importers.length > 0)
    yield { kind: 'markdown', text: `${code(path)} is imported by ${listed(importers)}.\n\n` };
  if (main !== undefined)
    yield* showUsages({ kind: 'usages', topic: main.name, name: main.name }, request, sources);
  else if (importers.length === 0)
    yield { kind: 'markdown', text: `No file of this workspace imports ${code(path)}.\n` };
}

/** A use of the name as others would write it: from documents and examples, then tests, then sources. */
export async function* showExample(
  { topic, name }: Extract<Intent, { kind: 'example' }>,
  request: ChatRequest,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const mentions = name === '' ? [] : await mentionsOf(sources, name);
  if (mentions.length === 0) {
    const definitions = name === '' ? [] : await definitionsOf(sources, name, 1);
    if (name !== '' && definitions.length === 0)
      yield declineUnknown(topic, await retrieve(sources, topic, maxQuoted));
    else yield* findPlaces(topic, request, sources);
    return;
  }
  const ordered = spread(mentions.toSorted((a, b) => exampleOrder(a) - exampleOrder(b)));
  yield { kind: 'markdown', text: `How ${code(name)} is used here:\n\n` };
  for (const citation of ordered.slice(0, maxQuoted).map(around)) yield { kind: 'snippet', citation };
}

function exampleOrder({ path, lines, line }: Mention): number {
  const isCall = /\w\s*\(/.test(lines[line - 1] ?? '') ? 0 : 4;
  if (/(?:^|\/)examples?\//.test(path)) return isCall;
  const kind = fileKind(path);
  return isCall + (kind === 'docs' ? 1 : kind === 'test' ? 2 : 3);
}

/** What the language server calls references, with the lines that they stand on. */
async function referencesOf(
  name: string,
  { languageServer }: ChatRequest,
  sources: ChatSources,
): Promise<readonly Mention[]> {
  const reader = new ChunkReader(sources);
  const mentions: Mention[] = [];
  for (const fact of languageServer) {
    if (fact.kind !== 'reference' || fact.symbol !== name) continue;
    const file = await reader.file(fact.path);
    const chunk = file?.chunks.findLast(({ line, endLine }) => line <= fact.line && fact.line <= endLine);
    if (file !== undefined && chunk !== undefined)
      mentions.push({ path: fact.path, line: fact.line, lines: file.lines, chunk });
  }
  return mentions;
}

/** One of each file first, then the rest. */
function spread(mentions: readonly Mention[]): readonly Mention[] {
  const seen = new Set<string>();
  const firsts = mentions.filter(({ path }) => !seen.has(path) && seen.add(path));
  return [...firsts, ...mentions.filter(mention => !firsts.includes(mention))];
}

/** The line with those around it, as far as they belong to the same declaration. */
function around({ path, line, lines, chunk }: Mention): Citation {
  const first = Math.max(chunk.line, line - 2);
  const last = Math.min(chunk.endLine, lines.length, line + 3);
  return citationAt(path, lines, first, last, 1, labelOf(chunk));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
