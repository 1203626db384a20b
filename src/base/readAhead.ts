// Files that are known to be asked for soon, and that begin to be read before.

import type { Files } from './files.ts';

/**
 * Begins to read the places, in their order. What was read ahead is given once; whoever asks again gets it anew. What
 * nobody asked for after `keptMs`, where that is given, is let go of.
 */
export function readAhead<F extends Pick<Files, 'read'>>(
  files: F,
  places: readonly string[],
  keptMs?: number,
): F {
  const ahead = new Map<string, Promise<Uint8Array | undefined>>();
  for (const place of places) {
    const reading = files.read(place);
    // The caller who asks for it gets the error.
    reading.catch(() => undefined);
    ahead.set(place, reading);
  }
  if (keptMs !== undefined)
    setTimeout(() => {
      ahead.clear();
    }, keptMs);
  return {
    ...files,
    read(place: string) {
      const reading = ahead.get(place);
      ahead.delete(place);
      return reading ?? files.read(place);
    },
  };
}
