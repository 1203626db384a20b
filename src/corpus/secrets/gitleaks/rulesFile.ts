// What rules.json holds: gitleaks' rules in JavaScript's patterns, as `generate.ts` writes them.

export interface RulesFile {
  readonly source: string;
  readonly version: string;
  readonly commit: string;
  readonly licence: string;
  /** Rules of the source that are not here, by id, and why. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** Holds for all rules. */
  readonly allow: AllowlistData;
  readonly rules: readonly RuleData[];
}

export interface RuleData {
  readonly id: string;
  readonly source: string;
  /** Lower case. Without one of them in the text the pattern is not tried. */
  readonly keywords: readonly string[];
  /** A match lies within so many characters of a keyword; 0: anywhere in the text. */
  readonly reach: number;
  /** The group that holds the secret. Without it: the first that matched, or else all. */
  readonly group?: number;
  /** Bits per character that the secret must exceed. */
  readonly entropy?: number;
  /** The file's path has to match this. */
  readonly path?: string;
  readonly allow?: readonly AllowlistData[];
}

/** What is let through: where one part of it says so, or (`all`) each part that there is. */
export interface AllowlistData {
  readonly target: 'secret' | 'match' | 'line';
  readonly all: boolean;
  readonly patterns: readonly string[];
  /** Lower case; the secret holds one of them. */
  readonly stopwords: readonly string[];
  readonly paths: readonly string[];
}
