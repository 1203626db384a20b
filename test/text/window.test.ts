// Lines and line ends of a document window. `check` writes documents as `before|after` the cursor.

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { currentLine, normalizeLineEnds, windowLimits, withLineEnd } from '../../src/text/window.ts';

function check(document: string, before: string, after: string): void {
  const [prefix = '', suffix = ''] = document.split('|');
  deepStrictEqual(currentLine({ prefix, suffix }), { before, after });
}

describe('currentLine', () => {
  it('is the text of the line around the cursor', () => {
    check('foo(|)', 'foo(', ')');
    check('one\ntw|o\nthree', 'tw', 'o');
    check('one\n|\nthree', '', '');
    check('|', '', '');
  });

  it('ends at any line end', () => {
    check('one\r\ntw|o\r\nthree', 'tw', 'o');
    check('tw|o\rthree', 'tw', 'o');
    check('two|\r\n', 'two', '');
    check('two\n|', '', '');
  });
});

describe('normalizeLineEnds', () => {
  it('leaves only line feeds', () => {
    strictEqual(normalizeLineEnds('a\r\nb\rc\nd\r\r\n'), 'a\nb\nc\nd\n\n');
    strictEqual(normalizeLineEnds('a\nb'), 'a\nb');
    strictEqual(normalizeLineEnds(''), '');
  });

  it('is undone by withLineEnd', () => {
    const piece = fc.constantFrom('a', ' ', '\n', '\u2028', '\ud800', 'é');
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom('\n' as const, '\r\n' as const), (pieces, eol) => {
        const text = pieces.join('');
        const written = withLineEnd(text, eol);
        strictEqual(normalizeLineEnds(written), text);
        strictEqual(written.split(eol).length, text.split('\n').length);
      }),
      { seed: 1 },
    );
  });
});

describe('withLineEnd', () => {
  it('writes the line end of the document, and no carriage return twice', () => {
    strictEqual(withLineEnd('a\nb\r\nc', '\r\n'), 'a\r\nb\r\nc');
    strictEqual(withLineEnd('a\nb', '\n'), 'a\nb');
  });
});

describe('windowLimits', () => {
  it('keeps a request small', () => {
    strictEqual(windowLimits.prefixChars + windowLimits.suffixChars <= 20_000, true);
  });
});
