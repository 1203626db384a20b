// Git's ignore rules for a walk that goes down from the root. All patterns in force are kept in one list, those of
// deeper files last and moved to the root, so that the last match decides as in Git, and a folder that a deeper file
// takes back is open again. Ours (.tinymemoryignore) come after all of Git's, so that they have the last word.

import ignore from 'ignore';

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
  readonly git: string;
  readonly own: string;
}

/** The rules in force in one folder. Immutable; made anew per folder, since the library caches every path it saw. */
export class IgnoreRules {
  private readonly prefix: string;
  private readonly options: ignore.Options;
  private readonly git: ignore.Ignore;
  private readonly own: ignore.Ignore;
  private readonly all: ignore.Ignore;

  private constructor(prefix: string, options: ignore.Options, git: ignore.Ignore, own: ignore.Ignore) {
    this.prefix = prefix;
    this.options = options;
    this.git = git;
    this.own = own;
    this.all = ignore(options).add(git).add(own);
  }

  /** `exclude` is the text of .git/info/exclude, which the root's own ignore files, added later, overrule. */
  static of(ignoreCase: boolean, exclude: string, outer?: OuterIgnores): IgnoreRules {
    const options = { ignorecase: ignoreCase };
    const git = ignore(options).add(movedPatterns(outer?.exclude ?? '', ''));
    const own = ignore(options);
    for (const { folder, git: gitText, own: ownText } of outer?.files ?? []) {
      git.add(movedPatterns(gitText, folder));
      own.add(movedPatterns(ownText, folder));
    }
    const prefix = outer === undefined || outer.prefix === '' ? '' : `${outer.prefix}/`;
    git.add(movedPatterns(exclude, prefix.slice(0, -1)));
    return new IgnoreRules(prefix, options, git, own);
  }

  /** The rules in `folder`, a folder directly below the one of these rules, or the root itself. */
  within(folder: string, texts: FolderIgnores): IgnoreRules {
    const at = `${this.prefix}${folder}`.replace(/\/$/, '');
    const grown = (rules: ignore.Ignore, text: string): ignore.Ignore => {
      const patterns = movedPatterns(text, at);
      return patterns.length === 0 ? rules : ignore(this.options).add(rules).add(patterns);
    };
    return new IgnoreRules(this.prefix, this.options, grown(this.git, texts.git), grown(this.own, texts.own));
  }

  ignores(path: string, kind: 'file' | 'folder'): boolean {
    return this.all.ignores(`${this.prefix}${path}${kind === 'folder' ? '/' : ''}`);
  }

  /** Whether a .tinymemoryignore names this folder with `!`, so that it is read against our own defaults. */
  takesBack(folder: string): boolean {
    return this.own.test(`${this.prefix}${folder}/`).unignored;
  }
}

/** The patterns of an ignore file in `folder`, rewritten to mean the same in an ignore file at the root. */
function movedPatterns(text: string, folder: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  // A pattern of nothing but a slash or an exclamation mark matches nothing, and must not come to match the folder.
  const patterns = lines.filter(line => !line.startsWith('#') && !/^!?[\s/]*$/.test(line));
  if (folder === '') return patterns;
  const base = folder.replace(/[\\*?[\]]/g, '\\$&');
  return patterns.map(line => {
    const negative = line.startsWith('!');
    const pattern = negative ? line.slice(1) : line;
    // A slash anywhere but at the end ties a pattern to its folder.
    const tied = /\/(?!\s*$)/.test(pattern);
    return `${negative ? '!' : ''}/${base}/${tied ? '' : '**/'}${pattern.replace(/^\//, '')}`;
  });
}
