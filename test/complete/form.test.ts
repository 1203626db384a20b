// The form of what is suggested, kind by kind over many languages. `¦` is the cursor.

import assert from 'node:assert/strict';
import { fit } from '../../src/complete/fit.ts';
import { windowLimits, type DocumentWindow } from '../../src/text/window.ts';
import { cursorIn, inserted } from './cursor.ts';

type Row = readonly [languageId: string, text: string, generated: string, expected: string];

const silence = '';

/** `expected` is the document after the insertion without the cursor, or `silence`. */
function check(rows: readonly Row[], changes: Partial<DocumentWindow> = {}): void {
  for (const [languageId, text, generated, expected] of rows) {
    const [prefix = '', suffix = ''] = text.split('¦');
    const window = cursorIn('|', { languageId, prefix, suffix, ...changes });
    const found = fit(generated, window);
    const document = found.kind === 'none' ? silence : inserted(window, found).replace('|', '');
    assert.equal(document, expected, `${languageId}: ${JSON.stringify(text)} + ${JSON.stringify(generated)}`);
  }
}

describe('complete/form: what stands behind the cursor', () => {
  it('is never replaced up to the middle of a word', () => {
    check([
      ['go', 'fmt.Printf("%d¦", add(2, 3))', ': %d", a, b', 'fmt.Printf("%d: %d", add(2, 3))'],
      ['typescript', 'foo(bar(¦), baz)', '), {', silence],
      ['typescript', 'foo(bar(¦), baz)', 'x), b', 'foo(bar(x), baz)'],
      ['python', 'print(f(¦), end="")', 'a), e', 'print(f(a), end="")'],
      ['java', 'a.put("k¦", value);', 'ey", val', 'a.put("key", value);'],
      ['rust', 'println!("{¦}", name);', 'n}", na', 'println!("{n}", name);'],
      ['csharp', 'Log("a¦", count);', 'b", c', 'Log("ab", count);'],
      ['php', "f('¦', $count);", "a', $c, $d", "f('a', $count);"],
      ['ruby', "f('¦', count)", "a', c, d", "f('a', count)"],
    ]);
  });

  it('goes on where the text ends, in the middle of a line', () => {
    check([
      ['typescript', 'items.filter(a)¦.map(b)', ';', silence],
      ['typescript', 'const c = a ? ¦ : b;', 'z : z;', 'const c = a ? z : b;'],
      ['typescript', 'foo(¦, b)', 'a, c)', 'foo(a, b)'],
      ['javascript', 'x = ¦ + 1;', 'y; z', 'x = y + 1;'],
      ['java', 'list.stream()¦.map(b)', ';', silence],
      ['python', 'x = ¦foo(a)', 'bar', silence],
      ['go', 'f(¦, b)', 'a, c)', 'f(a, b)'],
      ['rust', 'f(¦, b)', '&a, c);', 'f(&a, b)'],
      ['csharp', 'var c = a ? ¦ : b;', 'z : z;', 'var c = a ? z : b;'],
      ['php', 'f(¦, $b);', '$a, $c);', 'f($a, $b);'],
      ['cpp', 'x = a ? ¦ : b;', 'z : z;', 'x = a ? z : b;'],
      ['typescript', 'x = ¦ // why', 'y;', 'x = y; // why'],
    ]);
  });
});

