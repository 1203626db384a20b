// VS Code's globs: what each part matches and does not, that no pattern throws, and the exclude maps built of them.

import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { ExcludeMap } from '../../src/corpus/excludes.ts';
import { excludeTest } from '../../src/corpus/excludes.ts';
import { globPattern } from '../../src/corpus/glob.ts';

/** Of the paths, those that `glob` matches are the ones before ` | `. */
function check(glob: string, paths: string): void {
  const [matching = '', others = ''] = paths.split(' | ');
  const list = (text: string): string[] => text.split(' ').filter(path => path !== '');
  const all = [...list(matching), ...list(others)];
  deepStrictEqual(
    { glob, matches: all.filter(path => globPattern(glob).test(path)) },
    { glob, matches: list(matching) },
  );
}

function checkExcluded(maps: readonly ExcludeMap[], siblings: string, expected: string): void {
  const test = excludeTest(maps);
  const names = siblings.split(' ');
  deepStrictEqual(
    names.filter(name => test(name, new Set(names))),
    expected.split(' ').filter(name => name !== ''),
  );
}

describe('globs', () => {
  it('match within a folder by one star and across folders by two', () => {
    check('*.js', 'a.js .js | b/a.js a.jsx a.ts');
    check('**/*.js', 'a.js b/a.js b/c/a.js | a.jsx b.js/a');
    check('**/node_modules', 'node_modules a/node_modules | node_modules/a xnode_modules node_modulesx');
    check('src/**/test', 'src/test src/a/test src/a/b/test | test src/tests asrc/test');
    check('src/**', 'src src/a src/a/b | srcs a/src');
    check('**/dist/**', 'dist dist/a a/dist a/dist/b | distant/a');
    check('**', 'a a/b');
    check('a**b', 'ab axxb | a/b');
    check('node_modules', 'node_modules | a/node_modules');
    check('**/build/', 'build a/build | a/build/b');
  });

  it('know single characters, sets and alternatives', () => {
    check('?.ts', 'a.ts | ab.ts /.ts .ts');
    check('[a-c].ts', 'a.ts c.ts | d.ts [a-c].ts');
    check('[!a-c].ts', 'd.ts | a.ts');
    check('[]a', '[]a | a');
    check('[z-a]', '[z-a] | a');
    check('**/*.{js,ts}', 'a.js b/a.ts | a.jsx a.{js,ts}');
    check('**/*.min.{js,{css,less}}', 'a.min.js a.min.css b/a.min.less | a.min.html');
    check('{a,b/**}/c', 'a/c b/c b/x/c | c a/x/c');
    check('{**/out,tmp}', 'out a/out tmp | a/tmp');
  });

  it('take all else as it stands', () => {
    check('a.b', 'a.b | axb');
    check('a+(b)$^|c', 'a+(b)$^|c | aab');
    check('{a', '{a | a');
    check('a}', 'a} | a');
    check('[a', '[a | a');
    check('été/😀?.ts', 'été/😀x.ts été/😀😀.ts | été/x.ts');
  });

  it('never throw', () => {
    const glob = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from('*?[]{},!^\\/-ab.$()+|')) }),
    );
    fc.assert(
      fc.property(glob, fc.string(), (pattern, path) => typeof globPattern(pattern).test(path) === 'boolean'),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe('exclude maps', () => {
  it('hold what is true, and what is tied to a file beside it', () => {
    checkExcluded([{ '*.log': true, '*.txt': false }], 'a.log a.txt a.ts', 'a.log');
    checkExcluded([{ '*.log': false }, { '*.log': true }], 'a.log', 'a.log');
    checkExcluded([{ '*.js': { when: '$(basename).ts' } }], 'a.js a.ts b.js c.d.js c.d.ts', 'a.js c.d.js');
    checkExcluded([], 'a.js', '');
  });
});
