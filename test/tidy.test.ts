// Holds the repository to its own rules: layers, rooms and runtimes, sizes, names, and what no file may say; and shows that
// each rule fails on a sample that breaks it.

import { deepStrictEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { faultsOf } from './tidy/faults.ts';
import type { SourceFile } from './tidy/source.ts';

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

  it('finds code loaded in a runtime that it is not for', () => {
    check(
      ["src/editor/a.ts: import { m } from '../infer/m.ts';"],
      /loads \.\.\/infer\/m\.ts, which is for the engine/,
    );
    check(["src/editor/a.ts: import type { M } from '../infer/m.ts';"]);
    check(["src/webview/a.ts: import { c } from '../worker/client/c.ts';"], /for the extension host/);
    check(["src/worker/host/a.ts: import { c } from '../client/c.ts';"], /for the extension host/);
    check(["src/cli/a.ts: import { m } from '../infer/m.ts';"]);
    check(["src/worker/host/a.ts: import { join } from 'node:path';"], /which browsers lack/);
    check(["src/worker/host/a.ts: import { d } from '../platform/nodeDisk.ts';"], /runs in Node alone/);
    check(["src/worker/platform/nodeDisk.ts: import { join } from 'node:path';"]);
  });

  it('finds rooms that know each other', () => {
    check(
      [
        "src/chat/search/a.ts: import { b } from '../chunks/b.ts';",
        "src/chat/chunks/c.ts: import type { D } from '../search/d.ts';",
      ],
      /chunks knows src\/chat\/search/,
      /search knows src\/chat\/chunks/,
    );
    check(["src/chat/search/a.ts: import { b } from '../chunks/b.ts'; import { c } from '../c.ts';"]);
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

  it('finds names that stand for two things', () => {
    check(
      ['src/base/a.ts: export const size = 1;', 'src/base/b.ts: export function size(): void {}'],
      /b\.ts: exports size, as src\/base\/a\.ts does/,
    );
    check(['src/base/a.ts: const size = 1;', 'src/base/b.ts: export function size(): void {}']);
    check([
      'src/extension.ts: export function activate() {}',
      'src/webExtension.ts: export function activate() {}',
    ]);
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
