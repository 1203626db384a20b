// The places that answer a question, read again: the best files, each with its most telling piece.

import { runInSlices } from '../../base/scheduling/slicer.ts';
import type { Aspect } from './aspects.ts';
import { judge, judgePlace } from './confidence.ts';
import type { Ranking } from './rank.ts';
import type { FilePlace } from './rankPlaces.ts';
import { rankPlaces } from './rankPlaces.ts';
import type { ChatSources, Hit } from './retrieve.ts';
import { ChunkReader, labelOf } from './retrieve.ts';

export interface PlaceHit extends Hit {
  /** Share of what it says of the question that its name and folders say, in [0, 1]; 0 of a declaration asked by name. */
  readonly named: number;
  /** Other pieces of the first file that answer nearly as well, best first; none of the files after it. */
  readonly more: readonly Hit[];
}

/** The best files, best first, each with the piece that answers best. Files that are gone are passed over. */
export async function placeHits(
  sources: ChatSources,
  question: string,
  aspect: Aspect,
  count: number,
  isWanted: (path: string) => boolean = () => true,
): Promise<readonly PlaceHit[]> {
  const { places, ranking } = await runInSlices(rankPlaces(sources, question, aspect));
  const reader = new ChunkReader(sources);
  const hits: PlaceHit[] = [];
  for (const place of places) {
    if (hits.length === count) break;
    if (!isWanted(place.path)) continue;
    const hit = await hitOf(place, judgePlace(place, ranking), reader);
    if (hit === undefined) continue;
    const named = place.file.named / Math.max(1e-9, place.file.coverage);
    const more = hits.length === 0 ? await moreOf(place, ranking, reader) : [];
    hits.push({ ...hit, named, more });
  }
  return hits;
}

const maxMore = 2;
/** Of what the best piece is worth. */
const minShare = 0.6;

async function moreOf(
  { path, best }: FilePlace,
  ranking: Ranking,
  reader: ChunkReader,
): Promise<readonly Hit[]> {
  const more: Hit[] = [];
  for (const ranked of ranking.ranked) {
    if (more.length === maxMore || ranked.score < minShare * (best?.score ?? 0)) break;
    if (ranked.match.path !== path || ranked === best) continue;
    const hit = await reader.hit(ranked.match, judge(ranked, ranking));
    if (hit !== undefined && labelOf(hit.chunk) !== '') more.push(hit);
  }
  return more;
}

async function hitOf(
  { path, best }: FilePlace,
  score: number,
  reader: ChunkReader,
): Promise<Hit | undefined> {
  const hit = best === undefined ? undefined : await reader.hit(best.match, score);
  if (hit !== undefined) return hit;
  const file = await reader.file(path);
  const [first] = file?.chunks ?? [];
  return file === undefined || first === undefined
    ? undefined
    : { path, chunk: first, lines: file.lines, score };
}
