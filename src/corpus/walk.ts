// Finds the files of the corpus: down from the root, in an order that depends on names alone, past everything that
// ignore files, the editor's excludes or a name rule out, and without reading any file but the ignore files. It holds
// one chain of folders at a time and gives way to others often, so that 100,000 files neither fill memory nor block.

import type { CancellationToken } from '../base/cancellation.ts';
import { neverCancelled, throwIfCancelled } from '../base/cancellation.ts';
import { errorMessage } from '../base/logger.ts';
import { maxBytesOf } from './admit.ts';
import type { ExcludeMap, ExcludeTest } from './excludes.ts';
import { excludeTest } from './excludes.ts';
import { judgeName } from './fileNames.ts';
import type { CorpusFile, FileTree, TreeEntry } from './fileTree.ts';
import { childPath } from './fileTree.ts';
import { judgeFolder } from './folderNames.ts';
import type { OuterIgnores } from './ignoreRules.ts';
import { IgnoreRules, maxIgnoreBytes } from './ignoreRules.ts';
import type { LeftOut, LeftOutReason } from './leftOut.ts';
import { TimeSlices } from '../base/scheduling/timeSlices.ts';

export interface CorpusRules {
  /** The editor's files.exclude and search.exclude. */
  readonly excludes?: readonly ExcludeMap[];
  /** Whether ignore patterns take `A` for `a`, as Git does on file systems that do. */
  readonly ignoreCase?: boolean;
  /** Ignore files above the root; see `nodeOuterIgnores`. */
  readonly outer?: OuterIgnores | undefined;
  /** As in AdmitOptions, for the reader of what the walk found. */
  readonly encoding?: string | undefined;
  readonly encodings?: Readonly<Record<string, string>> | undefined;
  /** Larger files are left out, in place of `maxBytesOf`. */
  readonly maxFileBytes?: number;
}

export interface WalkOptions {
  /** Told of every file and folder that is left out, folders with a slash at the end. */
  readonly onLeftOut?: (leftOut: LeftOut) => void;
  /**
   * Judges only these files, as when a watcher reports them: of the folders only those that lead to one are listed.
   * Paths that do not exist (any more) are passed over in silence: whichever path is not yielded is not of the corpus.
   */
  readonly only?: Iterable<string>;
  /** How long it may run before others get their turn. */
  readonly sliceMs?: number;
}

/**
 * The files of the corpus, depth first, each folder sorted by the code units of names. A folder or file that cannot be
 * read is left out and the walk goes on. Links are not followed: one to a folder may lead round in a circle, and where
 * a link leads is either in the workspace, and then met anyway, or outside it, and then nothing the user opened.
 * Throws a CancellationError when cancelled.
 */
export async function* walkCorpus(
  tree: FileTree,
  rules: CorpusRules = {},
  options: WalkOptions = {},
  cancellation: CancellationToken = neverCancelled,
): AsyncGenerator<CorpusFile, void, undefined> {
  const walk = new Walk(tree, rules, options);
  const slices = new TimeSlices(options.sliceMs ?? 8);
  const open = [await walk.root()].filter(folder => folder !== undefined);
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    throwIfCancelled(cancellation);
    await slices.giveWay();
    const step = walk.next(folder, slices);
    if (step.kind === 'end') open.pop();
    if (step.kind === 'folder') {
      const inner = await walk.open(step.path, folder.rules);
      if (inner !== undefined) open.push(inner);
    }
    if (step.kind === 'files') {
      for (const file of await walk.measure(step.paths)) {
        throwIfCancelled(cancellation);
        yield file;
      }
    }
  }
}

/** A folder that is being walked. */
interface OpenFolder {
  readonly path: string;
  readonly entries: readonly TreeEntry[];
  readonly names: ReadonlySet<string>;
  readonly rules: IgnoreRules;
  /** Index of the next entry. */
  at: number;
}

type Step =
  | { readonly kind: 'end' | 'pause' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'files'; readonly paths: readonly string[] };

/** Entries looked at, and files measured at once, in a step. */
const stepEntries = 64;

class Walk {
  private readonly tree: FileTree;
  private readonly rules: CorpusRules;
  private readonly onLeftOut: (leftOut: LeftOut) => void;
  private readonly isExcluded: ExcludeTest;
  private readonly maxFileBytes: number | undefined;
  /** The files asked for and the folders that lead to them; undefined when all are. */
  private readonly wanted: ReadonlySet<string> | undefined;

  constructor(tree: FileTree, rules: CorpusRules, options: WalkOptions) {
    this.tree = tree;
    this.rules = rules;
    this.onLeftOut = options.onLeftOut ?? (() => undefined);
    this.isExcluded = excludeTest(rules.excludes ?? []);
    this.maxFileBytes = rules.maxFileBytes;
    this.wanted = options.only === undefined ? undefined : withFolders(options.only);
  }

  root(): Promise<OpenFolder | undefined> {
    const { ignoreCase = false, outer } = this.rules;
    return this.open('', IgnoreRules.of(ignoreCase, outer));
  }

