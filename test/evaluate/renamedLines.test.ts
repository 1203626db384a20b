// Which lines count as renamed.

import { strictEqual } from 'node:assert/strict';
import { RenamedLines } from '../../src/evaluate/renamedLines.ts';

describe('evaluate/renamedLines', () => {
  function check(line: string, expected: boolean, above = '', path = 'b.ts'): void {
    it(`${JSON.stringify(line)} is ${expected ? 'renamed' : 'not renamed'}${above === '' ? '' : ' there'}`, () => {
      const lines = new RenamedLines([
        { path: 'a.ts', text: 'use(title, title, other);\n  list.add(1, x);\nf(x)\n' },
      ]);
      const text = `${above}${line}\n`;
      strictEqual(lines.holds({ path, text }, above.length + line.length - 1), expected);
    });
  }

  check('use(name, name, other);', true);
  check('  use(name, name, rest);', true);
  check('use(name, other, other);', false);
  check('use(title, title, other);', false);
  check('take(name, name, other)', false);
  check('list.add(2, y);', true);
  check('list.add(2, y);', false, 'list.add(2, y);\n');
  check('a[b](c, d)', true, 'x[y](z, w)\n');
  check('g(y)', false);
  check('use(name, name, other);', false, '', 'b.py');
});