describe('complete/form: separators', () => {
  it('are not doubled, and dangle nowhere', () => {
    check([
      ['php', 'return $this->prices[¦];', '$a];', 'return $this->prices[$a];'],
      ['php', '$a = f(¦);', '$b);', '$a = f($b);'],
      ['typescript', 'const a = ¦;', 'b;', 'const a = b;'],
      ['typescript', 'f({ a: ¦, b })', '1,', 'f({ a: 1, b })'],
      ['java', 'int a = b[¦];', 'i] + 1;', 'int a = b[i] + 1;'],
      ['csharp', 'var a = ¦;', 'b;', 'var a = b;'],
      ['go', 'f(a,¦)', ', b', silence],
      ['rust', 'let a = ¦;', 'b;', 'let a = b;'],
      ['c', 'int a = ¦;', '1;', 'int a = 1;'],
      ['css', 'a { color: ¦; }', 'red;', 'a { color: red; }'],
      ['python', 'f(a¦]', ',', silence],
      ['python', 'x = (a¦)', ',', 'x = (a,)'],
      ['json', '["a", "¦"],', 'b",', '["a", "b"],'],
      ['json', '{\n  "a": ¦\n}', '1,', '{\n  "a": 1\n}'],
      ['json', '{\n  "a": [\n    1¦\n  ]\n}', ',', silence],
      ['json', '{\n  "a": ¦\n', '{ "b": 1, }', '{\n  "a": { "b": 1\n'],
      ['json', '{\n  "a": ¦\n  "b": 2\n}', '1,', '{\n  "a": 1,\n  "b": 2\n}'],
    ]);
  });

  it('end no statement where an expression stands', () => {
    check([
      [
        'typescript',
        '`total ${¦}`',
        'a.reduce((b, c) => b + c, 0);',
        '`total ${a.reduce((b, c) => b + c, 0)}`',
      ],
      ['csharp', '$"{Id}: {¦}"', ' get; set; }', silence],
      ['kotlin', '"a ${¦}"', 'b; }', '"a ${b}"'],
      ['swift', '"a \\(¦)"', 'b);', '"a \\(b)"'],
      ['dart', "'a ${¦}'", "b}';", "'a ${b}';"],
      ['python', "f'a {¦}'", "b}')", "f'a {b}'"],
      ['ruby', '"a #{¦}"', 'b)', '"a #{b}"'],
      ['php', '<a href="<?= ¦ ?>">', '$a; ?>', '<a href="<?= $a; ?>">'],
      ['vue', '<p>{{ ¦ }}</p>', 'item.title }', '<p>{{ item.title }}</p>'],
      ['svelte', '<p>{¦}</p>', 'a; }', '<p>{a}</p>'],
      ['handlebars', '<p>{{¦}}</p>', 'a}', '<p>{{a}}</p>'],
      ['java', 'f(¦', 'a; b', silence],
      ['typescript', 'for (let i = 0¦', '; i < n; i++) {', 'for (let i = 0; i < n; i++) {'],
      ['rust', 'let a = [¦', '0; 4];', 'let a = [0; 4];'],
    ]);
  });
});

describe('complete/form: tags', () => {
  it('are closed once', () => {
    check([
      ['html', '<div ¦></div>', 'class="card">', '<div class="card"></div>'],
      ['html', '<ul>\n  <li>a</li>\n  ¦\n</ul>', '</ul>', silence],
      ['html', '<ul>\n  <li>¦\n</ul>', 'a</li>', '<ul>\n  <li>a</li>\n</ul>'],
      ['html', '<div>\n  <p>a</p>\n¦\n', '</div>', '<div>\n  <p>a</p>\n</div>\n'],
      ['html', '<div>\n¦\n', '</ul>', silence],
      ['xml', '<a>\n  <b>¦</b>\n</a>', 'c</b></a>', '<a>\n  <b>c</b>\n</a>'],
      ['vue', '<li ¦></li>', 'v-for="a in b">', '<li v-for="a in b"></li>'],
      ['svelte', '<p ¦></p>', 'class="a">', '<p class="a"></p>'],
      ['typescriptreact', 'return <p ¦></p>;', 'id="a">', 'return <p id="a"></p>;'],
      [
        'javascriptreact',
        'return (\n  <p>\n    ¦\n  </p>\n);',
        'a</p>',
        'return (\n  <p>\n    a\n  </p>\n);',
      ],
      ['php', '<?php\n$a = "<p>¦";', 'b";', '<?php\n$a = "<p>b";'],
    ]);
  });

  it('do not end within their attributes', () => {
    check([
      ['typescriptreact', 'return <p title="¦"', '>', silence],
      ['html', '<p class="¦">', 'a />', '<p class="a">'],
      ['vue', '<p class="¦">', 'a" />', '<p class="a" />'],
      ['svelte', '<p class="¦">', 'a</p>', '<p class="a">'],
      ['xml', '<a b="¦"/>', 'c/>', '<a b="c"/>'],
      ['php', "<?php\n$a = ['b' => '¦'];", 'c ?>', "<?php\n$a = ['b' => 'c'];"],
      ['javascriptreact', 'const a = <p id="¦" />;', 'b" />', 'const a = <p id="b" />;'],
      ['vue', '<p :class="{ a: ¦ }">', 'b }">', '<p :class="{ a: b }">'],
    ]);
  });
});

