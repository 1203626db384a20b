// What the corpus needs of a file system, so that Node's and VS Code's (virtual ones included) serve alike. Size and
// time are asked apart from the listing, as neither host lists them: what is left out by name then costs no look-up.

/** Links are reported as such and never resolved; `other` is a socket, pipe or device. */
export type EntryKind = 'file' | 'folder' | 'symlink' | 'other';

export interface TreeEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface FileStat {
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
}

/** A file that belongs to the corpus by all that can be told without reading it. */
export interface CorpusFile extends FileStat {
  readonly path: string;
}

/**
 * Files below one root. Paths are relative to it, with forward slashes and neither a leading nor a trailing one; the
 * root itself is the empty string. All reject where something is missing or cannot be read.
 */
export interface FileTree {
  /** What the folder holds directly, in any order. */
  list(folder: string): Promise<readonly TreeEntry[]>;
  stat(path: string): Promise<FileStat>;
  /** The whole file. It does not follow a link where the host can refuse to. */
  read(path: string): Promise<Uint8Array>;
}

export function childPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
