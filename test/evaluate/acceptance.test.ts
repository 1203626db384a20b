// Suggestions that are accepted where a file parses: the places as an editor has them, and what counts as a break.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { seededRandom } from '../../src/base/random.ts';
import { parsesBySyntax } from '../../src/cli/parsing.ts';
import type { CompletionResult } from '../../src/complete/types.ts';
import { AcceptanceFigures, acceptAt, parsingPlaces, writtenPlaces } from '../../src/evaluate/acceptance.ts';
import { documentFormat } from '../../src/evaluate/documentState.ts';

const parses = parsesBySyntax();

/** Accepts `text` at the `|` of a document, where `replaced` code units after it are replaced; the break, if it is one. */
async function check(
  path: string,
  document: string,
  text: string | undefined,
  expected: 'parses' | 'breaks' | 'silent',
  replaceAfter = 0,
): Promise<void> {
  const [before = '', after = ''] = document.split('|');
  strictEqual(await parses(before + after, path), true, `${document} parses to begin with`);
  const timings = { totalMs: 1, runs: 1, tokens: 1 };
  const result: CompletionResult =
    text === undefined
      ? { kind: 'none', reason: 'low-probability', timings }
      : {
          kind: 'completion',
          items: [{ text, replaceAfter, probability: 1 }],
          source: 'network',
          timings,
        };
  const figures = new AcceptanceFigures();
  const place = { file: 0, offset: before.length, before, after };
  const format = documentFormat(path, before, new Map());
  await acceptAt(() => Promise.resolve(result), parses, 'u', place, format, 0.35, figures);
  const { places, shown, shownChars, brokenShare } = figures;
  const lines = before.split('\n');
  deepStrictEqual(
    { places, shown, shownChars, brokenShare, breaks: figures.breaks },
    {
      places: 1,
      shown: expected === 'silent' ? 0 : 1,
      shownChars: text?.length ?? 0,
      brokenShare: expected === 'breaks' ? 1 : 0,
      breaks:
        expected === 'breaks'
          ? [{ path, line: lines.length, column: (lines.at(-1) ?? '').length + 1, text }]
          : [],
    },
    `${document} with ${String(text)}`,
  );
}

describe('evaluate/acceptance', () => {
  it('counts what breaks a file that parsed, in every language with a grammar', async () => {
    for (const [path, document, whole, broken] of [
      ['a.ts', 'f();\n|\n', 'g(a);', 'import type {'],
      ['a.tsx', 'f();\n|\n', 'const a = <b>c</b>;', 'const a = <b>'],
      ['a.js', 'f(|);\n', 'a, b', 'a.replace(/'],
      ['a.py', 'class A:\n    |\n', 'def f(self): pass', 'def __reduce__(self'],
      ['a.go', 'package a\n\nfunc f() {\n\t|\n}\n', 'g(a)', 'if err :='],
      ['a.rs', 'fn f() {\n    |\n}\n', 'g(a);', 'let mut a ='],
      ['a.java', 'class A {\n  void f() {\n    |\n  }\n}\n', 'g(a);', 'return new'],
      ['a.cpp', 'int f() {\n  |\n}\n', 'return 1;', 'std::vector<int> a('],
      ['a.cs', 'class A {\n  void F() {\n    |\n  }\n}\n', 'G(a);', 'foreach (var a in'],
      ['a.php', '<?php\n|\n', '$a = 1;', '$a = ['],
      ['a.rb', 'def f\n  |\nend\n', 'g(a)', 'g(a) do |x'],
      ['a.sh', 'echo a\n|\n', 'echo b', 'if [ a'],
    ] as const) {
      await check(path, document, whole, 'parses');
      await check(path, document, broken, 'breaks');
      await check(path, document, undefined, 'silent');
    }
    await check('a.ts', 'f(|);\n', 'a);', 'parses', 2);
    await check('a.ts', 'f(|);\n', 'a);', 'breaks');
  });

  it('says nothing of languages without a grammar', async () => {
    strictEqual(await parses('(', 'a.zig'), undefined);
    strictEqual(await parses('(', 'a'), undefined);
  });

  it('takes places on all lines, with the closers that an editor types ahead and nothing else of the line', () => {
    const text = 'f(a, [1, "b"]).g();\n\nif (c) {\n  d;\n}\n';
    const places = writtenPlaces([{ text, languageId: 'typescript' }], seededRandom(0));
    const found = new Map<number, string>();
    for (let count = 0; count < 1000; count++) {
      const place = places.next().value;
      ok(place);
      const { offset, before, after } = place;
      strictEqual(before, text.slice(0, offset));
      const lineEnd = text.indexOf('\n', offset);
      ok(after.endsWith(text.slice(lineEnd)));
      found.set(offset, after.slice(0, after.length - (text.length - lineEnd)));
    }
    const ahead = (typed: string) => found.get(text.indexOf(typed) + typed.length);
    deepStrictEqual(
      ['', 'f', 'f(', 'f(a, [', 'f(a, [1, "', 'f(a, [1, "b"', 'f(a, [1, "b"])', 'if (', 'if (c)'].map(ahead),
      ['', '', ')', '])', '"])', '])', '', ')', ''],
    );
    // Each line from its first character to its end, and never in leading white space or on blank lines.
    strictEqual(found.size, 20 + 9 + 3 + 2);
  });

  it('keeps the places that parse, in order, the same for the same seed', async () => {
    const files = [
      { text: 'let a = 1;\nlet b = a;\n'.repeat(20), languageId: 'typescript' },
      { text: 'let a = (;\n'.repeat(20), languageId: 'typescript' },
    ];
    const choose = (seed: number, tries = 1000) =>
      parsingPlaces(
        writtenPlaces(files, seededRandom(seed)),
        ({ before, after }) => parses(before + after, 'a.ts'),
        10,
        tries,
      );
    const places = await choose(1);
    strictEqual(places.length, 10);
    ok(places.every(({ file }) => file === 0));
    deepStrictEqual(
      places,
      places.toSorted((a, b) => a.offset - b.offset),
    );
    deepStrictEqual(await choose(1), places);
    ok(JSON.stringify(await choose(2)) !== JSON.stringify(places));
    strictEqual((await choose(1, 3)).length <= 3, true);
  });

  it('divides by nothing where nothing is shown, and never splits a character', () => {
    strictEqual(new AcceptanceFigures().brokenShare, 0);
    deepStrictEqual([...writtenPlaces([{ text: ' \n', languageId: 'code' }], seededRandom(0))], []);
    const places = writtenPlaces([{ text: '😀😀', languageId: 'code' }], seededRandom(0));
    for (let count = 0; count < 50; count++) strictEqual((places.next().value?.offset ?? 1) % 2, 0);
  });
});
