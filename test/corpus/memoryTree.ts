// A FileTree of texts and bytes in memory, for tests: what is asked of it is counted, and any path can be made to fail.

import type { EntryKind, FileTree } from '../../src/corpus/fileTree.ts';

export interface MemoryTree extends FileTree {
  /** Paths that were listed and read, in order. */
  readonly listed: string[];
  readonly reads: string[];
}

export interface MemoryFile {
  readonly content?: string | Uint8Array;
  readonly kind?: EntryKind;
  readonly mtimeMs?: number;
  /** Listing, measuring or reading it rejects with this. */
  readonly fault?: string;
}

/** `files` by path; a string is a file's text. A path of kind `folder` is an empty one or one that fails. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array | MemoryFile>>): MemoryTree {
  const all = new Map<string, MemoryFile>();
  const children = new Map<string, Map<string, EntryKind>>([['', new Map()]]);
  for (const [path, given] of Object.entries(files)) {
    const file = typeof given === 'string' || given instanceof Uint8Array ? { content: given } : given;
    all.set(path, file);
    const parts = path.split('/');
    parts.forEach((name, depth) => {
      const parent = parts.slice(0, depth).join('/');
      const kind = depth < parts.length - 1 ? 'folder' : (file.kind ?? 'file');
      const siblings = children.get(parent) ?? new Map<string, EntryKind>();
      children.set(parent, siblings.set(name, kind));
    });
    if (file.kind === 'folder' && !children.has(path)) children.set(path, new Map());
  }
  const found = (path: string): MemoryFile => {
    const file = all.get(path);
    if (file === undefined) throw new Error(`no such file: ${path}`);
    if (file.fault !== undefined) throw new Error(file.fault);
    return file;
  };
  const bytesOf = ({ content = 'text\n' }: MemoryFile): Uint8Array =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const listed: string[] = [];
  const reads: string[] = [];
  return {
    listed,
    reads,
    list: folder =>
      Promise.resolve().then(() => {
        listed.push(folder);
        if (all.has(folder)) found(folder);
        const entries = children.get(folder);
        if (entries === undefined) throw new Error(`no such folder: ${folder}`);
        return [...entries].map(([name, kind]) => ({ name, kind }));
      }),
    stat: path =>
      Promise.resolve().then(() => {
        const file = found(path);
        return { sizeBytes: bytesOf(file).byteLength, mtimeMs: file.mtimeMs ?? 0 };
      }),
    read: path =>
      Promise.resolve().then(() => {
        reads.push(path);
        return bytesOf(found(path));
      }),
  };
}
