// Why a file is no part of the corpus, and the count of it all: what was admitted, what was left out and for which
// reason. The user is shown this report, so that nothing is left out silently.

/**
 * - `ignored`: by .gitignore, .git/info/exclude or .tinymemoryignore
 * - `excluded`: by the editor's files.exclude or search.exclude
 * - `folder`: a folder that is never entered: version control, dependencies, build outputs, caches
 * - `secret`: may hold secrets, by its name or by a private key in it
 * - `symbolic-link`: links are not followed
 * - `binary`, `not-text`: no text, by its name or its bytes (`not-text`: a pipe or a device)
 * - `unknown-encoding`: text, but in none that can be told
 * - `data`: tables, logs and notebooks: text, but not what somebody types
 * - `generated`, `minified`: written by a program
 * - `too-large`, `empty`: by the size of one file; `over-cap`: the corpus as a whole is full
 * - `unreadable`: the file system refused, or the file vanished meanwhile
 * - `engine-ended`: an engine died while it read the file, which has not changed since
 */
export type LeftOutReason =
  | 'ignored'
  | 'excluded'
  | 'folder'
  | 'secret'
  | 'symbolic-link'
  | 'binary'
  | 'not-text'
  | 'unknown-encoding'
  | 'data'
  | 'generated'
  | 'minified'
  | 'too-large'
  | 'empty'
  | 'over-cap'
  | 'unreadable'
  | 'engine-ended';

/** One file, or one folder with all that is in it (`path` then ends in a slash). */
export interface LeftOut {
  readonly path: string;
  readonly reason: LeftOutReason;
  /** What the file system said, where it said anything. */
  readonly detail?: string;
}

interface LeftOutCount {
  readonly files: number;
  /** Folders left out whole; what is in them was not counted. */
  readonly folders: number;
  /** The first few paths, as they came. */
  readonly examples: readonly string[];
}

/** Plain data, so that it can cross a message boundary. */
export interface CorpusReport {
  readonly admittedFiles: number;
  /** Bytes of the admitted files as they lie on the disk. */
  readonly admittedBytes: number;
  /** Secrets replaced in admitted files, and the number of files that held any. */
  readonly redactions: number;
  readonly redactedFiles: number;
  /** Lines of admitted files that were left empty as their encoding is unknown. */
  readonly unreadableLines: number;
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, LeftOutCount>>>;
}

/** Collects a CorpusReport in memory that does not grow with the number of files. */
export class CorpusCount {
  private files = 0;
  private bytes = 0;
  private redactions = 0;
  private redactedFiles = 0;
  private unreadableLines = 0;
  private readonly counts = new Map<LeftOutReason, { files: number; folders: number; examples: string[] }>();
  private readonly maxExamples: number;

  constructor(maxExamples = 5) {
    this.maxExamples = maxExamples;
  }

  admit(sizeBytes: number, redactions = 0, unreadableLines = 0): void {
    this.files++;
    this.bytes += sizeBytes;
    this.redactions += redactions;
    this.unreadableLines += unreadableLines;
    if (redactions > 0) this.redactedFiles++;
  }

  leaveOut({ path, reason }: LeftOut): void {
    let count = this.counts.get(reason);
    if (count === undefined) this.counts.set(reason, (count = { files: 0, folders: 0, examples: [] }));
    if (path.endsWith('/')) count.folders++;
    else count.files++;
    if (count.examples.length < this.maxExamples) count.examples.push(path);
  }

  /** What was counted up to now, as a copy. */
  report(): CorpusReport {
    const entries = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      admittedFiles: this.files,
      admittedBytes: this.bytes,
      redactions: this.redactions,
      redactedFiles: this.redactedFiles,
      unreadableLines: this.unreadableLines,
      leftOut: Object.fromEntries(
        entries.map(([reason, count]) => [reason, { ...count, examples: [...count.examples] }]),
      ),
    };
  }
}
