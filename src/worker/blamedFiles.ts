// Files that were being read when an engine or a training died. They are left out from then on, until they change: a
// file that ends the engine would end it again at every start.

import type { CorpusFile } from '../corpus/fileTree.ts';
import type { Logger } from '../base/logger.ts';
import type { Workspace } from './messages.ts';

export class BlamedFiles {
  private readonly logger: Logger;
  private readonly files = new Map<string, CorpusFile>();

  constructor(logger: Logger) {
    this.logger = logger;
  }

  /** `who` died while it read this file. Logged once for each state of a file. */
  blame(file: CorpusFile, who: string): void {
    const before = this.files.get(file.path);
    if (before?.sizeBytes === file.sizeBytes && before.mtimeMs === file.mtimeMs) return;
    this.files.set(file.path, file);
    this.logger.warn(`${who} died while it read ${file.path}: the file is left out until it changes`);
  }

  /** The workspace, to be read without the blamed files. */
  without(workspace: Workspace): Workspace {
    return this.files.size === 0 ? workspace : { ...workspace, skip: [...this.files.values()] };
  }

  /** The workspace is forgotten, and with it the names of its files. */
  clear(): void {
    this.files.clear();
  }
}
