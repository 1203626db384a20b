// Where suggestions may end, in many languages: `before|text` with the rest of the line after a second `|`.

import { strictEqual } from 'node:assert/strict';
import type { Ending } from '../../src/complete/ending.ts';
import { cursorIn } from './cursor.ts';
import { endingContext, endingOf } from '../../src/complete/ending.ts';
import { holdsPlaceholder } from '../../src/complete/secret.ts';

function check(languageId: string, ending: Ending, endsLine: boolean, ...documents: readonly string[]): void {
  for (const document of documents) {
    const [prefix = '', text = '', suffix = ''] = document.split('|');
    const context = endingContext(cursorIn('|', { prefix, suffix, languageId }));
    strictEqual(endingOf(text, endsLine, context), ending, `${languageId}: ${document}`);
  }
}

describe('complete/ending', () => {
  it('is no end where another entry follows and the comma is missing', () => {
    check('typescript', 'fragment', true, "[\n  'a',\n  |'b'|\n  'c',\n]", '{\n  a,\n  |b: 1|\n  c,\n}');
    check('python', 'fragment', true, 'f(\n  a,\n  |b=1|\n  c=2,\n)');
    check('go', 'fragment', true, 'a := []int{\n  1,\n  |2|\n  3,\n}');
    check('rust', 'fragment', true, 'A {\n  a: 1,\n  |b: 2|\n  c: 3,\n}');
    check('java', 'fragment', false, 'f(\n  a,\n  |b|\n  c)');
    check('json', 'fragment', true, '{\n  "a": 1,\n  |"b": 2|\n  "c": 3\n}');
    check('typescript', 'whole', true, "[\n  'a',\n  |'b'|\n]", "[\n  'a',\n  |'b',|\n  'c',\n]");
    check('typescript', 'whole', true, 'f() {\n  a();\n  |b()|\n  c();\n}');
    check('python', 'whole', true, 'a = [1, 2]\n|b = 3|\nc = 4');
  });

  it('is no end amid an arrow function or a character', () => {
    check('typescript', 'fragment', false, '{\n  |getItem: ()', '|const a = ()', '|return ()');
    check('rust', 'fragment', true, "A {\n  |corner: '");
    check('typescript', 'part', false, '|a = f()', '|f()');
    check('rust', 'whole', true, "A {\n  |corner: 'a',", "|fn f<'a>(a: &'a str) {}");
  });

  it('is no end behind the quote that opens the value of an attribute', () => {
    check('html', 'fragment', false, '<div |class="|></div>', "<div |class='|></div>");
    check('vue', 'fragment', false, '<li |v-for="');
    check('html', 'part', false, '<div |class="card"|></div>', "<p>it|'s", '<div class="|card|"></div>');
  });

  it('is no end where something must follow', () => {
    check(
      'typescript',
      'fragment',
      true,
      '|const slices =',
      '|import type',
      '|this.',
      '|a.replace(/',
      '|f(a',
    );
    check(
      'typescript',
      'fragment',
      false,
      '|return',
      '|const',
      '|let',
      '|import',
      '|export',
      '|item => item.',
    );
    check('typescript', 'fragment', false, '|const a', '|import { a }', '|if (a)', 'x|; if (', "|f('a");
    check('typescript', 'fragment', false, 'f(|a,|)', '|a,');
    check(
      'python',
      'fragment',
      false,
      '|def __reduce__(self',
      '|from base64 import',
      '|from base64',
      '|assert a ==',
    );
    check('python', 'fragment', true, '|from base64 import', '|a = [1,', '|def');
    check('go', 'fragment', false, '|if err', '|func f()', '|a :=', '|return');
    check('rust', 'fragment', false, '|let mut', '|fn f()', '|a.b()', '|pub struct A');
    check('java', 'fragment', false, '|public void run()', '|items.add(a)', '|return new');
    check('csharp', 'fragment', false, '|public string Name', '|foreach');
    check('csharp', 'fragment', true, '|public string Name { get', '|foreach (var a in');
    check('dart', 'fragment', false, '|Text(', '|child: Text(', '|final a');
    check('elixir', 'fragment', false, '|Enum.', '|def f(a)', '|case a');
    check('swift', 'fragment', false, '|func f()', '|let a', '|guard let a');
    check('kotlin', 'fragment', false, '|fun f()', '|val a', '|a.let {');
    check('scala', 'fragment', false, '|def f', '|val a', '|a match');
    check('lua', 'fragment', false, '|local', '|function f()', '|if a', '|a.');
    check('r', 'fragment', false, '|library(', '|a <-', '|if (a)');
    check('julia', 'fragment', false, '|function f()', '|a =', '|for i in');
    check('perl', 'fragment', false, '|my $a =', '|foo(', '|sub f');
    check('haskell', 'fragment', false, '|f x =', '|import', '|where');
    check('zig', 'fragment', false, '|const a', '|pub fn f()', '|a.');
    check('groovy', 'fragment', false, '|def a =', '|foo(', '|class A');
    check('fsharp', 'fragment', false, '|let a', '|match a');
    strictEqual(endingOf('a |>', false, endingContext(cursorIn('|', { languageId: 'elixir' }))), 'fragment');
    check('clojure', 'fragment', true, '|(defn f', '|(let [a');
    check('php', 'fragment', false, '<?php\n|$a->b()', '<?php\n|echo');
    check('ruby', 'fragment', false, '|def');
    check('shellscript', 'fragment', false, '|echo', '|if');
    check('json', 'fragment', true, '{\n  |"b":', '{\n  |"b": [{"c":');
    check('yaml', 'fragment', false, '|image:');
  });

  it('is whole where the line, the statement or the block is', () => {
    check(
      'typescript',
      'whole',
      true,
      '|return a',
      '|f(a)',
      'f(|a)|)',
      '|const a = b',
      '|}',
      'f(\n  |a,',
      '|i++',
    );
    check('typescript', 'whole', false, '|f(a);', 'if (a) {|\n  b;\n}');
    check('python', 'whole', true, '|pass', '|return', '|from a import b', '|x = [1, 2]', '|# and so on,');
    check('go', 'whole', true, '|err := f()', '|return', 'T{\n\t|a: 1,');
    check('rust', 'whole', true, '|f()?', '|a.b();');
    check('ruby', 'whole', true, '|end', '|def a');
    check('json', 'whole', true, '{\n  |"b": 2,');
    check('markdown', 'whole', true, '|and so on, with (');
  });

  it('opens what the next lines must close', () => {
    check('typescript', 'opening', true, '|if (a) {', "|it('a', () => {", '|const a = [');
    check('typescript', 'opening', true, 'f(|\n  a, {\n    b: 1,');
    check('python', 'opening', true, '|def f(self):', '|a = [');
    check('go', 'opening', true, '|func f() {');
    check('yaml', 'opening', true, '|jobs:');
    check('typescript', 'fragment', true, 'f(|\n  a(b, c,\n    d');
  });

  it('is a part at a whole name, argument or call', () => {
    check(
      'typescript',
      'part',
      false,
      'const a = |items',
      'f(|b|)',
      '|items.filter(a)',
      '|a.b',
      "'|some text|'",
    );
    check('python', 'part', false, 'if |a.b', '|assert a', '# |and so');
    check('java', 'part', false, 'x = |a.b()', 'f(|a|);');
    check('go', 'part', false, '|fmt.Println(a)');
  });
});

describe('complete/secret', () => {
  const holds = (prefix: string, text: string, whole = text) =>
    holdsPlaceholder(text, whole, { prefix, suffix: '' });

  it('finds what stands for a secret, whole or begun, and nothing else', () => {
    for (const [prefix, text] of [
      ['  "secretAccessKey": "', '<redacted>'],
      ['', 'password: "<redacted>",'],
      ['key = "', '<redacted'],
      ['key = "<red', 'acted>"'],
      ['key = "', '<reda'],
    ] as const)
      strictEqual(holds(prefix, text), true, prefix + text);
    strictEqual(holds('key = "', '<', '<redacted>"'), true);
    for (const [prefix, text] of [
      ['', 'Vec<r'],
      ['', 'a <redirect'],
      ['a = "<redacted>"; ', 'b = 1;'],
      ['', 'redacted'],
    ] as const)
      strictEqual(holds(prefix, text), false, prefix + text);
    strictEqual(holds('', 'key', 'key = "<redacted>"'), false);
  });
});
