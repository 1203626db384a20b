// Which places count as built alike, what they go on with, and what that costs.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { AnalogyFinder } from '../../../src/memory/analogy/analogies.ts';
import { DocumentStructure } from '../../../src/memory/analogy/documentStructure.ts';
import { familyOf } from '../../../src/memory/analogy/keywords.ts';
import { LexemeTable } from '../../../src/memory/analogy/lexemeTable.ts';
import { StructuralSegment } from '../../../src/memory/analogy/structuralSegment.ts';
import { structureOf, TokenBytes } from '../../../src/memory/analogy/structuredFile.ts';
import { kindsOf, TextAfter } from '../../../src/memory/textAfter.ts';
import { finish } from '../../../src/memory/workspaceMemory.ts';

/** A token for each byte. */
const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const tokenBytes = new TokenBytes(bytes);
const kinds = kindsOf(bytes);
const tokensOf = (text: string): number[] => [...new TextEncoder().encode(text)];

type Files = Readonly<Record<string, string>>;

function segmentOf(files: Files, table: LexemeTable): StructuralSegment {
  const structured = Object.entries(files).map(([path, text]) =>
    finish(structureOf(path, tokensOf(text), tokenBytes, table)),
  );
  return finish(StructuralSegment.build(structured));
}

/** The finder at the bar of `document`, and what the analogies found there go on with, the best first. */
function find(document: string, files: Files = {}, path = 'own.ts', ownFrom = Infinity) {
  const table = new LexemeTable();
  const segment = segmentOf(files, table);
  const structure = new DocumentStructure(table, tokenBytes);
  const [before = '', after = ''] = document.split('|');
  const below = after === '' ? undefined : new TextAfter(tokensOf(after), kinds);
  structure.follow({ document: tokensOf(before), after: below }, [], familyOf(path));
  const finder = new AnalogyFinder(structure);
  const found = finder.find([segment], { family: familyOf(path), ownPath: path, ownFrom });
  return { finder, found, texts: found.map(analogy => Buffer.from(analogy.bytes, 'latin1').toString()) };
}

describe('memory/analogy/analogies', () => {
  const byTitle = `
  findByTitle(title: string): Book[] {
    return this.books.filter(book => book.title === title);
  }
`;

  function check(what: string, document: string, begins: string, files?: Files, path?: string): void {
    it(what, () => {
      const { texts } = find(document, files, path);
      ok(texts[0]?.startsWith(begins), JSON.stringify(texts));
    });
  }

  check(
    'goes on as the method above, with its own names',
    `${byTitle}\n  findByCopies(copies: number): Book[] {\n    return this.books.filter(book => book.|`,
    'copies === copies)',
  );
  check(
    'goes on as another file does',
    `\n  findByCopies(copies: number): Book[] {\n    return this.books.filter(book => book.co|`,
    'pies === copies)',
    { 'b.ts': byTitle },
  );
  check('counts further', 'const enum Color {\n  red = 1,\n  green = 2,\n  blue = |', '3,');
  check(
    'indents as much deeper as the place does',
    'if (a) {\n  for (const x of xs) {\n    go(x);\n  }\n}\n    if (b) {\n      for (const y of ys) {|',
    '\n        go(y);',
  );
  check(
    'tells places apart by what stands below',
    'add(a);\nsend(a);\nlog(1);\nadd(b);\nsend(b);\nkeep(1);\nadd(c);\n|\nkeep(1);\n',
    'send(c)',
  );
  check(
    'keeps names of other scripts',
    'пусть имя = взять(имя);\nпусть возраст = взять(|',
    'возраст)',
    {},
    'a.x',
  );

  it('looks into files of its own language alone, and not into its own copy', () => {
    const own = `\n  findByCopies(copies: number): Book[] {\n    return this.books.filter(book => book.|`;
    strictEqual(find(own, { 'b.ts': byTitle }).found.length, 1);
    strictEqual(find(own, { 'b.py': byTitle }).found.length, 0);
    strictEqual(find(own, { 'own.ts': byTitle }).found.length, 0);
    strictEqual(find(own, { 'own.ts': byTitle }, 'own.ts', 0).found.length, 1);
    strictEqual(find(own, { 'own.ts': byTitle }, 'own.ts', 200).found.length, 0);
  });

  it('finds in a segment what looking at every place finds', () => {
    const lexeme = fc.constantFrom('a', 'b ', '(', ')', ' 1', '\n  ', 'if', '.');
    const text = fc.array(lexeme, { minLength: 4, maxLength: 14 }).map(all => all.join(''));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (files, context) => {
        const table = new LexemeTable();
        const segment = segmentOf(Object.fromEntries(files.map((file, at) => [`${at}.ts`, file])), table);
        const asked = finish(structureOf('own.ts', tokensOf(context), tokenBytes, table));
        const filter = { family: familyOf('own.ts'), ownPath: 'own.ts', ownFrom: Infinity };
        const found: number[] = [];
        segment.find(asked.classes, asked.classes.length, 2, 1000, filter, found);
        const expected: number[] = [];
        for (let place = 1; place < segment.classes.length; place++) {
          const agrees = [1, 2].every(
            back => segment.classes[place - back] === asked.classes[asked.classes.length - back],
          );
          if (agrees && segment.classes[place] !== -1) expected.push(place);
        }
        deepStrictEqual(
          found.toSorted((a, b) => a - b),
          asked.classes.length < 2 ? [] : expected,
        );
      }),
    );
  });

  it('forgets a file that is hidden', () => {
    const table = new LexemeTable();
    const segment = segmentOf({ 'a.ts': byTitle, 'b.ts': byTitle }, table);
    const { classes } = finish(structureOf('own.ts', tokensOf(byTitle), tokenBytes, table));
    const places = (): number => {
      const found: number[] = [];
      segment.find(classes, 8, 4, 1000, { family: 1, ownPath: '', ownFrom: Infinity }, found);
      return found.length;
    };
    const both = places();
    segment.hide('a.ts');
    strictEqual(places(), both / 2);
    deepStrictEqual(
      segment.files().map(({ path }) => path),
      ['b.ts'],
    );
  });

  describe('compares a bounded number of places', () => {
    const line = 'insert(1, "one", first);\n';
    const longLine = 'x={a:1,b:"c"},'.repeat(70_000);

    for (const [what, text] of [
      ['of one line again and again', line.repeat(100_000)],
      ['of one line of a megabyte', longLine],
      ['of white space', ' \n'.repeat(100_000)],
      ['of one word of a megabyte', 'a'.repeat(1_000_000)],
    ] as const) {
      it(what, () => {
        const { finder, found } = find(`${text}${line.slice(0, 12)}|`, { 'b.ts': text });
        ok(finder.compared <= 4 * 48, `${finder.compared}`);
        ok(found.every(analogy => analogy.bytes.length <= 200));
      }).timeout(60_000);
    }
  });

  it('finds nothing in an empty document', () => {
    deepStrictEqual(find('|').texts, []);
  });
});
