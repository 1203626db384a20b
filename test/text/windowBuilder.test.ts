// The window around the cursor: what it holds, and that it never touches what it does not hold.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LineSource } from '../../src/text/windowBuilder.ts';
import {
  clampPosition,
  concatenateLines,
  detectIndentation,
  insertedSince,
  textAfter,
  textBefore,
  windowAfterInsertion,
} from '../../src/text/windowBuilder.ts';
import type { EndOfLine } from '../../src/text/window.ts';
import { windowLimits } from '../../src/text/window.ts';
import { requestFor } from '../worker/support/fakeWorker.ts';

function linesOf(text: string): LineSource & { readonly touched: Set<number> } {
  const lines = text.split('\n');
  const touched = new Set<number>();
  return {
    touched,
    lineCount: lines.length,
    lineText(line) {
      touched.add(line);
      const found = lines[line];
      assert(found !== undefined, `line ${line} does not exist`);
      return found;
    },
  };
}

/** `|` is the cursor. */
function cut(marked: string, limits: [number, number], eol: EndOfLine = '\n') {
  const before = marked.slice(0, marked.indexOf('|'));
  const lines = linesOf(marked.replace('|', ''));
  const position = {
    line: before.split('\n').length - 1,
    character: before.length - 1 - before.lastIndexOf('\n'),
  };
  const { text, startLine } = textBefore(lines, position, eol, limits[0]);
  return {
    window: `${text}|${textAfter(lines, position, eol, limits[1])}`,
    startLine,
    touched: lines.touched,
  };
}

describe('textBefore and textAfter', () => {
  function check(marked: string, limits: [number, number], expected: string, eol: EndOfLine = '\n'): void {
    assert.equal(cut(marked, limits, eol).window, expected);
  }

  it('take all of a small document', () => {
    check('|', [9, 9], '|');
    check('ab\nc|d\ne', [9, 9], 'ab\nc|d\ne');
    check('ab\nc|d\ne', [9, 9], 'ab\r\nc|d\r\ne', '\r\n');
  });

  it('take whole lines only', () => {
    check('aa\nbb\ncc|dd\nee\nff', [5, 5], 'bb\ncc|dd\nee');
    check('aa\nbb\ncc|dd\nee\nff', [4, 4], 'cc|dd');
    check('aa\nbb\n|', [3, 3], 'bb\n|');
  });

  it('cut the line of the cursor if it is too long by itself', () => {
    check('x\nabcdef|ghijkl\ny', [3, 3], 'def|ghi');
  });

  it('do not cut a surrogate pair in two', () => {
    check('\u{1f600}ab|cd\u{1f600}', [3, 3], 'ab|cd');
    check('\u{1f600}ab|cd\u{1f600}', [4, 4], '\u{1f600}ab|cd\u{1f600}');
  });

  it('tell the line that the prefix starts in', () => {
    assert.equal(cut('aa\nbb\ncc|', [5, 5]).startLine, 1);
    assert.equal(cut('aa\nbbbbbbbbb|', [5, 5]).startLine, 1);
    assert.equal(cut('aa\nbb\ncc|', [99, 5]).startLine, 0);
  });

  it('touch only lines near the cursor', () => {
    const many = 'line\n'.repeat(50_000);
    assert(cut(`${many}a|b\n${many}`, [50, 50]).touched.size < 30);
  });

  it('hold what is next to the cursor, within the limits, for any document', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\u{1f600}', '\u0000'), maxLength: 60 });
    fc.assert(
      fc.property(text, text, fc.nat(40), fc.nat(40), (before, after, prefixChars, suffixChars) => {
        const { window } = cut(`${before}|${after}`, [prefixChars, suffixChars]);
        const [prefix = '', suffix = ''] = window.split('|');
        assert(prefix.length <= prefixChars && suffix.length <= suffixChars);
        assert(before.endsWith(prefix) && after.startsWith(suffix));
        if (before.length <= prefixChars) assert.equal(prefix, before);
        if (after.length <= suffixChars) assert.equal(suffix, after);
      }),
    );
  });
});

describe('clampPosition', () => {
  it('gives the nearest position that exists', () => {
    const lines = linesOf('ab\ncde');
    const check = (line: number, character: number, expected: [number, number]): void => {
      const clamped = clampPosition(lines, { line, character });
      assert.deepEqual([clamped.line, clamped.character], expected);
    };
    check(0, 1, [0, 1]);
    check(0, 9, [0, 2]);
    check(5, 0, [1, 3]);
    check(-1, 4, [0, 0]);
    check(1, -4, [1, 0]);
  });
});

describe('concatenateLines', () => {
  it('puts an empty line between its sources', () => {
    const all = concatenateLines([linesOf('a\nb'), linesOf('c'), linesOf('d\ne')]);
    const lines = Array.from({ length: all.lineCount }, (_, line) => all.lineText(line));
    assert.deepEqual(lines, ['a', 'b', '', 'c', '', 'd', 'e']);
  });
});

describe('windowAfterInsertion', () => {
  it('is the window that the document then gives', () => {
    const body = 'const value = 1;\n'.repeat(1_000);
    const at = (text: string) => {
      const lines = linesOf(text);
      const line = lines.lineCount - 1;
      return textBefore(lines, { line, character: lines.lineText(line).length }, '\n');
    };
    const inserted = 'x = 2;\n'.repeat(30);
    const before = at(`${body}let `);
    const { window } = requestFor(before.text);
    const after = windowAfterInsertion({ ...window, startLine: before.startLine, suffix: ');' }, inserted, 1);
    const expected = at(`${body}let ${inserted}`);
    assert.deepEqual([after.prefix, after.startLine], [expected.text, expected.startLine]);
    assert.deepEqual([after.suffix, after.version], [';', 2]);
  });

  it('cuts a line that is too long', () => {
    const { window } = requestFor('a'.repeat(windowLimits.prefixChars));
    assert.equal(windowAfterInsertion(window, 'b', 0).prefix.length, windowLimits.prefixChars);
  });
});

describe('insertedSince', () => {
  function check(before: string, after: string, expected: string | undefined, skippedLines = 0): void {
    const earlier = requestFor(before).window;
    const later = { ...requestFor(after).window, startLine: skippedLines };
    assert.equal(insertedSince(earlier, later), expected);
  }

  it('is the text between two cursors', () => {
    check('a', 'a', '');
    check('x', 'xx', 'x');
    check('a\nb', 'a\nb(\n)', '(\n)');
    check('a\nb', 'b()', '()', 1);
  });

  it('is nothing where something else changed', () => {
    check('ab', 'a', undefined);
    check('ab', 'cb', undefined);
    check('a\nb', 'b', undefined, 2);
    const { window } = requestFor('a');
    assert.equal(insertedSince(window, { ...window, uri: 'file:///b.ts' }), undefined);
  });
});

describe('detectIndentation', () => {
  function check(text: string, expected: string): void {
    const found = detectIndentation(text);
    assert.equal(found === undefined ? 'unknown' : `${found.size} ${found.kind}`, expected);
  }

  it('guesses from the steps between lines', () => {
    check('a\nb', 'unknown');
    check('', 'unknown');
    check('a {\n  b {\n    c\n  }\n}', '2 spaces');
    check('a:\n    b:\n        c\n    d', '4 spaces');
    check('a {\n\tb\n}', '4 tabs');
    check('/**\n * a\n */\na {\n  b\n}\nc {\n  d\n}', '2 spaces');
  });
});
