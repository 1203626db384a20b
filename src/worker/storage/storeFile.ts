// The file in which memory outlives the session. It is replaced in one step, so that a crash leaves the old one or the
// new one; one that cannot be used is set aside, and forgetting deletes whatever ever lay there.

import type { Files } from '../../base/files.ts';
import { folderOf, nameOf, placeIn } from '../../base/files.ts';

/** Where the bytes of memory are kept; a file, or a test. */
export interface MemoryStore {
  /** For messages. */
  readonly name: string;
  /** Undefined where nothing was kept. Rejects where it cannot be read. */
  load(): Promise<Uint8Array | undefined>;
  /** Rejects where it cannot be written; what was kept before is then still there. */
  save(bytes: Uint8Array): Promise<void>;
  /** Puts what is kept aside, in place of what was put aside before. Gives its new name. */
  setAside(): Promise<string>;
  /** Deletes what is kept and what was put aside. Nothing to delete is fine. */
  forget(): Promise<void>;
}

/** Where the index of chat lies, beside the file of memory. */
export function chatStorePath(path: string): string {
  return `${path}-chat`;
}

/** A MemoryStore in the file at this place. */
export function storeFile(files: Files, place: string): MemoryStore {
  const asidePlace = `${place}.damaged`;
  return {
    name: place,
    load: () => files.read(place),
    save: bytes => files.write(place, bytes),
    async setAside() {
      await files.rename(place, asidePlace);
      return asidePlace;
    },
    async forget() {
      await files.remove(place);
      await files.remove(asidePlace);
      // What a write that a crash cut short left behind.
      const start = `${nameOf(place)}.`;
      for (const { name } of await files.list(folderOf(place))) {
        if (name.startsWith(start) && name.endsWith('.tmp'))
          await files.remove(placeIn(folderOf(place), name));
      }
    },
  };
}
