// Lexemes of texts, and that following a document token by token finds the same as reading it at once.

import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { DocumentStructure } from '../../../src/memory/analogy/documentStructure.ts';
import { familyOf } from '../../../src/memory/analogy/keywords.ts';
import { LexemeTable } from '../../../src/memory/analogy/lexemeTable.ts';
import { Lexemes, lexicalClasses, longestName, readLexemes } from '../../../src/memory/analogy/lexer.ts';
import { structureOf, TokenBytes } from '../../../src/memory/analogy/structuredFile.ts';
import { boundary } from '../../../src/memory/contextSort.ts';
import { kindsOf, TextAfter } from '../../../src/memory/textAfter.ts';
import { finish } from '../../../src/memory/workspaceMemory.ts';

describe('memory/analogy/lexer', () => {
  const { line, name, number, sign } = lexicalClasses;
  const kinds = new Map<number, string>([
    [line, 'L'],
    [name, 'N'],
    [number, '#'],
  ]);

  /** Lexemes as `kind:text`, `K` for keywords and `S` for signs, a dot before those that stand after a blank. */
  function lexemesOf(text: string, path = 'a.ts'): string {
    const bytes = new TextEncoder().encode(text);
    const table = new LexemeTable();
    const lexemes = new Lexemes();
    readLexemes(bytes, 0, bytes.length, familyOf(path), table, lexemes);
    return Array.from({ length: lexemes.length }, (_, at) => {
      const code = lexemes.codes[at] ?? 0;
      const kind = lexemes.classes[at] ?? 0;
      const letter = kinds.get(kind) ?? (kind >= lexicalClasses.keyword ? 'K' : kind >= sign ? 'S' : '?');
      return `${(code & 1) === 1 ? '.' : ''}${letter}:${JSON.stringify(table.text(code >> 1)).slice(1, -1)}`;
    }).join(' ');
  }

  function check(text: string, expected: string, path?: string): void {
    it(`reads ${JSON.stringify(text)}${path === undefined ? '' : ` in ${path}`}`, () => {
      deepStrictEqual(lexemesOf(text, path), expected);
    });
  }

  check('', '');
  check('return a_b + 12;', 'K:return .N:a_b .S:+ .#:12 S:;');
  check('def f(x)', 'N:def .N:f S:( N:x S:)');
  check('def f(x)', 'K:def .N:f S:( N:x S:)', 'a.py');
  check('a\r\n\t b', 'N:a L:\\n\\t  N:b');
  check('a\n\n\n\n\n  \n  b  \n', 'N:a L:\\n\\n\\n   N:b L:\\n');
  check('$x=>"y"', 'N:$x S:= S:> S:\\" N:y S:\\"');
  check('0x1F 1.5', '#:0x1F .#:1 S:. #:5');

  it('cuts words that are no names', () => {
    const text = 'a'.repeat(2 * longestName + 5);
    deepStrictEqual(
      lexemesOf(text)
        .split(' ')
        .map(({ length }) => length - 2),
      [longestName, longestName, 5],
    );
  });
});

describe('memory/analogy/documentStructure', () => {
  const spelt = Array.from('ab1 \n(."é', letter => letter).map(letter =>
    Buffer.from(letter).toString('latin1'),
  );
  const tokens = [...spelt, 'return', ' ab', '\n    ', '()', 'ca', undefined];
  const token = fc.integer({ min: 0, max: tokens.length - 1 });
  const path = 'a.ts';
  const kinds = kindsOf(tokens);

  function lexemes(
    { codes, classes }: { codes: Int32Array; classes: Int16Array },
    table: LexemeTable,
    count: number,
  ) {
    return Array.from({ length: count }, (_, at) =>
      classes[at] === boundary ? '|' : `${(codes[at] ?? 0) & 1} ${table.text((codes[at] ?? 0) >> 1)}`,
    );
  }

  it('knows what reading the whole text gives, however it came about', () => {
    const document = fc.array(token, { maxLength: 30 });
    const bytes = new TokenBytes(tokens);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(document, fc.option(document), document), { minLength: 1, maxLength: 5 }),
        states => {
          const table = new LexemeTable();
          const structure = new DocumentStructure(table, bytes);
          for (const [before, after, generated] of states) {
            const known = after === null ? undefined : new TextAfter(after, kinds);
            structure.follow({ document: before, after: known }, generated, familyOf(path));
            const whole = finish(structureOf(path, [...before, ...generated], bytes, table));
            const below = after === null ? [] : [...lexemesOfTokens(after), '|'];
            deepStrictEqual(lexemes(structure, table, structure.lexemeCount), [
              ...below,
              ...lexemes(whole, table, whole.codes.length),
            ]);
            deepStrictEqual(structure.start, below.length);
          }
          function lexemesOfTokens(all: readonly number[]): string[] {
            const file = finish(structureOf(path, all, bytes, table));
            return lexemes(file, table, file.codes.length);
          }
        },
      ),
    );
  });

  it('looks at no more places than it may, in a text that repeats one line', () => {
    const structure = new DocumentStructure(new LexemeTable(), new TokenBytes(tokens));
    const repeated = Array.from({ length: 100_000 }, () => [10, 8, 9, 4]).flat();
    structure.follow({ document: repeated }, [], familyOf(path));
    let visited = 0;
    structure.findPlaces(structure.lexemeCount, 4, 48, () => visited++);
    ok(visited > 0 && visited <= 48, `${visited}`);
  });
});
