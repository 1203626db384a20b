// Patterns over paths take steps in proportion to pattern and path, whatever they repeat, and the same answers as the
// plainest matcher one can write.

import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { globPattern } from '../../src/corpus/glob.ts';
import { parseIgnorePattern } from '../../src/corpus/ignorePattern.ts';
import type { PathPattern } from '../../src/corpus/pathPattern.ts';
import { anyFolders, anyName, anything, literal, pathMatcher } from '../../src/corpus/pathPattern.ts';
import { walkCorpus } from '../../src/corpus/walk.ts';
import { memoryTree } from './memoryTree.ts';

/** Units that made the regular expressions in use before take minutes, with what they are tried on. */
const repeated = [
  ['**/a/', 'a/'],
  ['**/', 'a/'],
  ['*a', 'a'],
  ['*', 'a'],
  ['a*', 'a'],
  ['**/*a', 'a/'],
  ['{a,aa}', 'a'],
  ['{*,a}', 'a'],
  ['?*', 'a'],
  ['[a-b]*', 'a'],
  ['{', 'a'],
  ['[', 'a'],
  ['\\', 'a'],
] as const;

function naive(pattern: PathPattern, text: string): boolean {
  const ends = (part: PathPattern, from: number): Set<number> => {
    switch (part.kind) {
      case 'one':
        return new Set(from < text.length && part.test(text.charCodeAt(from)) ? [from + 1] : []);
      case 'sequence':
        return part.parts.reduce(
          (starts, next) => new Set([...starts].flatMap(at => [...ends(next, at)])),
          new Set([from]),
        );
      case 'choice':
        return new Set(part.parts.flatMap(each => [...ends(each, from)]));
      case 'many': {
        const reached = new Set([from]);
        for (const at of reached) for (const end of ends(part.part, at)) reached.add(end);
        return reached;
      }
      default:
        return part satisfies never;
    }
  };
  return ends(pattern, 0).has(text.length);
}

describe('path patterns', () => {
  it('take steps in proportion to pattern times path', () => {
    for (const [unit, text] of repeated) {
      const stepsOf = (length: number): number =>
        globPattern(`${unit.repeat(length)}!`).count(text.repeat(length)).steps + length;
      const growth = stepsOf(400) / stepsOf(100);
      ok(growth <= 17, `${unit}: four times as much takes ${growth.toFixed(1)} times the steps`);
    }
  });

  it('are built in a size that is linear in the text', () => {
    for (const [unit] of repeated) {
      // A quadratic parser takes minutes over all of these.
      const glob = unit.repeat(Math.ceil(20_000 / unit.length));
      deepStrictEqual(globPattern(glob).test('!'), ['*', '**/', '{*,a}'].includes(unit));
      ok(parseIgnorePattern(glob, false)?.test('!/!') !== undefined || /^[\\[]/.test(unit), unit);
    }
  });

  it('match what the plainest matcher does', () => {
    const { pattern } = fc.letrec<{ pattern: PathPattern }>(tie => ({
      pattern: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(literal('a'), literal('/'), literal('ab'), anyName, anything, anyFolders),
        fc.record({
          kind: fc.constant('sequence' as const),
          parts: fc.array(tie('pattern'), { maxLength: 3 }),
        }),
        fc.record({
          kind: fc.constant('choice' as const),
          parts: fc.array(tie('pattern'), { maxLength: 3 }),
        }),
        fc.record({ kind: fc.constant('many' as const), part: tie('pattern') }),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (one, path) => {
        deepStrictEqual(pathMatcher(one).test(path), naive(one, path));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('let a walk through 60 nested folders end, under rules that repeat themselves', async () => {
    const folders = 'a/'.repeat(60);
    for (const rules of [
      { ignore: '**/a/'.repeat(8), excludes: {} },
      { ignore: '', excludes: { [`${'**/a/'.repeat(8)}*b*b*b*b*c`]: true, ['*a'.repeat(40)]: true } },
    ]) {
      const tree = memoryTree({ '.gitignore': `${rules.ignore}x\n`, [`${folders}b.ts`]: 'x' });
      const found: string[] = [];
      for await (const { path } of walkCorpus(tree, { excludes: [rules.excludes] })) found.push(path);
      ok(found.includes(`${folders}b.ts`));
    }
  });
});

describe('lines of an ignore file', () => {
  /** Of the texts, those that the line matches are the ones before ` | `. */
  function check(line: string, texts: string, ignoreCase = false): void {
    const [matching = [], others = []] = texts.split(' | ').map(part => part.split(' ').filter(Boolean));
    const rule = parseIgnorePattern(line, ignoreCase);
    const all = [...matching, ...others];
    deepStrictEqual(
      { line, matches: all.filter(text => rule?.test(text) === true) },
      { line, matches: matching },
    );
  }

  it('are matched as Git does between brackets, behind backslashes and by stars', () => {
    check('[]a]', '] a | b');
    check('[!]a]', 'b | ] a');
    check('[a-c-e]', 'a c - e | d');
    check('[\\]x]', '] x | \\');
    check('[[:digit:]x]', '0 x | a :');
    check('[[:nothing:]x', '');
    check('[z-a]', ' | a z -');
    check('a\\*b', 'a*b | axb');
    check('a**b', 'ab axxb | a/b');
    check('a/**', 'a/b a/b/c | a b/a');
    check('**/a/b', 'a/b x/a/b | xa/b');
    check('a/**/b', 'a/b a/x/b a/x/y/b | ab a/xb');
    check('*.LOG', 'a.log A.LOG | a.lo', true);
    check('[a-c].TS', 'B.ts | d.ts', true);
    check('😀?', '😀x 😀😀 | 😀');
  });
});
