// The walk leaves exactly the files that Git would track, over random trees whose answers Git itself gave (see
// oracle/), and obeys .tinymemoryignore and the ignore files above the workspace.

import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { CorpusRules } from '../../src/corpus/walk.ts';
import { walkCorpus } from '../../src/corpus/walk.ts';
import { memoryTree } from './memoryTree.ts';

interface IgnoreCase {
  readonly ignores: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly tracked: readonly string[];
}

/** By name, not by a rule of ours; the oracle's trees hold some. */
const ignoredOnly = new Set(['ignored']);

async function kept(files: Readonly<Record<string, string>>, rules: CorpusRules = {}): Promise<string[]> {
  const byOthers: string[] = [];
  const paths: string[] = [];
  const onLeftOut = ({ path, reason }: { path: string; reason: string }): void => {
    if (!ignoredOnly.has(reason)) byOthers.push(path);
  };
  for await (const { path } of walkCorpus(memoryTree(files), rules, { onLeftOut })) paths.push(path);
  return [...paths, ...byOthers].filter(path => !/(?:^|\/)\.git(?:ignore|\/)|\.tinymemoryignore$/.test(path));
}

/** `ignores` and `files` as `path: pattern pattern` and `path path`; `expected` are the files that stay. */
async function check(ignores: readonly string[], files: string, expected: string, rules?: CorpusRules) {
  const tree = Object.fromEntries(files.split(' ').map(path => [path, 'text']));
  for (const one of ignores) {
    const [path = '', patterns = ''] = one.split(': ');
    tree[path] = patterns.split(' ').join('\n');
  }
  deepStrictEqual((await kept(tree, rules)).sort(), expected.split(' ').filter(Boolean).sort());
}

describe('ignore rules', () => {
  it('leave what Git leaves, in 150 random trees', async () => {
    const lines = readFileSync('test/corpus/oracle/gitignore.jsonl', 'utf8').trim().split('\n');
    const cases = lines.map(line => JSON.parse(line) as IgnoreCase);
    deepStrictEqual(cases.length, 150);
    for (const { ignores, files, tracked } of cases) {
      const tree = { ...Object.fromEntries(files.map(file => [file, 'text'])), ...ignores };
      const expected = [...tracked].sort();
      deepStrictEqual({ ignores, kept: (await kept(tree)).sort() }, { ignores, kept: expected });
    }
  });

  it('let .tinymemoryignore add to Git and overrule it, the deepest last', async () => {
    await check(['.tinymemoryignore: *.sql'], 'a.sql a.ts b/c.sql', 'a.ts');
    await check(['.tinymemoryignore: *.sql', 'b/.gitignore: !c.sql'], 'b/c.sql b/d.sql', '');
    await check(['.gitignore: *.ts', '.tinymemoryignore: !a.ts'], 'a.ts b.ts', 'a.ts');
    await check(
      ['.gitignore: lib', '.tinymemoryignore: !lib/'],
      'lib/a.ts lib/b/c.ts',
      'lib/a.ts lib/b/c.ts',
    );
    await check(['.tinymemoryignore: *.sql', 'b/.tinymemoryignore: !c.sql'], 'b/c.sql b/d.sql', 'b/c.sql');
  });

  it('reach down from above the workspace', async () => {
    const outer = {
      prefix: 'packages/app',
      exclude: 'local.ts',
      files: [
        { folder: '', git: '/packages/app/gen\n*.tmp\n/top.ts', own: '' },
        { folder: 'packages', git: 'app/one.ts\n!two.tmp', own: '*.sql' },
      ],
    };
    const files = 'gen/a.ts x.tmp two.tmp top.ts one.ts sub/one.ts a.sql local.ts b.ts';
    await check([], files, 'b.ts sub/one.ts top.ts two.tmp', { outer });
  });

  it('take letter case as told', async () => {
    await check(['.gitignore: Secret.ts'], 'secret.ts Secret.ts', 'secret.ts');
    await check(['.gitignore: Secret.ts'], 'secret.ts', '', { ignoreCase: true });
  });

  it('never throw, whatever stands in an ignore file', async () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from('*?[]!#\\/-ab. {}^$()+|~')) }),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.constantFrom('', 'we[i*d/'),
        async (lines, at) => {
          const tree = { [`${at}.gitignore`]: lines.join('\n'), 'a/b.ts': 'x', 'we[i*d/b.ts': 'x' };
          await kept(tree);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});
