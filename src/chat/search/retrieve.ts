// From a question to places with their text: ranks the index, then reads the best files again, so that what is quoted
// is what stands there now, also when a file changed since it was indexed.

import type { Chunk } from '../model/chunk.ts';
import { chunkFile } from '../chunks/chunkFile.ts';
import { judge } from './confidence.ts';
import type { Grammars } from '../chunks/grammars.ts';
import { rank } from './rank.ts';
import type { Match, SearchIndex } from './searchIndex.ts';
import { kindOf, labelIn, matchLine } from './searchIndex.ts';
import { runInSlices } from '../../base/scheduling/slicer.ts';
import type { WordVectors } from './wordVectors.ts';

/** What chat reads of a workspace. */
export interface ChatSources {
  readonly index: SearchIndex;
  readonly grammars: Grammars;
  readonly vectors: WordVectors;
  /** Whether files of the workspace are still to be read. */
  readonly isPartial: boolean;
  /** Files and folders left out of the index, by reason; complete once all is read. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** The text of a file as the corpus admits it: secrets replaced, line ends `\n`; undefined where it is not admitted. */
  read(path: string): Promise<string | undefined>;
}

export interface Hit {
  readonly path: string;
  readonly chunk: Chunk;
  /** Lines of the file, from its first. */
  readonly lines: readonly string[];
  /** How likely it answers the question, in [0, 1]. */
  readonly score: number;
}

/** The places that answer the question best, best first, each with its score. Files that are gone are passed over. */
export async function retrieve(
  sources: ChatSources,
  question: string,
  count: number,
  isWanted: (path: string) => boolean = () => true,
): Promise<readonly Hit[]> {
  const ranking = await runInSlices(rank(sources.index, sources.vectors, question));
  const reader = new ChunkReader(sources);
  const hits: Hit[] = [];
  for (const ranked of ranking.ranked) {
    if (hits.length === count) break;
    if (!isWanted(ranked.match.path)) continue;
    const hit = await reader.hit(ranked.match, judge(ranked, ranking));
    if (hit !== undefined && !hits.some(other => isSamePlace(other, hit))) hits.push(hit);
  }
  return hits;
}

/** Reads and takes apart each file once. */
export class ChunkReader {
  private readonly sources: ChatSources;
  private readonly files = new Map<
    string,
    Promise<{ readonly chunks: readonly Chunk[]; readonly lines: readonly string[] } | undefined>
  >();

  constructor(sources: ChatSources) {
    this.sources = sources;
  }

  file(
    path: string,
  ): Promise<{ readonly chunks: readonly Chunk[]; readonly lines: readonly string[] } | undefined> {
    let file = this.files.get(path);
    if (file === undefined) {
      file = this.read(path);
      this.files.set(path, file);
    }
    return file;
  }

  /** The chunk that the match speaks of, as it is now: the nearest of that name. */
  async hit(match: Match, score: number): Promise<Hit | undefined> {
    const file = await this.file(match.path);
    if (file === undefined) return undefined;
    const [label, kind, line] = [labelIn(match), kindOf(match), matchLine(match)];
    const same = file.chunks.filter(chunk => labelOf(chunk) === label && chunk.kind === kind);
    const [nearest] = same.sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line));
    return nearest === undefined ? undefined : { path: match.path, chunk: nearest, lines: file.lines, score };
  }

  private async read(path: string) {
    const text = await this.sources.read(path);
    if (text === undefined) return undefined;
    const grammar = await this.sources.grammars.of(path);
    return { chunks: await runInSlices(chunkFile(path, text, grammar)), lines: text.split('\n') };
  }
}

export function labelOf({ container, name }: Pick<Chunk, 'container' | 'name'>): string {
  return container === '' ? name : `${container}.${name}`;
}

function isSamePlace(a: Hit, b: Hit): boolean {
  return a.path === b.path && a.chunk.line === b.chunk.line && a.chunk.endLine === b.chunk.endLine;
}