  /** Undefined where the folder or an ignore file in it cannot be read: what it would ignore must not be learnt. */
  async open(path: string, outerRules: IgnoreRules): Promise<OpenFolder | undefined> {
    try {
      const entries = [...(await this.tree.list(path))];
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      const names = new Set(entries.map(({ name }) => name));
      const textOf = (name: string) => this.textIn(path, entries, name);
      const exclude = names.has('.git') ? await this.exclude(path, entries) : '';
      const texts = { exclude, git: await textOf('.gitignore'), own: await textOf('.tinymemoryignore') };
      return { path, entries, names, rules: outerRules.within(path, texts), at: 0 };
    } catch (error) {
      this.leaveOut(`${path}/`, 'unreadable', errorMessage(error));
      return undefined;
    }
  }

  /** Up to the next folder to enter, or a handful of files to measure. */
  next(folder: OpenFolder, slices: TimeSlices): Step {
    const paths: string[] = [];
    const end = Math.min(folder.at + stepEntries, folder.entries.length);
    if (folder.at >= folder.entries.length) return { kind: 'end' };
    const from = folder.at;
    for (; folder.at < end && (folder.at === from || !slices.isOver); folder.at++) {
      const entry = folder.entries[folder.at];
      if (entry === undefined) break;
      const path = childPath(folder.path, entry.name);
      if (this.wanted?.has(path) === false) continue;
      if (entry.kind === 'folder') {
        // Files before it come first; it is met again in the next step.
        if (paths.length > 0) break;
        if (!this.mayEnter(folder, entry.name, path)) continue;
        folder.at++;
        return { kind: 'folder', path };
      }
      const reason = this.judgeFile(folder, entry, path);
      if (reason === undefined) paths.push(path);
      else this.leaveOut(path, reason);
    }
    return paths.length > 0 ? { kind: 'files', paths } : { kind: 'pause' };
  }

  async measure(paths: readonly string[]): Promise<CorpusFile[]> {
    const measured = await Promise.all(paths.map(path => this.measureOne(path)));
    return measured.flatMap(one => {
      if (!('reason' in one)) return [one];
      this.onLeftOut(one);
      return [];
    });
  }

  private async measureOne(path: string): Promise<CorpusFile | LeftOut> {
    try {
      const { sizeBytes, mtimeMs } = await this.tree.stat(path);
      if (sizeBytes === 0) return { path, reason: 'empty' };
      return sizeBytes > (this.maxFileBytes ?? maxBytesOf(path))
        ? { path, reason: 'too-large' }
        : { path, sizeBytes, mtimeMs };
    } catch (error) {
      return { path, reason: 'unreadable', detail: errorMessage(error) };
    }
  }

  private mayEnter(folder: OpenFolder, name: string, path: string): boolean {
    const verdict = judgeFolder(name, folder.names);
    let reason: LeftOutReason | undefined;
    if (verdict === 'secret') reason = 'secret';
    else if (verdict === 'never') reason = 'folder';
    else if (this.isExcluded(path, folder.names)) reason = 'excluded';
    else if (folder.rules.ignores(path, 'folder')) reason = 'ignored';
    else if (verdict === 'default' && !folder.rules.takesBack(path)) reason = 'folder';
    if (reason !== undefined) this.leaveOut(`${path}/`, reason);
    return reason === undefined;
  }

  private judgeFile(folder: OpenFolder, { kind }: TreeEntry, path: string): LeftOutReason | undefined {
    const byName = judgeName(path);
    if (byName === 'secret') return byName;
    if (kind === 'symlink') return 'symbolic-link';
    if (kind !== 'file') return 'not-text';
    if (this.isExcluded(path, folder.names)) return 'excluded';
    return folder.rules.ignores(path, 'file') ? 'ignored' : byName;
  }

  /** The exclude file of the repository whose top is `folder`; of a submodule, it lies where `.git` says. */
  private async exclude(folder: string, entries: readonly TreeEntry[]): Promise<string> {
    const link = await this.textIn(folder, entries, '.git');
    const gitFolder = link === '' ? childPath(folder, '.git') : gitFolderNamed(folder, link);
    if (gitFolder === undefined) return '';
    const info = childPath(gitFolder, 'info');
    // Missing in a repository without such rules.
    return this.textIn(info, await this.tree.list(info).catch(() => []), 'exclude');
  }

  /** The text of an ignore file; empty where there is no plain file of this name. */
  private async textIn(folder: string, entries: readonly TreeEntry[], name: string): Promise<string> {
    if (!entries.some(entry => entry.name === name && entry.kind === 'file')) return '';
    const path = childPath(folder, name);
    if ((await this.tree.stat(path)).sizeBytes > maxIgnoreBytes) throw new Error(`${path} is too large`);
    return new TextDecoder().decode(await this.tree.read(path));
  }

  private leaveOut(path: string, reason: LeftOutReason, detail?: string): void {
    this.onLeftOut({ path, reason, ...(detail === undefined ? {} : { detail }) });
  }
}

/**
 * The folder that a file `.git` names, as a path of the tree; undefined where it lies outside. A worktree within the
 * repository names it by an absolute path, and obeys the repository's exclude file anyway, which lies above.
 */
function gitFolderNamed(folder: string, link: string): string | undefined {
  const named = /^gitdir: (.+)$/m.exec(link)?.[1]?.trim() ?? '/';
  if (/^(?:[/\\]|[A-Za-z]:)/.test(named)) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of named.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function withFolders(paths: Iterable<string>): Set<string> {
  const wanted = new Set<string>();
  for (const path of paths) {
    wanted.add(path);
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      wanted.add(path.slice(0, slash));
    }
  }
  return wanted;
}
