// "What does ... do": what is declared under a name, by its documentation, its signature, what it calls and where it is
// used; and the same of a piece of code that is selected.

import { languageOf } from '../../corpus/fileKind.ts';
import { declineUnknown } from './decline.ts';
import { calleesOf, definitionsOf, mentionsOf } from '../search/definitions.ts';
import { findPlaces } from './find.ts';
import { code, introduce, placeOf } from '../search/prose.ts';
import type { Intent } from '../search/question.ts';
import type { ChatSources, Hit } from '../search/retrieve.ts';
import { ChunkReader, retrieve } from '../search/retrieve.ts';
import { citationAt, cite } from './snippet.ts';
import type { ChatEvent, ChatReference, ChatRequest } from '../model/types.ts';

const maxDefinitions = 3;
const maxCallees = 6;
/** Each costs a look through the index. */
const maxLookedUp = 60;

export async function* explainName(
  { topic, name }: Extract<Intent, { kind: 'explain' }>,
  request: ChatRequest,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const definitions = name === '' ? [] : await definitionsOf(sources, name, maxDefinitions);
  const [first, ...others] = definitions;
  if (first === undefined) {
    if (name !== '' && (await mentionsOf(sources, name)).length === 0) {
      yield declineUnknown(topic, await retrieve(sources, topic, maxDefinitions));
      return;
    }
    yield* findPlaces(topic, request, sources);
    return;
  }
  yield { kind: 'markdown', text: `${introduce(first.path, first.chunk)}\n\n` };
  yield { kind: 'snippet', citation: cite(first, topic) };
  const hover = request.languageServer.find(fact => fact.kind === 'hover' && fact.symbol === name);
  if (hover?.kind === 'hover' && first.chunk.doc === '') {
    const [line = ''] = hover.text
      .replace(/```\w*/g, '')
      .trim()
      .split('\n');
    yield { kind: 'markdown', text: `The language server says ${code(line)}.\n\n` };
  }
  const calls = await callsOf(first.chunk.body, name, sources);
  if (calls !== '') yield { kind: 'markdown', text: `It calls ${calls}.\n\n` };
  yield { kind: 'markdown', text: await usedText(name, request, sources) };
  if (others.length === 0) return;
  yield { kind: 'markdown', text: `\nDeclared under the same name:\n\n` };
  for (const other of others) yield { kind: 'snippet', citation: cite(other, topic, 8) };
}

/** Says what the selected lines belong to, what they call, and what their documentation says. */
export async function* explainSelection(
  selection: Extract<ChatReference, { kind: 'selection' }>,
  sources: ChatSources | undefined,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { path, startLine, endLine, text } = selection;
  const around =
    sources === undefined ? undefined : await declarationAround(sources, path, startLine, endLine);
  if (around !== undefined)
    yield {
      kind: 'markdown',
      text: `Lines ${startLine} to ${endLine} belong to ${introduce(path, around.chunk)}\n\n`,
    };
  const lines = ['', ...text.split('\n')];
  const shown = citationAt(
    path,
    lines,
    2,
    Math.min(lines.length, 19),
    1,
    around === undefined ? '' : around.chunk.name,
  );
  const last = Math.min(endLine, startLine + shown.text.split('\n').length - 1);
  yield {
    kind: 'snippet',
    citation: {
      ...shown,
      line: startLine,
      endLine: last,
      languageId: languageOf(path) ?? selection.languageId,
    },
  };
  const calls = sources === undefined ? '' : await callsOf(text, around?.chunk.name ?? '', sources);
  if (calls !== '') yield { kind: 'markdown', text: `They call ${calls}.\n\n` };
  const outside = [...new Set(calleesOf(text))].length;
  if (calls === '')
    yield {
      kind: 'markdown',
      text: outside === 0 ? 'They call nothing.\n' : 'What they call is not declared in this workspace.\n',
    };
}

async function declarationAround(
  sources: ChatSources,
  path: string,
  startLine: number,
  endLine: number,
): Promise<Hit | undefined> {
  const file = await new ChunkReader(sources).file(path);
  const around = file?.chunks.filter(
    ({ line, endLine: end, name }) => name !== '' && line <= startLine && endLine <= end,
  );
  const inner = around?.at(-1);
  return file === undefined || inner === undefined
    ? undefined
    : { path, chunk: inner, lines: file.lines, score: 1 };
}

/** `parse` (`lib/a.js:3`), `read` (`lib/b.js:9`): what is called and declared in the workspace. */
async function callsOf(body: string, own: string, sources: ChatSources): Promise<string> {
  const calls: string[] = [];
  for (const callee of calleesOf(body).slice(0, maxLookedUp)) {
    if (calls.length === maxCallees) break;
    if (callee === own) continue;
    const [definition] = await definitionsOf(sources, callee, 1);
    if (definition?.chunk.name === callee && definition.chunk.kind !== 'variable')
      calls.push(`${code(callee)} (${placeOf(definition.path, definition.chunk.line)})`);
  }
  return calls.join(', ');
}

async function usedText(
  name: string,
  { languageServer }: ChatRequest,
  sources: ChatSources,
): Promise<string> {
  const references = languageServer.flatMap(fact =>
    fact.kind === 'reference' && fact.symbol === name ? [fact] : [],
  );
  const places = references.length > 0 ? references : await mentionsOf(sources, name);
  const [first, second] = places;
  if (first === undefined) return 'Nothing else in this workspace mentions it.\n';
  const count = places.length === 1 ? 'one place' : `${places.length} places`;
  const examples = [first, second].flatMap(place =>
    place === undefined ? [] : [placeOf(place.path, place.line)],
  );
  return `It is used in ${count}, such as ${examples.join(' and ')}.\n`;
}
