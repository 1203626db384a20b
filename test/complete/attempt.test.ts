// Where nothing is suggested, and under which name, for both triggers.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { closesOnly, longLineChars, silenceBefore } from '../../src/complete/attempt.ts';
import type { DocumentWindow } from '../../src/text/window.ts';
import { cursorIn } from './cursor.ts';

function check(
  text: string,
  automatic: ReturnType<typeof silenceBefore>,
  changes: Partial<DocumentWindow> = {},
  invoke?: ReturnType<typeof silenceBefore>,
): void {
  const window = cursorIn(text, changes);
  assert.equal(silenceBefore(window, 'automatic'), automatic, `automatic in ${text.slice(0, 80)}`);
  assert.equal(silenceBefore(window, 'invoke'), invoke, `invoke in ${text.slice(0, 80)}`);
}

describe('complete/attempt', () => {
  it('asks at a line end, before closers and before the endings of a line', () => {
    for (const text of [
      'const x = |',
      'foo(|)',
      'foo(bar[|]);',
      'say("|")',
      "say('|');",
      'if (a|) {',
      'if (a) |{',
      'run((|) => {',
      'run((|) => {})',
      'const a = {|};',
      'def f(|):',
      '<p>|</p>',
      '<li><b>|</b></li>',
      '<img src="|" />',
      '/* |*/',
      'x = |  \r\nnext',
      '|',
    ]) {
      check(text, undefined);
    }
  });

  it('is silent before text on the same line, unless asked by hand', () => {
    for (const text of [
      'x = | + 1',
      'foo(|, b)',
      'a |// note',
      'foo(|) || bar',
      '(|) => ({ a: 1 })',
      '|#x',
      '| 😀',
    ]) {
      check(text.replace('||', 'or'), 'mid-line');
    }
  });

  it('is silent before a word, and within one even when asked by hand', () => {
    check('x = |foo', 'mid-word');
    check('fo|o', 'mid-word', {}, 'mid-word');
    check('fo|o()', 'mid-word', {}, 'mid-word');
    check('$|$', 'mid-word', {}, 'mid-word');
    check('größ|e', 'mid-word', {}, 'mid-word');
    check('𝒳|𝒳', 'mid-word', {}, 'mid-word');
    check('x|1', 'mid-word', {}, 'mid-word');
  });

  it('never splits a character', () => {
    check('\ud83d|\ude00', 'mid-word', {}, 'mid-word');
    check('e|\u0301', 'mid-word', {}, 'mid-word');
    check('👩|\u200d💻', 'mid-word', {}, 'mid-word');
    check('👩\u200d|💻', 'mid-word', {}, 'mid-word');
    check('a\r|\nb', 'mid-line', { eol: '\r\n' }, 'mid-line');
    check('\ud83d|', undefined);
  });

  it('is silent in a document that says nothing', () => {
    check('|', 'empty-document', { path: '' }, 'empty-document');
    check(' \r\n|\t\n', 'empty-document', { path: '' }, 'empty-document');
    check('a\n|', undefined, { path: '' });
    check('|\n a', undefined, { path: '' });
  });

  it('is silent on lines that nobody writes, which in prose are longer', () => {
    const line = 'a '.repeat(longLineChars.code);
    check(`${line}|`, 'line-too-long');
    check(`${'a'.repeat(longLineChars.code)}|`, undefined);
    check(`${line}\n|`, undefined);
    check(`|${' '.repeat(longLineChars.code + 1)}`, 'line-too-long');
    check(`${line}|`, undefined, { languageId: 'markdown' });
    check(`${line.repeat(3)}|`, 'line-too-long', { languageId: 'markdown' });
  });

  it('judges any rest of a line in bounded time', () => {
    const unit = fc.constantFrom(
      ')',
      ']',
      '}',
      '>',
      "'",
      '"',
      ';',
      ',',
      ':',
      '{',
      '=>',
      '</a>',
      '*/',
      '-',
      ' ',
      '\t',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), rest => {
        assert.equal(closesOnly(`${rest} x`), false);
        assert.equal(closesOnly(rest), closesOnly(` ${rest}\t`));
      }),
    );
    assert.equal(closesOnly(`${')'.repeat(50)}x`), false);
    assert.equal(closesOnly(' '.repeat(4_000)), true);
  });

  it('throws on no document', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (prefix, suffix) => {
        silenceBefore(cursorIn('|', { prefix, suffix }), 'automatic');
        silenceBefore(cursorIn('|', { prefix, suffix }), 'invoke');
      }),
    );
  });
});
