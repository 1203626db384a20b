// "Where is ...", "how does ... work", "which files ...": the files that agree with the question best, each with its most
// telling piece. The first is quoted, the others are named.

import { fileKind } from '../../corpus/fileKind.ts';
import type { ChatEvent, ChatRequest } from '../model/types.ts';
import type { Aspect } from '../search/aspects.ts';
import { answerThreshold } from '../search/confidence.ts';
import { definitionsOf } from '../search/definitions.ts';
import type { PlaceHit } from '../search/placeHits.ts';
import { placeHits } from '../search/placeHits.ts';
import { code, introduce, placeOf, summaryOf } from '../search/prose.ts';
import { intentOf, isCodeName, nameIn } from '../search/question.ts';
import type { ChatSources, Hit } from '../search/retrieve.ts';
import { ChunkReader, labelOf } from '../search/retrieve.ts';
import { declineUnknown } from './decline.ts';
import { declaresText, purposeOf } from './fileText.ts';
import { relationsText } from './outline.ts';
import { cite } from './snippet.ts';

const maxPlaces = 4;
const maxFiles = 12;
/** Of what the best place is worth, the least that another is named for. */
const minShare = 0.35;
/** Files whose name and folders say so much of what they say of the question are the answer themselves. */
const minNamed = 0.6;

type Asked = Pick<ChatRequest, 'references' | 'languageServer'>;

/** What is declared under the name in the question, then what answers it best; the best first, from different files. */
export async function bestPlaces(
  topic: string,
  { references, languageServer }: Asked,
  sources: ChatSources,
  aspect: Aspect = 'code',
): Promise<readonly PlaceHit[]> {
  const files = new Set(references.map(({ path }) => path));
  const isWanted = (path: string): boolean => files.size === 0 || files.has(path);
  const name = nameIn(topic);
  const declared =
    name === '' || aspect !== 'code'
      ? []
      : (await definitionsOf(sources, name, maxPlaces)).filter(isMeant(name));
  const found = await placeHits(sources, topic, aspect, maxPlaces, isWanted);
  return preferKnown(
    merge(
      declared.filter(({ path }) => isWanted(path)).map(hit => ({ ...hit, named: 0, more: [] })),
      found,
    ),
    languageServer,
  );
}

/** A word that is no name by its shape means what it says, unless a source declares exactly it. */
function isMeant(name: string): (hit: Hit) => boolean {
  return ({ path, chunk }) =>
    isCodeName(name) || (fileKind(path) === 'source' && chunk.name.toLowerCase() === name.toLowerCase());
}

/** Places that answer the question: the first at length, then those that come close. */
export async function* findPlaces(
  topic: string,
  request: Asked,
  sources: ChatSources,
  aspect: Aspect = 'code',
): AsyncGenerator<ChatEvent, void, undefined> {
  const hits = await bestPlaces(topic, request, sources, aspect);
  const [best, ...others] = hits;
  if (best === undefined || best.score < answerThreshold) {
    yield declineUnknown(topic, hits);
    return;
  }
  yield* showPlaces(topic, best, others, sources);
}

/** The first at length, the others in a line each, and what the first has to do with other files. */
async function* showPlaces(
  topic: string,
  best: PlaceHit,
  others: readonly PlaceHit[],
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  yield { kind: 'markdown', text: `${await openingText(best, sources)}\n\n` };
  yield { kind: 'snippet', citation: cite(best, topic) };
  const { more } = best;
  if (more.length > 0)
    yield { kind: 'markdown', text: `In the same file:\n\n${more.map(lineOf).join('')}\n` };
  const close = others.filter(({ score }) => score >= minShare * best.score);
  if (close.length > 0) yield { kind: 'markdown', text: `See also:\n\n${close.map(lineOf).join('')}\n` };
  const relations = await relationsText(best.path, best.lines, sources);
  if (relations !== '') yield { kind: 'markdown', text: relations };
}

/** Opens with the file where its name answers, else with the declaration. */
async function openingText(best: PlaceHit, sources: ChatSources): Promise<string> {
  const { path, chunk, named } = best;
  if (named < minNamed && labelOf(chunk) !== '') return introduce(path, chunk);
  const file = await new ChunkReader(sources).file(path);
  if (file === undefined) return introduce(path, chunk);
  const purpose = purposeOf(path, file);
  const declares = fileKind(path) === 'docs' ? '' : declaresText(file.chunks);
  const about = [purpose, declares === '' ? '' : `It declares ${declares}.`].filter(text => text !== '');
  const isWhole = labelOf(chunk) === '' || purpose.includes(code(chunk.name));
  const telling = isWhole ? '' : ` The most telling place is ${code(labelOf(chunk))}:`;
  return `**${code(path)}**${about.length === 0 ? ':' : `: ${about.join(' ')}`}${telling}`;
}

/** A place in a list, with what it is. */
export function lineOf({ path, chunk }: Hit): string {
  const label = labelOf(chunk);
  const summary = summaryOf(chunk.doc, 110);
  return `- ${placeOf(path, chunk.line)}${label === '' ? '' : ` ${code(label)}`}${summary === '' ? '' : `: ${summary}`}\n`;
}

/** Declarations of the name that is asked for come first; of each file the first place alone. */
function merge(declared: readonly PlaceHit[], found: readonly PlaceHit[]): readonly PlaceHit[] {
  const seen = new Set<string>();
  return [...declared, ...found].filter(({ path }) => !seen.has(path) && seen.add(path)).slice(0, maxPlaces);
}

/** Places that the language server names as definitions come first. */
function preferKnown(hits: readonly PlaceHit[], facts: ChatRequest['languageServer']): readonly PlaceHit[] {
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

/** The files that agree with the question, each with its best place, then the first of them quoted. */
export async function* findFiles(
  topic: string,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const hits = await placeHits(sources, topic, 'code', maxFiles);
  const [best] = hits;
  if (best === undefined || best.score < answerThreshold) {
    yield declineUnknown(topic, hits);
    return;
  }
  const good = hits.filter(({ score }) => score >= answerThreshold / 2);
  yield { kind: 'markdown', text: `${good.map(lineOf).join('')}\n` };
  yield { kind: 'snippet', citation: cite(best, topic) };
}

/** What answers the question beside what was shown, a line each. */
export async function* showMore(
  { text, shown }: { readonly text: string; readonly shown: readonly string[] },
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { kind } = intentOf(text);
  const aspect: Aspect = kind === 'tests' || kind === 'settings' || kind === 'addition' ? kind : 'code';
  const hits = await placeHits(sources, text, aspect, maxFiles, path => !shown.includes(path));
  const good = hits.filter(({ score }) => score >= answerThreshold / 2);
  if (good.length === 0) {
    yield { kind: 'markdown', text: 'Nothing more in this workspace comes close.\n' };
    return;
  }
  yield { kind: 'markdown', text: `More places:\n\n${good.map(lineOf).join('')}` };
}
