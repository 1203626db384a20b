// "Where is ...", "which files ...": the places that agree with the question best, each quoted.

import { answerThreshold } from '../search/confidence.ts';
import { declineUnknown } from './decline.ts';
import { definitionsOf } from '../search/definitions.ts';
import { code, describeKind, inert, introduce, placeOf, summaryOf } from '../search/prose.ts';
import { nameIn } from '../search/question.ts';
import type { ChatSources, Hit } from '../search/retrieve.ts';
import { labelOf, retrieve } from '../search/retrieve.ts';
import { cite } from './snippet.ts';
import type { ChatEvent, ChatRequest } from '../model/types.ts';

const mostPlaces = 3;
const mostFiles = 12;
/** Lines quoted of the places after the first. */
const fewLines = 10;

type Asked = Pick<ChatRequest, 'references' | 'languageServer'>;

/** What is declared under the name in the question, then what answers it best; the best first. */
export async function bestPlaces(
  topic: string,
  { references, languageServer }: Asked,
  sources: ChatSources,
): Promise<readonly Hit[]> {
  const files = new Set(references.map(({ path }) => path));
  const isWanted = (path: string): boolean => files.size === 0 || files.has(path);
  const name = nameIn(topic);
  const declared = name === '' ? [] : await definitionsOf(sources, name, mostPlaces);
  const found = await retrieve(sources, topic, mostPlaces, isWanted);
  return preferKnown(
    merge(
      declared.filter(({ path }) => isWanted(path)),
      found,
    ),
    languageServer,
  );
}

/** Places that answer the question: the first at length, then those that come close. */
export async function* findPlaces(
  topic: string,
  request: Asked,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const hits = await bestPlaces(topic, request, sources);
  const [best, ...others] = hits;
  if (best === undefined || best.score < answerThreshold) {
    yield declineUnknown(topic, hits);
    return;
  }
  yield { kind: 'markdown', text: `${introduce(best.path, best.chunk)}\n\n` };
  yield { kind: 'snippet', citation: cite(best, topic) };
  if (others.length === 0) return;
  yield { kind: 'markdown', text: 'Close to it:\n\n' };
  for (const hit of others) yield { kind: 'snippet', citation: cite(hit, topic, fewLines) };
}

/** Declarations of the name that is asked for come first. */
function merge(declared: readonly Hit[], found: readonly Hit[]): readonly Hit[] {
  const others = found.filter(
    hit => !declared.some(({ path, chunk }) => path === hit.path && chunk.line === hit.chunk.line),
  );
  return [...declared, ...others].slice(0, mostPlaces);
}

/** Places that the language server names as definitions come first. */
function preferKnown(hits: readonly Hit[], facts: ChatRequest['languageServer']): readonly Hit[] {
  const isDefined = ({ path, chunk }: Hit): boolean =>
    facts.some(
      fact =>
        fact.kind === 'definition' &&
        fact.path === path &&
        chunk.line <= fact.line &&
        fact.line <= chunk.endLine &&
        fact.symbol === chunk.name,
    );
  return hits.toSorted((a, b) => Number(isDefined(b)) - Number(isDefined(a)));
}

/** The files in which the best places lie, each with what is in it. */
export async function* findFiles(
  topic: string,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const hits = await retrieve(sources, topic, 2 * mostFiles);
  const [best] = hits;
  if (best === undefined || best.score < answerThreshold) {
    yield declineUnknown(topic, hits);
    return;
  }
  const good = hits.filter(({ score }) => score >= answerThreshold / 2);
  const byFile = new Map<string, Hit[]>();
  for (const hit of good) byFile.set(hit.path, [...(byFile.get(hit.path) ?? []), hit]);
  for (const [path, own] of [...byFile].slice(0, mostFiles)) {
    const names = own.map(({ chunk }) =>
      labelOf(chunk) === '' ? placeOf(path, chunk.line) : code(labelOf(chunk)),
    );
    const [first] = own;
    const summary = first === undefined ? '' : summaryOf(first.chunk.doc, 120);
    yield {
      kind: 'markdown',
      text: `- ${code(path)}: ${names.slice(0, 4).join(', ')}${summary === '' ? '' : `. ${summary}`}\n`,
    };
  }
  yield {
    kind: 'markdown',
    text: `\n${inert(labelOf(best.chunk))}${labelOf(best.chunk) === '' ? 'The best place' : `, ${describeKind(best.chunk)}`}:\n\n`,
  };
  for (const hit of good.slice(0, mostPlaces))
    yield { kind: 'snippet', citation: cite(hit, topic, fewLines) };
}