describe('complete/form: openers', () => {
  it('of strings and comments do not come alone', () => {
    check([
      ['python', '¦', '"""', silence],
      ['python', 'x = ¦', '"""', silence],
      ['typescript', 'const a = ¦', '`', silence],
      ['typescript', '¦', '/**', silence],
      ['java', '¦', '/*', silence],
      ['go', 'a := ¦', '`', silence],
      ['html', '¦', '<!--', silence],
      ['kotlin', 'val a = ¦', '"""', silence],
      ['css', '¦', '/*', silence],
      ['lua', 'a = ¦', '[[', silence],
      ['python', 'def f():\n    ¦', '"""Doc."""', 'def f():\n    """Doc."""'],
    ]);
  });
});

describe('complete/form: calls', () => {
  it('are passed no parameters', () => {
    check([
      ['go', 'cfg := configDefault(¦', 'config ...Config)', silence],
      ['go', 'cfg := configDefault(¦', 'config...)', 'cfg := configDefault(config...)'],
      ['typescript', 'const n = names(¦', 'items: Item[]): string[] {', silence],
      ['typescript', 'const n = names(¦', 'items);', 'const n = names(items);'],
      ['typescript', 'const n = names(¦', 'a ? b : c);', 'const n = names(a ? b : c);'],
      ['typescript', '  names(¦', 'items: Item[]): string[] {', '  names(items: Item[]): string[] {'],
      ['python', 'n = names(¦', 'items: list[str]):', silence],
      ['python', 'n = names(¦', 'lambda a: b)', 'n = names(lambda a: b)'],
      ['python', 'def names(¦', 'items: list):', 'def names(items: list):'],
      ['java', 'var n = names(¦', 'List<Item> items) {', silence],
      ['java', 'var n = names(¦', 'new Item(a));', 'var n = names(new Item(a));'],
      ['rust', 'let n = names(¦', 'items: &Vec<Item>) -> A {', silence],
      ['csharp', 'var n = Names(¦', 'string name)', silence],
      ['cpp', 'auto n = names(¦', 'const Item& item)', silence],
      ['php', '$n = names(¦', 'array $items)', silence],
      ['kotlin', 'val n = names(¦', 'items: List<Item>)', silence],
      ['typescript', 'if (a && names(¦', 'items)) {', 'if (a && names(items)) {'],
    ]);
  });
});

describe('complete/form: indentation', () => {
  const spaces = (size: number): Partial<DocumentWindow> => ({ indentation: { kind: 'spaces', size } });

  it('goes on with an indentation that is being typed, up to that of the line above', () => {
    check(
      [
        ['typescript', '        a();\n ¦', '       b();', '        a();\n        b();'],
        ['typescript', '        a();\n    ¦', '    b();', '        a();\n        b();'],
        ['python', '        a()\n  ¦', '      b()', '        a()\n        b()'],
        ['rust', '        a();\n   ¦', '         b();', '        a();\n        b();'],
        ['java', '        a();\n    ¦', 'b();', '        a();\n    b();'],
      ],
      spaces(4),
    );
  });

  it('adds nothing where the cursor is indented already', () => {
    for (const size of [2, 3, 4, 8]) {
      const one = ' '.repeat(size);
      const rows: readonly (readonly [languageId: string, opener: string])[] = [
        ['php', 'function f() {'],
        ['rust', 'fn f() {'],
        ['typescript', 'function f() {'],
        ['python', 'def f():'],
        ['go', 'func f() {'],
        ['lua', 'function f()'],
        ['ruby', 'def f'],
        ['html', '<div>'],
        ['yaml', 'a:'],
        ['css', 'a {'],
      ];
      for (const [languageId, opener] of rows) {
        check([[languageId, `${opener}\n${one}¦`, `${one}bb`, `${opener}\n${one}bb`]], spaces(size));
        check(
          [[languageId, `${opener}\n${one}aa\n${one}¦`, '  bb', `${opener}\n${one}aa\n${one}bb`]],
          spaces(size),
        );
        check([[languageId, `${opener}\n¦`, `${one}${one}bb`, `${opener}\n${one}bb`]], spaces(size));
      }
    }
  });

  it('moves what follows with the first line', () => {
    check(
      [
        ['typescript', '  a();\n  ¦', '  if (b) {\n      c();\n    }', '  a();\n  if (b) {\n    c();\n  }'],
        ['typescript', '  a();\n  ¦', '  if (b) {\n    c();\n  }', '  a();\n  if (b) {\n    c();\n  }'],
      ],
      spaces(2),
    );
  });

  it('takes the step of the document', () => {
    check(
      [
        ['lua', 'function f()¦', '\n    return 1\nend', 'function f()\n   return 1\nend'],
        ['python', 'def f():¦', '\n    if a:\n        b()', 'def f():\n   if a:\n      b()'],
        ['ruby', 'def f¦', '\n  a\nend', 'def f\n   a\nend'],
        ['rust', 'fn f() {¦', '\n    a();\n}', 'fn f() {\n   a();\n}'],
        ['shellscript', 'if a; then¦', '\n  b\nfi', 'if a; then\n   b\nfi'],
        ['python', 'def f():\n   ¦', 'a()\n    b()', 'def f():\n   a()\n   b()'],
        ['typescript', 'f(() => {¦', '\n    a();\n});', 'f(() => {\n   a();\n});'],
        ['go', 'func f() {¦', '\n\ta()\n}', 'func f() {\n   a()\n}'],
      ],
      spaces(3),
    );
    check([['python', 'def f():¦', '\n    return 1', 'def f():\n\treturn 1']], {
      indentation: { kind: 'tabs', size: 4 },
    });
  });

  it('puts a body below what opens it', () => {
    check(
      [
        ['python', 'if not self.items:¦', '\n\nreturn None', 'if not self.items:\n    return None'],
        ['python', '    if a:¦', '\n    return b', '    if a:\n        return b'],
        ['gdscript', 'func f():¦', '\nreturn b', 'func f():\n    return b'],
        ['nim', 'if a:¦', '\nreturn b', 'if a:\n    return b'],
        ['starlark', 'def f():¦', '\nreturn b', 'def f():\n    return b'],
        ['cpp', 'namespace a {¦', '\nint b;', 'namespace a {\nint b;'],
      ],
      spaces(4),
    );
    check([['python', '\tif a:¦', '\n\treturn b', '\tif a:\n\t\treturn b']], {
      indentation: { kind: 'tabs', size: 4 },
    });
  });
});

