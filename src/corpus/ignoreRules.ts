// Git's ignore rules for a walk that goes down from the root. The rules in force are lists, one for each ignore file,
// the deepest last: the last match decides, as in Git. Ours (.tinymemoryignore) come after all of Git's, so that they
// have the last word. Rules without wildcards, most of them, are looked up rather than tried one by one.

import { baseName } from './fileTree.ts';
import type { IgnorePattern } from './ignorePattern.ts';
import { parseIgnorePattern } from './ignorePattern.ts';

/** Larger ignore files are none: in bytes. */
export const maxIgnoreBytes = 1_000_000;

export interface OuterIgnores {
  /** The root of the tree, relative to the top of the repository. */
  readonly prefix: string;
  /** The text of .git/info/exclude. */
  readonly exclude: string;
  /** From the top of the repository down to the folder above the root; paths relative to the top. */
  readonly files: readonly { readonly folder: string; readonly git: string; readonly own: string }[];
}

/** Texts of the ignore files of one folder; empty where there is none. */
export interface FolderIgnores {
  /** Of .git/info/exclude, where the folder is the top of a repository. */
  readonly exclude: string;
  readonly git: string;
  readonly own: string;
}

/** What the last rule that matches says; undefined where none does. */
type Verdict = 'ignored' | 'taken-back' | undefined;

/** The rules in force in one folder. Immutable. */
export class IgnoreRules {
  private readonly prefix: string;
  private readonly ignoreCase: boolean;
  private readonly git: readonly RuleFile[];
  private readonly own: readonly RuleFile[];
  /** The root itself lies in an ignored folder. */
  private readonly isOutside: boolean;

  private constructor(
    prefix: string,
    ignoreCase: boolean,
    git: readonly RuleFile[],
    own: readonly RuleFile[],
    isOutside?: boolean,
  ) {
    this.prefix = prefix;
    this.ignoreCase = ignoreCase;
    this.git = git;
    this.own = own;
    this.isOutside = isOutside ?? this.leavesOutRoot();
  }

  /** The rules above the root. */
  static of(ignoreCase: boolean, outer?: OuterIgnores): IgnoreRules {
    const { prefix = '', exclude = '', files = [] } = outer ?? {};
    const git = [
      ...ruleFile('', exclude, ignoreCase),
      ...files.flatMap(({ folder, git: text }) => ruleFile(folder, text, ignoreCase)),
    ];
    const own = files.flatMap(({ folder, own: text }) => ruleFile(folder, text, ignoreCase));
    return new IgnoreRules(prefix === '' ? '' : `${prefix}/`, ignoreCase, git, own);
  }

  /** The rules in `folder`, a folder directly below the one of these rules, or the root itself. */
  within(folder: string, texts: FolderIgnores): IgnoreRules {
    const at = `${this.prefix}${folder}`.replace(/\/$/, '');
    const git = [texts.exclude, texts.git].flatMap(text => ruleFile(at, text, this.ignoreCase));
    const own = ruleFile(at, texts.own, this.ignoreCase);
    if (git.length === 0 && own.length === 0) return this;
    return new IgnoreRules(
      this.prefix,
      this.ignoreCase,
      [...this.git, ...git],
      [...this.own, ...own],
      this.isOutside,
    );
  }

  /** Of a path in the folder of these rules; what lies in an ignored folder is ignored too, so the walk enters none. */
  ignores(path: string, kind: 'file' | 'folder'): boolean {
    return this.isOutside || this.verdict(`${this.prefix}${path}`, kind === 'folder') === 'ignored';
  }

  /** Whether a .tinymemoryignore names this folder with `!`, so that it is read against our own defaults. */
  takesBack(folder: string): boolean {
    return lastVerdict(this.own, `${this.prefix}${folder}`, true) === 'taken-back';
  }

  private verdict(path: string, isFolder: boolean): Verdict {
    return lastVerdict(this.own, path, isFolder) ?? lastVerdict(this.git, path, isFolder);
  }

  private leavesOutRoot(): boolean {
    const names = this.prefix.split('/').slice(0, -1);
    return names.some((_, depth) => this.verdict(names.slice(0, depth + 1).join('/'), true) === 'ignored');
  }
}

function lastVerdict(files: readonly RuleFile[], path: string, isFolder: boolean): Verdict {
  for (let at = files.length - 1; at >= 0; at--) {
    const verdict = files[at]?.verdict(path, isFolder);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

interface Rule extends IgnorePattern {
  /** Its place among the rules of the file: the last one that matches decides. */
  readonly order: number;
}

/** The rules of one ignore file in `folder`; none where it holds none. */
function ruleFile(folder: string, text: string, ignoreCase: boolean): RuleFile[] {
  const rules = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((line, order): Rule[] => {
      const pattern = parseIgnorePattern(line.endsWith('\r') ? line.slice(0, -1) : line, ignoreCase);
      return pattern === undefined ? [] : [{ ...pattern, order }];
    });
  return rules.length === 0 ? [] : [new RuleFile(folder, rules, ignoreCase)];
}

class RuleFile {
  private readonly base: string;
  private readonly ignoreCase: boolean;
  private readonly byName = new Map<string, Rule[]>();
  private readonly byPath = new Map<string, Rule[]>();
  /** Last first. */
  private readonly wild: readonly Rule[];

  constructor(folder: string, rules: readonly Rule[], ignoreCase: boolean) {
    this.base = folder === '' ? '' : `${folder}/`;
    this.ignoreCase = ignoreCase;
    for (const rule of rules) {
      if (rule.plain === undefined) continue;
      const plain = rule.byName ? this.byName : this.byPath;
      const same = plain.get(rule.plain);
      if (same === undefined) plain.set(rule.plain, [rule]);
      // Of the same text only the last for folders and the last for both can decide.
      else
        plain.set(rule.plain, [...same.filter(({ foldersOnly }) => foldersOnly !== rule.foldersOnly), rule]);
    }
    this.wild = rules.filter(({ plain }) => plain === undefined).reverse();
  }

  /** Of a path relative to the top of the repository. */
  verdict(path: string, isFolder: boolean): Verdict {
    if (!path.startsWith(this.base)) return undefined;
    const inFolder = path.slice(this.base.length);
    const name = baseName(inFolder);
    const key = (text: string) => (this.ignoreCase ? text.toLowerCase() : text);
    let last: Rule | undefined;
    for (const rule of [...(this.byName.get(key(name)) ?? []), ...(this.byPath.get(key(inFolder)) ?? [])]) {
      if ((isFolder || !rule.foldersOnly) && rule.order > (last?.order ?? -1)) last = rule;
    }
    for (const rule of this.wild) {
      if (last !== undefined && rule.order < last.order) break;
      if ((isFolder || !rule.foldersOnly) && rule.test(rule.byName ? name : inFolder)) {
        last = rule;
        break;
      }
    }
    if (last === undefined) return undefined;
    return last.isNegative ? 'taken-back' : 'ignored';
  }
}
