// What kind of text a file is for someone who asks: beside source, test and data there are guides, which explain, and
// records (changelogs, licences, lists of authors), which mention everything and explain nothing.

import { fileKind } from '../../corpus/fileKind.ts';
import { baseName } from '../../corpus/fileTree.ts';

export type TextKind = 'source' | 'example' | 'test' | 'guide' | 'record' | 'markup' | 'data' | 'other';

export function textKind(path: string): TextKind {
  const kind = fileKind(path);
  const name = baseName(path);
  if (kind === 'test') return 'test';
  if (kind !== 'source' && (recordNames.test(name) || recordFolders.test(path))) return 'record';
  if (testFolders.test(path)) return 'test';
  if (exampleFolders.test(path)) return 'example';
  if (kind === 'docs') return 'guide';
  return kind;
}

export function isChangelog(path: string): boolean {
  return changelogNames.test(baseName(path)) || /(?:^|\/)(?:changelogs?|release-?notes)\//i.test(path);
}

/** Whether a file introduces the folder that it is in. */
export function isReadme(path: string): boolean {
  return /^readme(?:\.\w+)?$/i.test(baseName(path));
}

const changelogNames =
  /^(?:change-?log|changes|history|news|release-?notes|releases|change-archive|upgrad(?:e|ing)|api_changes|migrat(?:ion|ing))\b.*$/i;
const recordNames =
  /^(?:change-?log|changes|history|news|release-?notes|releases|change-archive|upgrad(?:e|ing)|api_changes|migrat(?:ion|ing)|licen[cs]e|copying|unlicense|notice|authors|contributors|code_of_conduct|security|maintainers|maintenance|sponsors?|roadmap|third-?party|llms)(?:[-_.].*)?$/i;
const recordFolders = /(?:^|\/)(?:changelogs?|release-?notes|\.github|licen[cs]es)\//i;
/** Also of languages whose tests stand beside data and pages. */
const testFolders =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|testdata|fixtures|_fixtures?|snapshots|__snapshots__)\//;
const exampleFolders = /(?:^|\/)(?:examples?|samples?|demos?|benchmarks?|bench|playground|tutorials?)\//i;
