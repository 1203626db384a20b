// What no file may say or be called, how long it may be, and how it opens.

import ts from 'typescript';
import type { SourceFile } from './source.ts';
import { lineCount } from './source.ts';

const maxLines = 400;
const maxCompositionLines = 120;
const compositionRoots = new Set(['src/extension.ts', 'src/webExtension.ts']);

export function nameFaults(path: string): string[] {
  const vague = path
    .split('/')
    .find(part => /^(utils?|helpers?|commons?|misc)$/i.test(part.split('.')[0] ?? ''));
  return vague === undefined ? [] : [`${path}: ${vague} says nothing of what is in it`];
}

/** Split, so that this file does not hold what it forbids. */
const forbiddenTexts = [
  { pattern: new RegExp('@ts-' + '(ignore|nocheck|expect-error)'), what: 'a type error switched off' },
  { pattern: new RegExp('\\b(' + 'TO' + 'DO|FIX' + 'ME|X' + 'XX)\\b'), what: 'work left to do' },
  { pattern: new RegExp('\\b(describe|context|it)\\.' + '(only|skip)\\b'), what: 'tests left out' },
  { pattern: new RegExp('(?<![\\w.-])/' + '(work|root)/\\w'), what: "a path of somebody's machine" },
  {
    pattern: new RegExp('/' + '(home|Users)/(?!(user|you|me|ada)\\b)\\w'),
    what: "a path of somebody's machine",
  },
  {
    pattern: new RegExp('[A-Z]:\\\\{1,2}' + 'Users\\\\{1,2}(?!(user|you|me|ada)\\b)\\w'),
    what: "a path of somebody's machine",
  },
];

export function textFaults({ path, text }: SourceFile): string[] {
  const faults = forbiddenTexts.flatMap(({ pattern, what }) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`${path}: ${what} (${found[0]})`];
  });
  if (!/\.(ts|mjs|py|css|html)$/.test(path)) return faults;
  const limit = compositionRoots.has(path) ? maxCompositionLines : maxLines;
  const lines = lineCount(text);
  return lines > limit ? [...faults, `${path}: ${lines} lines, over ${limit}`] : faults;
}

/** One to five lines of what and why. */
export function openingFaults({ path, text }: SourceFile): string[] {
  const lines = text.split('\n');
  const count = lines.findIndex(line => !line.startsWith('//'));
  if (count === 0) return [`${path}: does not open with a comment of what it is and why`];
  return count > 5 ? [`${path}: opens with a comment of ${count} lines, over 5`] : [];
}

export function syntaxFaults(path: string, tree: ts.SourceFile): string[] {
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      faults.push(`${path}: any in line ${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return faults;
}

/** VS Code calls both entries of an extension by these names. */
const sharedNames = new Set(['activate', 'deactivate']);

/** One word for one thing: an exported name stands for the same in every file. `exported` has each file's names. */
export function sharedNameFaults(exported: ReadonlyMap<string, readonly string[]>): string[] {
  const homes = new Map<string, string>();
  return [...exported].flatMap(([path, names]) =>
    [...new Set(names)].flatMap(name => {
      const other = homes.get(name);
      homes.set(name, path);
      return other === undefined || sharedNames.has(name)
        ? []
        : [`${path}: exports ${name}, as ${other} does`];
    }),
  );
}
