// What a suggestion may cover, and where generation ends; fed token by token as the engine does it.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionScope, longestBlockLines, stopIndex } from '../../src/complete/stop.ts';
import type { DocumentWindow } from '../../src/text/window.ts';
import { cursorIn } from './cursor.ts';

type Changes = Partial<DocumentWindow>;

const python: Changes = { languageId: 'python', indentation: { kind: 'spaces', size: 4 } };

function checkScope(text: string, expected: 'line' | number, changes: Changes = {}): void {
  const scope = completionScope(cursorIn(text, changes), true);
  assert.equal(scope.kind === 'line' ? 'line' : scope.openerIndent, expected, JSON.stringify(text));
}

/** `generated` with a `¦` where it must stop, having read no further than `↲`; without a `¦` it never stops. */
function check(text: string, generated: string, changes: Changes = {}): void {
  const window = cursorIn(text, changes);
  const scope = completionScope(window, true);
  const whole = generated.replace(/[¦↲]/g, '');
  const stop = generated.replace('↲', '').indexOf('¦');
  const read = generated.includes('↲') ? generated.replace('¦', '').indexOf('↲') : whole.length;
  for (let length = 0; length <= whole.length; length++) {
    const found = stopIndex(whole.slice(0, length), scope, window);
    if (found === undefined) {
      assert.ok(stop === -1 || length < read, `goes on after ${JSON.stringify(whole.slice(0, length))}`);
      continue;
    }
    assert.equal(found, stop, `at ${JSON.stringify(whole.slice(0, length))}`);
    assert.ok(length >= read, `stops too early, at ${JSON.stringify(whole.slice(0, length))}`);
    return;
  }
}

describe('complete/stop: scope', () => {
  it('is a line where no block was opened', () => {
    checkScope('const x = |', 'line');
    checkScope('|', 'line');
    checkScope('\n\n|', 'line');
    checkScope('f();\n|', 'line');
    checkScope('f() {\n  a|', 'line');
    checkScope('f(|, b)', 'line');
    checkScope('a ? b :|', 'line');
    checkScope('a:\n|', 'line');
    checkScope('f() {|} g()', 'line');
    assert.deepEqual(completionScope(cursorIn('f() {\n|'), false), { kind: 'line' });
  });

  it('is a block after what opens one, above or before the cursor', () => {
    checkScope('f() {|', 0);
    checkScope('f() {\n|', 0);
    checkScope('f() {\r\n|\r\n}', 0);
    checkScope('  f() {\n\n    |\n  }', 2);
    checkScope('\tf() {\n|', 4, { indentation: { kind: 'tabs', size: 4 } });
    checkScope('f() {|}', 0);
    checkScope('run(() => {|});', 0);
    checkScope('const f = () =>\n  |', 0);
    checkScope('f() { // why\n|', 0);
    checkScope('switch (a) {\n  case 1:\n    |', 2);
    checkScope('<div>\n  |\n</div>', 0, { languageId: 'html' });
    checkScope('<br>\n|', 'line', { languageId: 'html' });
    checkScope('<img />\n|', 'line', { languageId: 'html' });
  });

  it('is the block of the whole statement', () => {
    checkScope('function f(\n  a: A,\n): void {\n|', 0);
    checkScope('    def f(a,\n          b):\n|', 4, python);
    checkScope('  if (a) {\n    b\n  } else {\n|', 2);
    checkScope('  f(a,\n    b) {\n|', 2);
  });

  it('knows the words and signs of languages', () => {
    checkScope('def f():|', 0, python);
    checkScope('if a:  # why\n|', 0, python);
    checkScope('a:\n  |', 0, { languageId: 'yaml' });
    checkScope('if x; then\n|', 0, { languageId: 'shellscript' });
    checkScope('for i in 1 2; do|', 0, { languageId: 'shellscript' });
    checkScope('local f = function(a)\n|', 0, { languageId: 'lua' });
    checkScope('|', 0, { languageId: 'ruby', prefix: 'each do |x|\n' });
    checkScope('def f(a)\n  |', 0, { languageId: 'ruby' });
    checkScope('def f = 1; end\n|', 'line', { languageId: 'ruby' });
    checkScope('# A list:\n|', 'line', { languageId: 'markdown' });
    checkScope('see (\n|', 'line', { languageId: 'plaintext' });
  });

  it('is a line where the block is filled already', () => {
    checkScope('f() {|\n  a();\n}', 'line');
    checkScope('f() {\n  |\n  a();\n}', 'line');
    checkScope('def f():|\n\n    a()', 'line', python);
    checkScope('f() {\n  |\n}\n  g();', 0);
    checkScope('def f():\n    |\n\ndef g():\n    b()', 0, python);
  });
});

