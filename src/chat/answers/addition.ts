// "How do I add another ...": the most typical one that is there, and the places that know of it by name: what a new one
// has to be made like, and where it has to be made known.

import { counted } from '../../base/counted.ts';
import { baseName } from '../../corpus/fileTree.ts';
import type { ChatEvent, ChatRequest } from '../model/types.ts';
import { weightOfWords } from '../search/aspects.ts';
import { mentionsOf } from '../search/definitions.ts';
import { pathWords } from '../search/pathWords.ts';
import type { PlaceHit } from '../search/placeHits.ts';
import { placeHits } from '../search/placeHits.ts';
import { code, placeOf } from '../search/prose.ts';
import { testsNamedAfter } from '../search/relations.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { ChunkReader } from '../search/retrieve.ts';
import { textKind } from '../search/textKind.ts';
import { identifiersOf, isStopWord, partsOf, stemOf } from '../search/words.ts';
import { listed, mainDeclaration } from './fileText.ts';
import { findPlaces } from './find.ts';
import { cite } from './snippet.ts';

const fewest = 2;
const maxKnown = 6;

export async function* showAddition(
  topic: string,
  request: ChatRequest,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const family = familyOf(topic, [...sources.index.paths()]);
  const typical = family === undefined ? undefined : await typicalOf(topic, family, sources);
  if (family === undefined || typical === undefined) {
    yield* findPlaces(topic, request, sources, 'addition');
    return;
  }
  const { path, chunk } = typical;
  const where = family.folder === '' ? 'here' : `in ${code(`${family.folder}/`)}`;
  yield {
    kind: 'markdown',
    text: `There are ${counted(family.members.length, 'file')} of the kind ${where}, such as ${listed(family.members.filter(each => each !== path))}. A typical one to start from is **${code(path)}**:\n\n`,
  };
  yield { kind: 'snippet', citation: cite(typical, chunk.name) };
  const places = await knownPlaces(typical, sources);
  if (places !== '')
    yield {
      kind: 'markdown',
      text: `Places that name it, where a new one may have to be added too:\n\n${places}`,
    };
  const tests = testsNamedAfter(path, sources.index.paths());
  if (tests.length > 0) yield { kind: 'markdown', text: `\nIts tests are in ${listed(tests)}.\n` };
}

interface Family {
  readonly folder: string;
  readonly members: readonly string[];
}

/** Files that are each one of what the question names: in a folder of that name, or with that word in theirs. */
function familyOf(topic: string, paths: readonly string[]): Family | undefined {
  const stems = subjectStems(topic);
  const families = new Map<string, { folder: string; members: string[]; score: number }>();
  const last = stems.at(-1);
  if (last === undefined) return undefined;
  for (const path of paths) {
    if (textKind(path) !== 'source') continue;
    const folders = path.split('/').slice(0, -1);
    for (let at = folders.length - 1; at >= 0; at--) {
      const words = partsOf(folders[at] ?? '').map(stemOf);
      if (!words.includes(last)) continue;
      const folder = folders.slice(0, at + 1).join('/');
      const known = families.get(folder) ?? { folder, members: [], score: 0 };
      known.members.push(path);
      known.score = 2 * words.filter(word => stems.includes(word)).length - words.length / 4;
      families.set(folder, known);
    }
    const name = pathWords(path).name.map(stemOf);
    if (name.length > 1 && name.includes(last)) {
      const folder = folders.join('/');
      const key = `${folder} *`;
      const known = families.get(key) ?? { folder, members: [], score: 0.5 };
      known.members.push(path);
      families.set(key, known);
    }
  }
  const [best] = [...families.values()]
    .filter(({ members }) => members.length > fewest)
    .sort((a, b) => b.score - a.score || b.members.length - a.members.length);
  return best;
}

/** What is to be added: the words that are no asking. */
function subjectStems(topic: string): readonly string[] {
  const weightOf = weightOfWords('addition');
  return identifiersOf(topic)
    .flatMap(partsOf)
    .filter(word => !isStopWord(word) && weightOf(word) === 1)
    .map(stemOf);
}

/** One of the middle size that has a declaration of its own. */
async function typicalOf(
  topic: string,
  { members }: Family,
  sources: ChatSources,
): Promise<PlaceHit | undefined> {
  const own = members.filter(
    path => !/^(?:index|mod|__init__|main|util\w*|base|types)\./.test(baseName(path)),
  );
  const candidates = own.length > 0 ? own : members;
  const sized = candidates
    .map(path => ({ path, size: sources.index.labels(path).length }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => a.size - b.size);
  const middle = sized[Math.floor(sized.length / 2)]?.path;
  const reader = new ChunkReader(sources);
  if (middle === undefined) return (await placeHits(sources, topic, 'addition', 1)).at(0);
  const file = await reader.file(middle);
  const chunk = file === undefined ? undefined : mainDeclaration(middle, file.chunks);
  if (file === undefined || chunk === undefined) return undefined;
  return { path: middle, chunk, lines: file.lines, score: 1, named: 1, more: [] };
}

/** Files beside its own that mention it, a line each. */
async function knownPlaces({ path, chunk }: PlaceHit, sources: ChatSources): Promise<string> {
  const mentions = await mentionsOf(sources, chunk.name);
  const seen = new Set([path]);
  const lines: string[] = [];
  for (const { path: other, line, lines: text } of mentions) {
    if (seen.has(other) || textKind(other) === 'test') continue;
    seen.add(other);
    lines.push(`- ${placeOf(other, line)} ${code((text[line - 1] ?? '').trim().slice(0, 90))}\n`);
    if (lines.length === maxKnown) break;
  }
  return lines.join('');
}
