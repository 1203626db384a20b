// Gathers reports of changed files for a fifth of a second, so that a save that is reported three times is looked at
// once, and a storm of reports (a branch switch, a build) becomes one look at the whole workspace.

import type { Disposable } from '../../base/disposable.ts';
import { judgeFolder } from '../../corpus/folderNames.ts';

export interface ChangeSink {
  /** Paths as memory knows them, each once. */
  changed(paths: readonly string[]): void;
  /** Too many to name, or the rules of what is remembered changed. */
  rescan(): void;
}

const gatherMs = 200;
/** More changes than this in one batch are a storm. */
const maxPaths = 500;
const noSiblings: ReadonlySet<string> = new Set();

export class ChangeBatches implements Disposable {
  private readonly sink: ChangeSink;
  private readonly paths = new Set<string>();
  private rescanWanted = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(sink: ChangeSink) {
    this.sink = sink;
  }

  /** Whether the batch at hand is a storm, so that further paths need not be named. */
  get isStorm(): boolean {
    return this.rescanWanted;
  }

  add(path: string): void {
    if (this.rescanWanted) return;
    if (changesRules(path) || (this.paths.size >= maxPaths && !this.paths.has(path))) this.rescan();
    else if (!isNeverRemembered(path)) {
      this.paths.add(path);
      this.gather();
    }
  }

  rescan(): void {
    this.rescanWanted = true;
    this.paths.clear();
    this.gather();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.paths.clear();
  }

  private gather(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const paths = [...this.paths];
      this.paths.clear();
      const rescan = this.rescanWanted;
      this.rescanWanted = false;
      if (rescan) this.sink.rescan();
      else if (paths.length > 0) this.sink.changed(paths);
    }, gatherMs);
  }
}

/** Ignore files decide on other files. */
function changesRules(path: string): boolean {
  return /(?:^|\/)(?:\.gitignore|\.tinymemoryignore|\.git\/info\/exclude)$/.test(path) && !isInstalled(path);
}

function isInstalled(path: string): boolean {
  return /(?:^|\/)node_modules\//.test(path);
}

/** Version control, installed packages and caches change often and are never entered. */
function isNeverRemembered(path: string): boolean {
  return path.split('/').some(name => judgeFolder(name, noSiblings) === 'never');
}
