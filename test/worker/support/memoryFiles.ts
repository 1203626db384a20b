// A workspace in memory for the indexer's tests: files come, change and go, what is asked of them is counted, and a
// store that lives as long as the test.

import type { EditorFiles } from '../../../src/worker/client/serveEditor.ts';
import type { FileTree, TreeEntry } from '../../../src/corpus/fileTree.ts';
import type { MemoryStore } from '../../../src/worker/storage/storeFile.ts';

export class MemoryFiles implements FileTree {
  private readonly files = new Map<string, { bytes: Uint8Array; mtimeMs: number }>();
  private readonly faults = new Map<string, string>();
  private clockMs = 1_000;
  /** Paths in the order in which they were asked for. */
  readonly listed: string[] = [];
  readonly reads: string[] = [];
  /** Called before a file is given, when its bytes are read. */
  onRead: (path: string) => void = () => undefined;

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    this.files.set(path, { bytes: new TextEncoder().encode(text), mtimeMs: ++this.clockMs });
  }

  delete(path: string): void {
    this.files.delete(path);
  }

  /** Whatever is asked of this file or folder fails with the message; undefined ends that. */
  fail(path: string, message: string | undefined): void {
    if (message === undefined) this.faults.delete(path);
    else this.faults.set(path, message);
  }

  list(folder: string): Promise<readonly TreeEntry[]> {
    return this.answer(folder, () => {
      this.listed.push(folder);
      const start = folder === '' ? '' : `${folder}/`;
      const kinds = new Map<string, TreeEntry['kind']>();
      for (const path of this.files.keys()) {
        if (!path.startsWith(start)) continue;
        const [name = '', ...deeper] = path.slice(start.length).split('/');
        kinds.set(name, deeper.length > 0 ? 'folder' : 'file');
      }
      if (kinds.size === 0 && folder !== '') throw new Error(`${folder}: no such folder`);
      return [...kinds].map(([name, kind]) => ({ name, kind }));
    });
  }

  stat(path: string): Promise<{ sizeBytes: number; mtimeMs: number }> {
    return this.answer(path, () => {
      const { bytes, mtimeMs } = this.found(path);
      return { sizeBytes: bytes.byteLength, mtimeMs };
    });
  }

  read(path: string): Promise<Uint8Array> {
    return this.answer(path, () => {
      this.reads.push(path);
      const { bytes } = this.found(path);
      this.onRead(path);
      return bytes;
    });
  }

  private found(path: string): { bytes: Uint8Array; mtimeMs: number } {
    const file = this.files.get(path);
    if (file === undefined) throw new Error(`${path}: no such file`);
    return file;
  }

  private async answer<T>(path: string, give: () => T): Promise<T> {
    await Promise.resolve();
    const fault = this.faults.get(path);
    if (fault !== undefined) throw new Error(fault);
    return give();
  }
}

/** A store that keeps its bytes; `faults` makes the named operations fail. */
export class MemoryBytes implements MemoryStore {
  readonly name = 'memory.bin';
  bytes: Uint8Array | undefined;
  aside: Uint8Array | undefined;
  saves = 0;
  readonly faults = new Set<'load' | 'save'>();

  async load(): Promise<Uint8Array | undefined> {
    await Promise.resolve();
    if (this.faults.has('load')) throw new Error('cannot be read');
    return this.bytes;
  }

  async save(bytes: Uint8Array): Promise<void> {
    await Promise.resolve();
    if (this.faults.has('save')) throw new Error('read-only file system');
    this.saves++;
    this.bytes = bytes.slice();
  }

  async setAside(): Promise<string> {
    await Promise.resolve();
    this.aside = this.bytes;
    this.bytes = undefined;
    return 'memory.bin.damaged';
  }

  async forget(): Promise<void> {
    await Promise.resolve();
    this.bytes = this.aside = undefined;
  }
}

/** As the editor would answer for them. */
export function editorFilesOf(files: () => MemoryFiles): EditorFiles {
  return {
    async listFolder({ path }) {
      const entries = await files().list(path);
      const kinds = entries.map(({ kind }) => (kind === 'folder' ? 'd' : 'f')).join('');
      return { names: entries.map(({ name }) => name), kinds };
    },
    statFiles: ({ paths }) =>
      Promise.all(
        paths.map(path =>
          files()
            .stat(path)
            .catch((error: unknown) => ({ error: String(error) })),
        ),
      ),
    readFile: ({ path }) => files().read(path),
  };
}
