// Where files are kept, so that the same code runs on a machine's disk and in a browser, where only the editor reaches
// them. A place is a string that the implementation understands: a path of the disk, or a URI.

export interface Files {
  /** The whole file; undefined where there is none. Rejects when there is one that cannot be read. */
  read(place: string): Promise<Uint8Array | undefined>;
  /**
   * Replaces the file in one step: a crash leaves the old one or the new one. Folders above it are made. Rejects where it
   * cannot be written; what was there before is then still there.
   */
  write(place: string, bytes: Uint8Array): Promise<void>;
  /** What lies in a folder; nothing where there is no such folder. Rejects where there is one that cannot be read. */
  list(folder: string): Promise<readonly FolderEntry[]>;
  /** Whether there is a file or a folder. */
  exists(place: string): Promise<boolean>;
  /** Moves a file or a folder; a file at the new place is replaced. */
  rename(from: string, to: string): Promise<void>;
  /** Deletes a file, or a folder with all that is in it. Nothing to delete is fine. */
  remove(place: string): Promise<void>;
}

interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean;
}

/** Locks that end with the process that holds them. */
export interface Locks {
  /** Undefined where somebody holds it. */
  acquire(place: string): Promise<Lock | undefined>;
  /** Whether somebody else holds it. */
  isHeld(place: string): Promise<boolean>;
}

export interface Lock {
  /** False once somebody took it over, as from a process that was stopped for long: ask before each write. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** What is kept between sessions, and by whom it is used. */
export interface Storage {
  readonly files: Files;
  readonly locks: Locks;
}

/** Somebody else holds the lock now: nothing may be written any more. */
export class LockLostError extends Error {}

/** The files as the holder of a lock reaches them: whatever changes them first asks whether it is held still. */
export function filesWhileHeld(files: Files, lock: Lock): Files {
  const check = async (place: string): Promise<void> => {
    if (await lock.isHeld()) return;
    throw new LockLostError(`${place}: another window or program has taken over what is kept there`);
  };
  return {
    ...files,
    async write(place, bytes) {
      await check(place);
      await files.write(place, bytes);
    },
    async rename(from, to) {
      await check(to);
      await files.rename(from, to);
    },
    async remove(place) {
      await check(place);
      await files.remove(place);
    },
  };
}

/** A file that is shipped with the engine, by its name with forward slashes. Rejects where it is missing. */
export type ReadAsset = (name: string) => Promise<Uint8Array>;

/** The place of what lies in a folder. `names` need no escaping: letters, digits and what both paths and URIs take. */
export function placeIn(folder: string, ...names: readonly string[]): string {
  return [withoutLastSlashes(folder, 1), ...names].join('/');
}

/** The last part of a place. */
export function nameOf(place: string): string {
  return withoutLastSlashes(place).replace(/^.*[/\\]/s, '');
}

/** The folder of a place. */
export function folderOf(place: string): string {
  const own = withoutLastSlashes(place);
  const end = Math.max(own.lastIndexOf('/'), own.lastIndexOf('\\'));
  return withoutLastSlashes(end === -1 ? own : own.slice(0, end));
}

/** The place without slashes of either kind at its end; at least so many characters stay. */
export function withoutLastSlashes(place: string, least = 0): string {
  let end = place.length;
  while (end > least && (place[end - 1] === '/' || place[end - 1] === '\\')) end--;
  return place.slice(0, end);
}

/** Undefined where there is none, or it cannot be read, or is no JSON. */
export async function readJson(files: Pick<Files, 'read'>, place: string): Promise<unknown> {
  try {
    const bytes = await files.read(place);
    return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Writes a folder so that either all of it is there or nothing; what was there before is replaced. */
export async function writeFolder(
  files: Files,
  folder: string,
  contents: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const temporary = `${folder}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    for (const [name, bytes] of contents) await files.write(placeIn(temporary, name), bytes);
    await files.remove(folder);
    await files.rename(temporary, folder);
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
}

/** As a JSON file that people may read: indented, with a line end at its end. */
export function jsonBytes(value: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
