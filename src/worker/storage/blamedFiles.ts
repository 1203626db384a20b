// Files that were being read when an engine or a training died. They are left out from then on, until they change: a
// file that ends the engine would end it again at every start.

import * as v from 'valibot';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { Logger } from '../../base/logger.ts';
import type { Workspace } from '../protocol/workspace.ts';
import { fileSchema } from '../protocol/workspace.ts';

/** Where they outlive the session. */
export interface KeptBlame {
  /** What `keep` was given last; whatever else it is counts as nothing. */
  readonly kept: unknown;
  readonly keep: (files: readonly CorpusFile[]) => void;
}

const nowhere: KeptBlame = { kept: undefined, keep: () => undefined };
/** Each costs an engine; beyond this many the oldest is tried again. */
const maxFiles = 200;

export class BlamedFiles {
  private readonly logger: Logger;
  private readonly keep: KeptBlame['keep'];
  private readonly files: Map<string, CorpusFile>;

  constructor(logger: Logger, { kept, keep }: KeptBlame = nowhere) {
    this.logger = logger;
    this.keep = keep;
    const parsed = v.safeParse(v.array(fileSchema), kept);
    this.files = new Map(parsed.success ? parsed.output.map(file => [file.path, file]) : []);
  }

  /** `who` died while it read this file. Logged once for each state of a file. */
  blame(file: CorpusFile, who: string): void {
    const before = this.files.get(file.path);
    if (before?.sizeBytes === file.sizeBytes && before.mtimeMs === file.mtimeMs) return;
    this.files.delete(file.path);
    this.files.set(file.path, file);
    const [oldest] = this.files.keys();
    if (this.files.size > maxFiles && oldest !== undefined) this.files.delete(oldest);
    this.keep([...this.files.values()]);
    this.logger.warn(`${who} died while it read ${file.path}: the file is left out until it changes`);
  }

  /** The workspace, to be read without the blamed files. */
  without(workspace: Workspace): Workspace {
    return this.files.size === 0 ? workspace : { ...workspace, skip: [...this.files.values()] };
  }

  /** The workspace is forgotten, and with it the names of its files. */
  clear(): void {
    if (this.files.size === 0) return;
    this.files.clear();
    this.keep([]);
  }
}