describe('complete/stop: line', () => {
  it('goes on to the first line end', () => {
    check('f|', 'oo();¦\n↲bar');
    check('|', 'a');
    check('|', '');
    check('a = |', '1¦\n↲');
    check('a;|', '¦  \n↲b');
    check('a;|', '¦\n↲b');
  });
});

describe('complete/stop: block', () => {
  it('ends with the line that closes the block, and with all that closes on it', () => {
    check('f() {|', '\n  a();\n  b {\n    c\n  }\n}¦\n↲g();');
    check('f() {\n  |', 'a();\n}¦\n↲g();');
    check('  run(() => {|', '\n    a;\n  });¦\n↲g();');
    check('if (a) {|', '\n  b;\n}¦ e↲lse {');
    check('a = [|', '\n  1,\n];¦\n↲');
    check('<p>|', '\n  a\n</p>¦\n↲', { languageId: 'html' });
    check('def f(a)|', '\n  1\nend¦\n↲', { languageId: 'ruby' });
    check('if a; then|', '\n  b\nfi¦\n↲c', { languageId: 'shellscript' });
  });

  it('ends before any other line that is not indented more', () => {
    check('def f():|', '\n    a()\n    return b¦\n\n\n↲def g', python);
    check('def f():|', '\n    a()\n\n    b()¦\n\nc↲', python);
    check('  def f():\n    |', 'a()¦\n  d↲ef g', python);
    check('f() {|', '\n  a¦\n\n\n↲  b');
    check('def f(a)|', '\n  1¦\nendp↲oint', { languageId: 'ruby' });
    check('  f() {|', '\n    a¦\n}↲');
  });

  it('ends at the line end when the block stays on the line or is not indented', () => {
    check('if (a) {|', ' b(); }¦\n↲c');
    check('if a:|', ' return¦\n↲    b', python);
    check('switch (a) {\n|', 'case 1:¦\n↲  b');
    check('f() {\n|', '}¦\n↲');
  });

  it('has a largest number of lines', () => {
    const lines = Array.from({ length: longestBlockLines - 1 }, (_, index) => `\n  a${index};`).join('');
    check('f() {|', `${lines}¦\n↲  b;`);
  });

  it('goes on while a line could still turn out to be part of it', () => {
    check('f() {|', '\n  a;\n ');
    check('f() {|', '\n  a;\n}');
    check('f() {|', '\n  a;\n})');
    check('def f(a)|', '\n  1\nen', { languageId: 'ruby' });
    check('<p>|', '\n  a\n</', { languageId: 'html' });
    check('f() {|', '');
    check('f() {|', '\n');
  });

  it('finds an index within any text, the same for any longer text', () => {
    const piece = fc.constantFrom(
      '\n',
      '\n\n',
      ' ',
      '  ',
      '\t',
      'a',
      '}',
      ')',
      'end',
      '😀',
      '\ud800',
      '\r',
      '\0',
      'x: {',
    );
    const text = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''));
    const document = fc.constantFrom(
      'f() {|',
      'f() {\n  |',
      'def f(a)|',
      '|',
      'a = |',
      '  <p>\n|',
      'f() {|})',
    );
    const language = fc.constantFrom('typescript', 'python', 'ruby', 'html', 'plaintext');
    fc.assert(
      fc.property(text, document, language, (generated, place, languageId) => {
        const window = cursorIn(place, { languageId });
        const scope = completionScope(window, true);
        let found: number | undefined;
        for (let length = 0; length <= generated.length; length++) {
          const stop = stopIndex(generated.slice(0, length), scope, window);
          if (found !== undefined) assert.equal(stop, found);
          assert.ok(stop === undefined || (stop >= 0 && stop <= length));
          if (stop !== undefined)
            assert.ok(scope.kind === 'block' || !generated.slice(0, stop).includes('\n'));
          found = stop;
        }
      }),
    );
  });
});