describe('complete/form: closers in a window that is cut', () => {
  /** As much of `line` again and again as a window shows after the cursor. */
  const filled = (line: string): string =>
    `${line}\n`.repeat(Math.floor(windowLimits.suffixChars / (line.length + 1)));
  /** Written up to the innermost closer; that closer; the next one, below which the document goes on. */
  const rows: readonly (readonly [
    languageId: string,
    before: string,
    closer: string,
    next: string,
    line: string,
  ])[] = [
    ['typescript', 'class A {\n  f() {\n    if (a) {\n      b();\n    ', '}', '  }', '  g() {}'],
    ['java', 'class A {\n  void f() {\n    if (a) {\n      b();\n    ', '}', '  }', '  int g;'],
    ['csharp', 'class A {\n  void F() {\n    if (a) {\n      B();\n    ', '}', '  }', '  int g;'],
    ['cpp', 'class A {\n  void f() {\n    if (a) {\n      b();\n    ', '}', '  }', '  int g;'],
    [
      'php',
      '<?php\nclass A {\n  function f() {\n    if ($a) {\n      b();\n    ',
      '}',
      '  }',
      '  public $g;',
    ],
    ['rust', 'impl A {\n  fn f() {\n    if a {\n      b();\n    ', '}', '  }', '  const G: u8 = 1;'],
    ['kotlin', 'class A {\n  fun f() {\n    if (a) {\n      b()\n    ', '}', '  }', '  val g = 1'],
    ['swift', 'class A {\n  func f() {\n    if a {\n      b()\n    ', '}', '  }', '  var g = 1'],
    ['go', 'func f() {\n  if a {\n    if b {\n      c()\n    ', '}', '  }', '  d()'],
    ['ruby', 'class A\n  def f\n    if a\n      b\n    ', 'end', '  end', '  attr :g'],
    ['lua', 'function m()\n  function f()\n    if a then\n      b()\n    ', 'end', '  end', '  g = 1'],
    ['shellscript', 'f() {\n  while a; do\n    if b; then\n      c\n    ', 'fi', '  done', '  d'],
    ['html', '<main>\n  <ul>\n    <li>\n      a\n    ', '</li>', '  </ul>', '  <p>b</p>'],
  ];

  it('are not written again where they stand below', () => {
    for (const [languageId, before, closer, next, line] of rows) {
      check([[languageId, `${before}¦\n    ${closer}\n${next}\n${filled(line)}`, closer, silence]]);
    }
  });

  it('are written where they are missing, though more than the window shows follows', () => {
    for (const [languageId, before, closer, next, line] of rows) {
      const after = `\n${next}\n${filled(line)}`;
      check([[languageId, `${before}¦${after}`, closer, `${before}${closer}${after}`]]);
    }
  });
});
