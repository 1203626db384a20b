// What a window below a document's first line begins inside.

import assert from 'node:assert/strict';
import { fit } from '../../src/complete/fit.ts';
import { openAtStart } from '../../src/complete/windowStart.ts';
import { windowLimits } from '../../src/text/window.ts';
import { cursorIn } from './cursor.ts';

/** `expected` are the openers that the window begins inside. */
function check(languageId: string, prefix: string, expected: string, startLine = 50): void {
  const found = openAtStart({ languageId, prefix, startLine }).map(({ opener }) => opener);
  assert.equal(found.join(' '), expected, `${languageId}: ${prefix}`);
}

const pythonProse = 'Returns the number of items\nthat were read, and nothing else.\n';
const pythonCode = '    def size(self):\n        count = len(self.items)\n        return count\n';

describe('complete/windowStart', () => {
  it('is nothing in code', () => {
    check('python', `${pythonCode}    """${pythonProse}    """\n${pythonCode}`, '');
    check('python', pythonCode, '');
    check('typescript', 'const a = `SELECT some of\nthe rows here\n`;\nfunction f() {\n  return a;\n}\n', '');
    check('rust', 'fn f() {\n  let a = "x";\n}\n/* a\n*/\n', '');
    check('php', '  return $a;\n}\n', '<?php');
    check('html', '<p>\n<script>\nf();\n</script>', '');
  });

  it('is a docstring, a template, a raw string', () => {
    check('python', `${pythonProse}    """\n${pythonCode}    """${pythonProse}    """\n`, '"""');
    check('python', `${pythonProse}'''\n${pythonCode}x = "it's"\n`, "'''");
    check('typescript', 'the rows of a table\nand some more text\n`;\nfunction f() {\n  return a;\n}\n', '`');
    check('go', 'Usage of the tool follows\nsome words more\n`\nfunc f() {\n\treturn nil\n}\n', '`');
    check('java', 'the rows of a table\n""";\nint f() {\n  return a;\n}\n', '"""');
    check('kotlin', 'the rows of a table\n"""\nfun f() {\n  return a;\n}\n', '"""');
    check('elixir', 'Returns the number of items\n"""\ndef f(a) do\n  b = g(a)\nend\n', '"""');
  });

  it('is a comment, a script, a style, a page around a script', () => {
    check('typescript', ' * Returns it (.\n */\nfunction f() {\n  /* a */\n', '/*');
    check('css', ' a\n*/\nb {\n  c: d;\n}\n', '/*');
    check('html', 'f(a);\n</script>\n<p>\n', '<script>');
    check('vue', '  margin: 0;\n}\n</style>\n', '<style>');
    check('php', '<p>\n<?= $a ?>\n', '');
    check('php', '$a ?>\n<?= $b', '<?php');
  });

  it('is nothing at the start of a document, whatever it looks like', () => {
    check('python', `${pythonProse}"""\n${pythonCode}`, '', 0);
    check('php', '<p>\n<?= $a', '', 0);
  });
});

describe('complete/place: a window that ends before the document', () => {
  const body = '    work(some, more);\n'.repeat(400).slice(0, windowLimits.suffixChars - 100);
  const closedBelow: readonly (readonly [
    languageId: string,
    text: string,
    generated: string,
    expected: string,
  ])[] = [
    ['typescript', 'function f() {\n  if (a) {\n    |\n', 'b();\n  }\n}', 'b();'],
    ['java', 'class A {\n  void f() {\n    |\n', 'b();\n  }\n}', 'b();'],
    ['go', 'func f() {\n  if a {\n    |\n', 'b()\n  }', 'b()'],
    ['rust', 'fn f() {\n  loop {\n    |\n', 'b();\n  }', 'b();'],
    ['css', '@media a {\n  b {\n    |\n', 'c: d;\n  }', 'c: d;'],
    ['json', '{\n  "a": {\n    |\n', '"b": 1\n  }', '"b": 1'],
    ['html', '<main>\n  <ul>\n    |\n', '<li>a</li>\n  </ul>', '<li>a</li>'],
    ['shellscript', 'f() {\n  for a in b; do\n    |\n', 'c\n  done', 'c'],
    ['lua', 'function f()\n  if a then\n    |\n', 'b()\n  end', 'b()'],
    ['ruby', 'def f\n  if a\n    |\n', 'b c\n  end', 'b c'],
  ];

  it('lacks no closer that stands below it', () => {
    for (const [languageId, text, generated, expected] of closedBelow) {
      const window = cursorIn(text, { languageId });
      const found = fit(generated, { ...window, suffix: window.suffix + body });
      assert.equal(found.kind === 'fitted' && found.text, expected, languageId);
    }
  });

  it('lacks those of which the lines below belong to something outside', () => {
    for (const [languageId, text, generated] of closedBelow) {
      const window = cursorIn(text, { languageId });
      const outside = body.replace(/^ {4}/gm, '');
      const found = fit(generated, { ...window, suffix: `${window.suffix}${outside}` });
      assert.equal(found.kind === 'fitted' && found.text, generated, languageId);
    }
  });
});
