// The mark of the file that a worker works on, posted to the client, which still has it when the worker is dead. Posted
// only when it changes: a few messages per file, which cost microseconds each.

import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';

export class PostedMark implements ReadingMark {
  private readonly post: (file: CorpusFile | null) => void;
  private readonly isBusy: () => boolean;
  private current: CorpusFile | undefined;

  /** With `isBusy` a request is being answered between the slices of work on files: if it hangs, no file is to blame. */
  constructor(post: (file: CorpusFile | null) => void, isBusy: () => boolean = () => false) {
    this.post = post;
    this.isBusy = isBusy;
  }

  set(file: CorpusFile): void {
    const { path, sizeBytes, mtimeMs } = file;
    const { current } = this;
    if (current?.path === path && current.sizeBytes === sizeBytes && current.mtimeMs === mtimeMs) return;
    this.current = { path, sizeBytes, mtimeMs };
    this.post(this.current);
  }

  pause(): void {
    if (this.isBusy()) this.clear();
  }

  clear(): void {
    if (this.current === undefined) return;
    this.current = undefined;
    this.post(null);
  }
}
