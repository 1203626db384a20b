// The file in which memory outlives the session. It is replaced in one step, so that a crash leaves the old one or the
// new one; one that cannot be used is set aside, and forgetting deletes whatever ever lay there.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

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

/** A MemoryStore at `path`, an absolute path. */
export function storeFile(path: string): MemoryStore {
  const asidePath = `${path}.damaged`;
  return {
    name: path,
    async load() {
      try {
        return await readFile(path);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async save(bytes) {
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
      try {
        await writeFile(temporary, bytes, { flush: true });
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async setAside() {
      await rename(path, asidePath);
      return asidePath;
    },
    async forget() {
      await rm(path, { force: true });
      await rm(asidePath, { force: true });
      const start = `${basename(path)}.`;
      const names = await readdir(dirname(path)).catch(() => []);
      for (const name of names) {
        if (name.startsWith(start) && name.endsWith('.tmp'))
          await rm(join(dirname(path), name), { force: true });
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
