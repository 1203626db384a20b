// Holds the repository to its own rules: layers, who may import what, sizes, names, and what no file may say. The
// checker is a pure function of files, so that each rule is also shown to fail on a sample that breaks it.

import { deepStrictEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

interface Import {
  readonly specifier: string;
  /** `import type` and `export type`, which are gone at run time. */
  readonly typeOnly: boolean;
}

/** From the lowest layer to the highest; each imports only from groups before its own, and from itself. */
const layers = [
  ['base'],
  ['text'],
  ['tokenizer', 'memory', 'graph', 'runtime'],
  ['corpus', 'model'],
  ['infer', 'train'],
  ['complete'],
  ['chat', 'evaluate'],
  ['worker'],
  ['pages'],
  ['webview', 'editor', 'cli', 'release'],
  ['extension.ts', 'webExtension.ts'],
] as const;

/** Packages that only some folders may import, and whether a type import elsewhere is fine. */
const packageRules = [
  {
    name: 'vscode',
    folders: ['src/editor/', 'src/extension.ts', 'src/webExtension.ts', 'test/host/'],
    typesAnywhere: true,
  },
  { name: 'onnxruntime-web', folders: ['src/runtime/', 'test/'], typesAnywhere: false },
  { name: 'onnxruntime-node', folders: ['src/cli/', 'test/'], typesAnywhere: false },
];

const maxLines = 400;
const maxMedianLines = 150;
const maxCompositionLines = 120;
const compositionRoots = new Set(['src/extension.ts', 'src/webExtension.ts']);

/** Every rule that the files break, as `path: what is wrong`. */
function faultsOf(files: readonly SourceFile[]): string[] {
  const faults = files.flatMap(file => [...nameFaults(file.path), ...textFaults(file)]);
  const code = files.filter(({ path }) => path.endsWith('.ts'));
  const imports = new Map<string, readonly Import[]>();
  for (const file of code) {
    const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
    const found = importsOf(tree);
    imports.set(file.path, found);
    faults.push(...syntaxFaults(file.path, tree), ...openingFaults(file));
    faults.push(...found.flatMap(one => importFaults(file.path, one)));
  }
  const sizes = code.filter(({ path }) => path.startsWith('src/')).map(({ text }) => lineCount(text));
  const median = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0;
  if (median > maxMedianLines)
    faults.push(`src: the median file has ${median} lines, over ${maxMedianLines}`);
  return [...faults, ...cycleFaults(imports)];
}

function nameFaults(path: string): string[] {
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

function textFaults({ path, text }: SourceFile): string[] {
  const faults = forbiddenTexts.flatMap(({ pattern, what }) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`${path}: ${what} (${found[0]})`];
  });
  if (!/\.(ts|mjs|py|css|html)$/.test(path)) return faults;
  const limit = compositionRoots.has(path) ? maxCompositionLines : maxLines;
  const lines = lineCount(text);
  return lines > limit ? [...faults, `${path}: ${lines} lines, over ${limit}`] : faults;
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** One to five lines of what and why. */
function openingFaults({ path, text }: SourceFile): string[] {
  const lines = text.split('\n');
  const count = lines.findIndex(line => !line.startsWith('//'));
  if (count === 0) return [`${path}: does not open with a comment of what it is and why`];
  return count > 5 ? [`${path}: opens with a comment of ${count} lines, over 5`] : [];
}

function syntaxFaults(path: string, tree: ts.SourceFile): string[] {
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

function importsOf(tree: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      imports.push({ specifier: specifier.text, typeOnly });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node)) {
      const called = node.expression;
      const isRequire = ts.isIdentifier(called) && called.text === 'require';
      if (isRequire || called.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return imports;
}

function importFaults(path: string, { specifier, typeOnly }: Import): string[] {
  const fault = (problem: string): string[] => [`${path}: imports ${specifier}, ${problem}`];
  for (const { name, folders, typesAnywhere } of packageRules) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    if (folders.some(folder => path.startsWith(folder)) || (typeOnly && typesAnywhere)) continue;
    return fault(`which only ${folders.join(', ')} may`);
  }
  if (!path.startsWith('src/')) return [];
  const from = layerOf(path);
  if (from === undefined) return [`${path}: is in no layer of the design`];
  if (!specifier.startsWith('.')) {
    const isRequestSchema = path.startsWith('src/base/requests/') && specifier === 'valibot';
    return from.name === 'base' && !isRequestSchema
      ? fault('but base imports nothing, and its requests valibot alone')
      : [];
  }
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith('src/')) return fault('which is outside src');
  const to = layerOf(target);
  if (to === undefined) return fault('which is in no layer of the design');
  if (to.name === from.name || to.rank < from.rank) return [];
  return fault(to.rank === from.rank ? `a sibling of ${from.name}` : `which is above ${from.name}`);
}

