// Indentation of generated text in documents of tabs and of spaces.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toDocumentIndentation } from '../../src/complete/documentIndentation.ts';
import { indentColumns, indentText } from '../../src/complete/indentation.ts';
import type { Indentation } from '../../src/text/window.ts';
import { cursorIn } from './cursor.ts';

const tabs: Indentation = { kind: 'tabs', size: 4 };
const spaces = (size: number): Indentation => ({ kind: 'spaces', size });

function check(
  text: string,
  generated: string,
  indentation: Indentation,
  expected: string,
  languageId = 'go',
): void {
  assert.equal(toDocumentIndentation(generated, cursorIn(text, { indentation, languageId })), expected);
}

describe('complete/indentation', () => {
  it('counts columns up to tab stops', () => {
    assert.equal(indentColumns('\t  x', 4), 6);
    assert.equal(indentColumns('  \tx', 4), 4);
    assert.equal(indentColumns('x  ', 4), 0);
    assert.equal(indentColumns('', 4), 0);
    assert.equal(indentText(6, tabs), '\t  ');
    assert.equal(indentText(6, spaces(4)), '      ');
  });

  it('writes tabs where the document has them, by the step of the model', () => {
    check('f {|', '\n    a {\n        b\n    }\n}', tabs, '\n\ta {\n\t\tb\n\t}\n}');
    check('f {|', '\n  a {\n    b\n  }\n}', tabs, '\n\ta {\n\t\tb\n\t}\n}');
    check('\tf {|', '\n\t\ta\n\t}', tabs, '\n\t\ta\n\t}');
  });

  it('keeps what aligns by a space, and tabs that are followed by spaces', () => {
    check('\t/**|', '\n\t * a\n\t */', tabs, '\n\t * a\n\t */');
    check('/**|', '\n * a\n */', tabs, '\n * a\n */');
    check('\tf(a,|', '\n\t  b)', tabs, '\n\t  b)');
  });

  it('writes spaces where the document has them', () => {
    check('f {|', '\n\ta {\n\t\tb\n\t}\n}', spaces(2), '\n  a {\n    b\n  }\n}');
    check('  |', '\treturn', spaces(4), '  return');
    check('  |', '\treturn', tabs, '\treturn');
    check('|', '\treturn', spaces(4), '    return');
    check('|', '    return', tabs, '\treturn');
  });

  it('takes the step of the document when a block opens, unless the document steps so itself', () => {
    check('if (a) {|', '\n  b();\n}', spaces(4), '\n    b();\n}');
    check(
      '  if (a) {|',
      '\n      b {\n          c\n      }\n  }',
      spaces(2),
      '\n    b {\n      c\n    }\n  }',
    );
    check('x {\n  y\n}\nif (a) {|', '\n  b();\n}', spaces(4), '\n  b();\n}');
    check('foo(|', '\n        a,\n)', spaces(4), '\n        a,\n)');
    check('def f():|', '\n  return 1', spaces(4), '\n    return 1', 'python');
    check('a:|', '\n  b: 1', spaces(4), '\n  b: 1', 'yaml');
  });

  it('leaves a makefile alone', () => {
    check('all:|', '\n\tmake', spaces(4), '\n\tmake', 'makefile');
  });

  it('changes nothing but leading white space, and nothing the second time', () => {
    const line = fc
      .tuple(fc.stringMatching(/^[ \t]{0,9}$/), fc.constantFrom('a {', 'b', '}', '', '😀'))
      .map(p => p.join(''));
    const generated = fc.array(line, { maxLength: 6 }).map(lines => lines.join('\n'));
    const before = fc.constantFrom('', '  ', '\t', 'f {', '  f {', '\tf {');
    fc.assert(
      fc.property(
        generated,
        before,
        fc.constantFrom(tabs, spaces(2), spaces(4)),
        (text, prefix, indentation) => {
          const window = cursorIn('|', { prefix, indentation });
          const once = toDocumentIndentation(text, window);
          const bare = (value: string): string[] => value.split('\n').map(part => part.trimStart());
          assert.deepEqual(bare(once), bare(text));
          assert.equal(toDocumentIndentation(once, window), once);
        },
      ),
    );
  });
});
