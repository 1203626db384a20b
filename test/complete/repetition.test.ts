// The same again: after what was accepted, piece by piece, and in loops of one pattern.

import { strictEqual } from 'node:assert/strict';
import { mayRepeatNeighbour, repeatsPrevious, withoutLoops } from '../../src/complete/repetition.ts';
import { cursorIn } from './cursor.ts';

function check(above: string, line: string, expected: boolean): void {
  strictEqual(repeatsPrevious(line.split('\n'), above.split('\n')), expected, `${above} then ${line}`);
}

describe('complete/repetition', () => {
  it('does not say the line above again, however short', () => {
    for (const line of [
      'let b = 2;',
      '    let b = 2;',
      '  "b": 2,',
      '    1,',
      '- item',
      'x += 1',
      '\tbreak;',
      "  '😃',",
      'pass',
    ]) {
      check(line, line, true);
      check(`a\n${line}\n`, line, true);
    }
    check('total += count;', 'total += count;\nother();', true);
  });

  it('lets closers stand as often as they are needed', () => {
    for (const line of ['}', '  });', '])', 'end', '  fi', 'done', '</div>', '"""', '---'])
      check(`a\n${line}`, line, false);
    check('    end', '  end', false);
    check('  break;', '    break;', false);
  });

  it('does not write what is above once more, piece by piece', () => {
    for (const [above, line] of [
      ['function add(a, b) {\n  return a + b;\n}\n', 'function add(a, b) {'],
      ['export const a = 1;\nexport const b = 2;', 'export const a = 1;'],
      ['def add(a, b):\n    return a + b\n\n', 'def add(a, b):'],
      ['fn add(a: u8) -> u8 {\n    a\n}', 'fn add(a: u8) -> u8 {'],
      ['func add(a int) int {\n\treturn a\n}', 'func add(a int) int {'],
      ['class A {}\nclass B {}', 'class A {}'],
      ['{\n  "a": 1,\n  "b": 2,', '  "a": 1,'],
      ['name: a\non: push', 'name: a'],
      ['let a = 1;\nlet b = 2;\nlet c = 3;', 'let b = 2;'],
      ['first(here);\nsecond(there);\nfirst(here);', 'second(there);'],
      [
        'expect(a).toBe(1);\nexpect(b).toBe(2);\nexpect(c).toBe(3);\nexpect(a).toBe(1);',
        'expect(b).toBe(2);',
      ],
    ] as const)
      check(above, line, true);
  });

  it('says the same in another block, and of another thing', () => {
    for (const [above, line] of [
      ['class A:\n    def __init__(self):\n        pass\n\nclass B:', '    def __init__(self):'],
      ['[\n  {\n    "a": 1,\n    "b": 2\n  },\n  {', '    "a": 1,'],
      ['- name: a\n  run: b\n- name: c', '  run: b'],
      ['if (a) {\n  first(here);\n  second(there);\n}\nif (b) {\n  first(here);', '  second(there);'],
      ['first(here);\nother();', 'first(here);'],
      ['i++;\nf();', 'i++;'],
      ['let a = 1;', 'let b = 1;'],
      ['case 1:\n  return a;\ncase 2:', '  return a;'],
      ['', 'let a = 1;'],
    ] as const)
      check(above, line, false);
  });

  it('ends loops of one pattern, and what is no whole character', () => {
    for (const [text, expected] of [
      ["'😃', '😄', '😃', '😄', '😃'", "'😃', '😄'"],
      ["'😃', '😄', '😅', '😄', '😁'", "'😃', '😄', '😅'"],
      ["fr: '🇫🇷', fr: '🇫🇷'", "fr: '🇫🇷'"],
      ["fr: '🇫🇷', de: '🇩🇪', fr: '🇫🇷'", "fr: '🇫🇷', de: '🇩🇪'"],
      ['"👩‍💻", "👩‍👩‍👧", "👨‍🚀"', '"👩‍💻", "👩‍👩‍👧", "👨‍🚀"'],
      ['"👩‍💻", "👩‍"', '"👩‍💻", "'],
      ['"🇩🇪🇫', '"🇩🇪'.slice(0, 1)],
      ['🎉🎉🎉', '🎉🎉🎉'],
      ['a: 1, b: 2, a: 1, b: 2', 'a: 1, b: 2, a: 1, b: 2'],
    ] as const)
      strictEqual(
        (withoutLoops(text, '') ?? '').replace(/[,\s]+$/, ''),
        expected.replace(/[,\s]+$/, ''),
        text,
      );
    strictEqual(withoutLoops('‍💻 x', '👩'), '‍💻 x');
    strictEqual(withoutLoops('🇪 x', 'a 🇩'), '🇪 x');
  });

  it('knows what may become a line beside it', () => {
    const may = (text: string, document: string) => mayRepeatNeighbour(text, cursorIn(document));
    strictEqual(may('res.json(', '|\n  res.json(items);'), true);
    strictEqual(may('s.json(', '  re|\n\n  res.json(items);'), true);
    strictEqual(may('res.json(', '  res.json(items);\n  |'), true);
    strictEqual(may('res.json(b', '|\n  res.json(items);'), false);
    strictEqual(may('', '|\n  res.json(items);'), false);
    strictEqual(may('a\nb', '|\na\nb'), false);
  });
});