function layerOf(path: string): { name: string; rank: number } | undefined {
  const name = path.split('/')[1] ?? '';
  const rank = layers.findIndex(group => group.some(layer => layer === name));
  return rank === -1 ? undefined : { name, rank };
}

/** Type imports count too: a cycle of types is a cycle of what must be understood together. */
function cycleFaults(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const seen = trail.indexOf(path);
    if (seen !== -1) faults.push(`${path}: imports itself by ${[...trail.slice(seen + 1), path].join(', ')}`);
    if (seen !== -1 || done.has(path)) return;
    trail.push(path);
    for (const { specifier } of imports.get(path) ?? []) {
      if (specifier.startsWith('.')) visit(posix.join(posix.dirname(path), specifier));
    }
    trail.pop();
    done.add(path);
  };
  for (const path of imports.keys()) visit(path);
  return faults;
}

/** Not ours to tidy: what is installed, built or downloaded, weights, oracles' data, and workspaces made to be odd. */
const skipped = new Set([
  '.git',
  '.cache',
  'node_modules',
  'dist',
  'models/bundled',
  'test/fixtures',
  'test/output',
]);

function repositoryFiles(folder = ''): SourceFile[] {
  return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).flatMap(entry => {
    const path = posix.join(folder, entry.name);
    if (skipped.has(path)) return [];
    if (entry.isDirectory()) return repositoryFiles(path);
    const isText =
      /\.(ts|mjs|cjs|js|py|md|css|html|sh)$|^package\.json$|^\.npmrc$|^\.ci\/run$|^\.vscode\//.test(path);
    return entry.isFile() ? [{ path, text: isText ? readFileSync(path, 'utf8') : '' }] : [];
  });
}

/** `sample` is `path: text`; its faults, without the path, match `expected` one by one. */
function check(samples: readonly string[], ...expected: RegExp[]): void {
  const files = samples.map(sample => {
    const [, path = '', text = ''] = /^(\S+): ?(.*)$/s.exec(sample) ?? [];
    return {
      path,
      text: path.endsWith('.ts') && !text.startsWith('!') ? `// Why.\n${text}` : text.replace('!', ''),
    };
  });
  const faults = faultsOf(files);
  ok(
    faults.length === expected.length && expected.every((pattern, at) => pattern.test(faults[at] ?? '')),
    `expected ${expected.join(', ')}, found:\n${faults.join('\n')}`,
  );
}

describe('tidy', () => {
  it('finds no fault in this repository', () => {
    const files = repositoryFiles();
    for (const path of ['src/model/config.ts', 'test/tidy.test.ts', 'package.json', 'media/icon.svg']) {
      ok(
        files.some(file => file.path === path),
        `${path} was not looked at; run the tests in the repository's root`,
      );
    }
    deepStrictEqual(faultsOf(files), []);
  });
});

