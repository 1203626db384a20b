// Files that are known to be asked for soon, and that begin to be read before.

import type { Files } from './files.ts';

/**
 * Begins to read the places, in their order. What was read ahead is given once; whoever asks again gets it anew. What
 * nobody asked for after `keptMs` is let go of.
 */
export function readAhead(files: Files, places: readonly string[], keptMs = 15_000): Files {
  const ahead = new Map<string, Promise<Uint8Array | undefined>>();
  for (const place of places) {
    const reading = files.read(place);
    // Whoever asks for it is told.
    reading.catch(() => undefined);
    ahead.set(place, reading);
  }
  setTimeout(() => {
    ahead.clear();
  }, keptMs);
  return {
    ...files,
    read(place) {
      const reading = ahead.get(place);
      ahead.delete(place);
      return reading ?? files.read(place);
    },
  };
}
