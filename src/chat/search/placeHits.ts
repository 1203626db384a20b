// The places that answer a question, read again: the best files, each with its most telling piece.

import { runInSlices } from '../../base/scheduling/slicer.ts';
import type { Aspect } from './aspects.ts';
import { judgePlace } from './confidence.ts';
import type { FilePlace } from './rankPlaces.ts';
import { rankPlaces } from './rankPlaces.ts';
import type { ChatSources, Hit } from './retrieve.ts';
import { ChunkReader } from './retrieve.ts';

export interface PlaceHit extends Hit {
  /** Share of what it says of the question that its name and folders say, in [0, 1]; 0 of a declaration asked by name. */
  readonly named: number;
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
    if (hit !== undefined)
      hits.push({ ...hit, named: place.file.named / Math.max(1e-9, place.file.coverage) });
  }
  return hits;
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