describe('the checker of tidiness', () => {
  it('lets layers import downwards and within themselves', () => {
    check(["src/infer/a.ts: import { b } from '../graph/b.ts'; import { c } from './c.ts';"]);
    check([
      "src/worker/a.ts: import type { T } from '../complete/types.ts'; import { v } from '../complete/types.ts';",
    ]);
    check(["src/extension.ts: import { e } from './editor/e.ts'; import * as vscode from 'vscode';"]);
  });

  it('finds imports upwards, of siblings, and outside the layers', () => {
    check(
      ["src/graph/a.ts: import { m } from '../model/m.ts';"],
      /imports \.\.\/model\/m\.ts, which is above graph/,
    );
    check(["src/infer/a.ts: import type { T } from '../train/t.ts';"], /a sibling of infer/);
    check(["src/train/a.ts: export * from '../infer/t.ts';"], /a sibling of train/);
    check(["src/graph/a.ts: const m = await import('../model/m.ts');"], /above graph/);
    check(["src/graph/a.ts: let m: import('../model/m.ts').M;"], /above graph/);
    check(["src/graph/a.ts: const m = require('../model/m.ts');"], /above graph/);
    check(["src/model/a.ts: import { s } from '../../test/support/s.ts';"], /which is outside src/);
    check(["src/model/a.ts: import { s } from '../odd/s.ts';"], /in no layer/);
    check(["src/odd/a.ts: import { s } from './s.ts';"], /src\/odd\/a\.ts: is in no layer/);
    check(["src/base/a.ts: import { join } from 'node:path';"], /base imports nothing/);
    check(["src/base/a.ts: import * as v from 'valibot';"], /base imports nothing/);
    check(["src/base/requests/a.ts: import { join } from 'node:path';"], /base imports nothing/);
    check(["src/editor/a.ts: import { e } from '../extension.ts';"], /above editor/);
  });

  it('finds cycles', () => {
    const cycle = [
      "src/model/a.ts: import { b } from './b.ts';",
      "src/model/b.ts: import type { A } from './a.ts';",
    ];
    check(cycle, /src\/model\/a\.ts: imports itself by src\/model\/b\.ts, src\/model\/a\.ts/);
    check(["src/model/a.ts: import { b } from './b.ts';", "src/model/b.ts: import { c } from './c.ts';"]);
  });

  it('keeps packages where they belong', () => {
    check(["src/worker/a.ts: import * as vscode from 'vscode';"], /imports vscode, which only src\/editor\//);
    check(["src/worker/a.ts: import { type Uri } from 'vscode';"], /imports vscode/);
    check(["src/worker/a.ts: import type { Uri } from 'vscode';"]);
    check(["test/model/a.ts: import * as vscode from 'vscode';"], /imports vscode/);
    check(["src/infer/a.ts: import type { Tensor } from 'onnxruntime-web';"], /onnxruntime-web, which only/);
    check(["src/infer/a.ts: import ort from 'onnxruntime-web/wasm';"], /onnxruntime-web\/wasm, which only/);
    check(
      ["src/runtime/a.ts: import ort from 'onnxruntime-node';"],
      /onnxruntime-node, which only src\/cli\//,
    );
    check([
      "src/runtime/a.ts: import ort from 'onnxruntime-web';",
      "src/cli/a.ts: import ort from 'onnxruntime-node';",
    ]);
  });

  it('finds long files and a high median', () => {
    const lines = (count: number) => 'x;\n'.repeat(count - 1);
    check([`test/a.ts: ${lines(400)}`]);
    check([`test/a.ts: ${lines(401)}`], /401 lines, over 400/);
    check(
      [`src/extension.ts: ${lines(121)}`, 'src/base/a.ts: x;', 'src/base/b.ts: x;'],
      /121 lines, over 120/,
    );
    check([`src/base/a.ts: ${lines(151)}`], /the median file has 151 lines/);
    check([`src/base/a.ts: ${lines(151)}`, 'src/base/b.ts: x;', 'src/base/c.ts: x;']);
  });

  it('finds names that say nothing', () => {
    check(['src/base/utils.ts: x;'], /utils\.ts says nothing/);
    check(['test/helpers/a.ts: x;'], /helpers says nothing/);
    check(['media/Misc.css: x'], /Misc\.css says nothing/);
    check(['src/base/common.test.ts: x;'], /common/);
    check(['src/base/commonPrefix.ts: x;']);
  });

  it('finds what switches checks off, and unfinished work', () => {
    check(['src/base/a.ts: let a: any;'], /any in line 2/);
    check(['src/base/a.ts: const a = b as unknown as Map<string, any>;'], /any in line 2/);
    check(["src/base/a.ts: const any = 'any'; // any"]);
    check(['src/base/a.ts: // @ts-' + 'ignore'], /switched off/);
    check(['test/a.ts: describe.' + "only('x')"], /tests left out/);
    check(['test/a.ts: it.' + "skip('x')"], /tests left out/);
    check(['src/base/a.ts: // TO' + 'DO: more'], /work left to do/);
  });

  it('finds files that do not say what they are', () => {
    check(['src/base/a.ts: !x;'], /does not open with a comment/);
    check([`src/base/a.ts: ${'// b\n'.repeat(5)}`], /comment of 6 lines/);
    check([`src/base/a.ts: ${'// b\n'.repeat(4)}`]);
  });

  it("finds paths of somebody's machine", () => {
    for (const path of [
      '/' + 'home/jane/x',
      '/' + 'Users/jane',
      'C:\\' + 'Users\\jane',
      '/' + 'work/x',
      '/' + 'root/x',
    ]) {
      check([`README.md: see ${path}`], /somebody's machine/);
    }
    check(['README.md: ' + '/' + 'home/user/project and src/work/a and ./root/b']);
  });
});
