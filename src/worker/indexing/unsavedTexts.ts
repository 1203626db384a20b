// Texts of open documents that are not saved: laid over the folders they belong to, so that memory reads them in place
// of what is on the disk. The same rules hold for them; a file that the workspace does not have is not added.

import type { FileStat, FileTree } from '../../corpus/fileTree.ts';

interface UnsavedText extends FileStat {
  readonly bytes: Uint8Array;
}

export class UnsavedTexts {
  /** By the path that memory knows. */
  private readonly texts = new Map<string, UnsavedText>();

  /** From now on the file reads as `text`; as it is on the disk when null. */
  set(path: string, text: string | null): void {
    if (text === null) {
      this.texts.delete(path);
      return;
    }
    const bytes = new TextEncoder().encode(text);
    // The time differs from the file's own, so that a later session reads the file again.
    this.texts.set(path, { bytes, sizeBytes: bytes.byteLength, mtimeMs: Date.now() });
  }

  clear(): void {
    this.texts.clear();
  }

  /** The tree of the folder whose paths memory knows with `prefix`, with the unsaved texts in it. */
  over(tree: FileTree, prefix: string): FileTree {
    return {
      list: folder => tree.list(folder),
      stat: async path => this.texts.get(prefix + path) ?? (await tree.stat(path)),
      read: async path => this.texts.get(prefix + path)?.bytes ?? (await tree.read(path)),
    };
  }
}
