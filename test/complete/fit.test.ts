// What becomes of generated text at a cursor, told as the document that results.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fit } from '../../src/complete/fit.ts';
import type { NoCompletionReason } from '../../src/complete/types.ts';
import { currentLine, type DocumentWindow } from '../../src/text/window.ts';
import { cursorIn, inserted } from './cursor.ts';

type Changes = Partial<DocumentWindow>;

/** `expected` is the document after the insertion, the cursor behind what was inserted, or the reason of a silence. */
function check(text: string, generated: string, expected: string, changes: Changes = {}): void {
  const window = cursorIn(text, changes);
  const found = fit(generated, window);
  const outcome = found.kind === 'none' ? `none: ${found.reason}` : inserted(window, found);
  assert.equal(outcome, expected);
}

const none = (reason: NoCompletionReason): string => `none: ${reason}`;
const python: Changes = { languageId: 'python', indentation: { kind: 'spaces', size: 4 } };
const tabs: Changes = { indentation: { kind: 'tabs', size: 4 } };

describe('complete/fit: text', () => {
  it('inserts what fits as it is', () => {
    check('const x = |', 'a + b;', 'const x = a + b;|');
    check('|', 'import a;', 'import a;|');
    check('foo|', '(bar, {', 'foo(bar, {|');
    check('x = "😀|"', ' 👩‍💻', 'x = "😀 👩‍💻|"');
  });

  it('trims white space, and names its absence', () => {
    check('a|', ' = 1;  \n', 'a = 1;|');
    check('f {|', '  \n  a  \n}\t', 'f {\n  a\n}|');
    check('a = |', ' b', 'a = b|');
    check('a,  |', '  b', 'a,    b|');
    check('a,   |', ' b', 'a,    b|');
    check('a = 1 |', '  # why', 'a = 1   # why|', python);
    check('a|', '', none('nothing-generated'));
    check('a|', ' \n\t ', none('only-whitespace'));
  });

  it('writes the line ends and the indentation of the document', () => {
    check('f {|\r\n', '\n\ta\n}', 'f {\r\n  a\r\n}|\r\n');
    check('f {|\r\n', '\r\n  a\r\n}', 'f {\r\n  a\r\n}|\r\n');
    check('f {|', '\n  a {\n    b\n  }\n}', 'f {\n\ta {\n\t\tb\n\t}\n}|', tabs);
    check('f {\n  |', '\n  a;', 'f {\n  a;|');
    check('f {\n  a\n  |', '\n\ng()', 'f {\n  a\n  \n\ng()|');
  });

  it('ends before what cannot be shown', () => {
    check('a|', ' = b\0c', 'a = b|');
    check('a|', ' = b\u001b[0m', 'a = b|');
    check('a|', ' = "\ud83d', 'a =|');
    check('a|', ' = b\ud83d', 'a = b|');
    check('a|', ' = b\udc00 c', 'a = b|');
    check('a|', ' = b\ufffd', 'a = b|');
    check('a|', ' = b\u202e', 'a = b|');
    check('a|', '\0', none('nothing-generated'));
    check('a\ud83d|', '\ude00', none('nothing-generated'));
  });
});

describe('complete/fit: the rest of the line', () => {
  it('leaves a bracket that stands there', () => {
    check('foo(|)', 'bar)', 'foo(bar|)');
    check('foo(|)', 'bar', 'foo(bar|)');
    check('foo(bar(|))', 'x))', 'foo(bar(x|))');
    check('foo(bar(|))', 'x)', 'foo(bar(x|))');
    check('foo(|);', 'a);', 'foo(a|);');
    check('foo(|);', 'a)', 'foo(a|);');
    check('if (|) {', 'a > 0) {', 'if (a > 0|) {');
    check('foo(|)', 'bar(a)', 'foo(bar(a)|)');
    check('[1, |]', '2]', '[1, 2|]');
    check('<p>|</p>', 'hello</p>', '<p>hello|</p>', { languageId: 'html' });
    check('a(|) ', 'b)', 'a(b|) ');
  });

  it('replaces it where the text goes on behind it', () => {
    check('foo(|)', 'bar);', 'foo(bar);|');
    check('foo(|)', 'a) && bar(b)', 'foo(a) && bar(b)|');
    check('foo(bar(|))', 'x), y)', 'foo(bar(x), y|)');
    check('foo(bar(|))', 'x), y);', 'foo(bar(x), y);|');
    check('a = [|]', '1][0]', 'a = [1][0]|');
    check('{|}', ' a }', '{ a }|');
    check('run(() => {|})', '\n  a;\n});', 'run(() => {\n  a;\n});|');
    check('run(() => {|});', '\n  a;\n});', 'run(() => {\n  a;\n});|');
    check('if (|) {', 'a) {\n  b;\n}', 'if (a) {\n  b;\n}|');
  });

  it('knows quotes', () => {
    check('say("|")', 'hello")', 'say("hello|")');
    check('say("|")', 'hello"', 'say("hello|")');
    check('say("|")', 'hello", 1)', 'say("hello", 1|)');
    check('say("|"', 'hello", 1)', 'say("hello", 1)|');
    check("say('|')", "it\\'s')", "say('it\\'s|')");
    check("say('|')", 'a (b', "say('a (b|')");
    check('`${|}`', 'a}`', '`${a|}`');
    check('x = """|"""', 'Doc.\n\n    More.\n    """', 'x = """Doc.\n\n    More.\n    """|', python);
  });

  it('says so when nothing else is left', () => {
    check('foo(|)', ')', none('repeats-suffix'));
    check('foo(a|);', ');', none('repeats-suffix'));
    check('"a|"', '"', none('repeats-suffix'));
  });

  it('runs over several lines only if the rest then stands at the end', () => {
    check('f() {|}', '\n  a;\n}', 'f() {\n  a;\n}|');
    check('f() {|}', '\n  a;', none('unbalanced'));
    check('foo(|)', '{\n  a: 1,\n})', 'foo({\n  a: 1,\n}|)');
    check('foo(|)', 'a,\n  b', 'foo(a|)');
    check('x = |;', '{\n  a: 1\n}', 'x = {\n  a: 1\n}|;');
  });

  it('handles a rest with words, which an explicit command allows', () => {
    check('foo(|, b)', 'a, b)', 'foo(a|, b)');
    check('foo(|, b)', 'a', 'foo(a|, b)');
    check('x = |foo(bar)', 'await foo(bar)', 'x = await foo(bar)|');
    check('x = | + 1', 'foo(y) + 1', 'x = foo(y)| + 1');
    check('x = |, b)', 'foo(a, b)', 'x = foo(a, b)|, b)');
  });
});

describe('complete/fit: balance', () => {
  it('closes what is open, but nothing else', () => {
    check('foo(|', 'a);', 'foo(a);|');
    check('foo(bar(|', 'a));', 'foo(bar(a));|');
    check('foo(|', 'a));', 'foo(a)|');
    check('foo|', ')', none('unbalanced'));
    check('foo|', '(a]', 'foo(a|');
    check('f() {\n  |\n}', 'a;\n}', 'f() {\n  a;|\n}');
    check('f() {\n  |', 'a;\n}', 'f() {\n  a;\n}|');
    check('class A {\n  f() {\n    |\n}', 'a;\n  }', 'class A {\n  f() {\n    a;\n  }|\n}');
    check('f() {\n  foo(|\n}', 'a);', 'f() {\n  foo(a);|\n}');
    check('f() {\n  if (a) {\n    b\n|\n}', '  }', 'f() {\n  if (a) {\n    b\n  }|\n}');
  });

  it('sees brackets beyond the window by their indentation', () => {
    check('  if (a) {\n    |\n}', 'b;\n  }', '  if (a) {\n    b;\n  }|\n}', { startLine: 90 });
    check('  if (a) {\n    |\n  }', 'b;\n  }', '  if (a) {\n    b;|\n  }', { startLine: 90 });
    check('    |\n', 'b\n}', '    b\n}|\n', { startLine: 90 });
  });

  it('ignores brackets in strings, comments and templates', () => {
    check('a = "(";\nfoo(|)', 'b)', 'a = "(";\nfoo(b|)');
    check('// (\nfoo(|', 'b))', '// (\nfoo(b)|');
    check('/* ( */ foo(|', 'b))', '/* ( */ foo(b)|');
    check('a = `( ${b}`;\nfoo(|', 'b))', 'a = `( ${b}`;\nfoo(b)|');
    check("# don't (\nfoo(|", 'b))', "# don't (\nfoo(b)|", python);
    check('"""\nit\'s (\n"""\nfoo(|', 'b))', '"""\nit\'s (\n"""\nfoo(b)|', python);
    check('a = `$b {`;\nfoo(|', 'c))', 'a = `$b {`;\nfoo(c)|');
    check('a = `{`;\nfoo(|', 'c))', 'a = `{`;\nfoo(c)|');
    check('a#[|', 'b]]', 'a#[b]|', { languageId: 'yaml' });
    check('// see |', 'a) b', '// see a) b|');
    check('x = 1 // 2\nfoo(|', 'a)', 'x = 1 // 2\nfoo(a)|', python);
  });

  it('lets a line open again what it closes', () => {
    check('if (a) {\n  b;\n|\n  c;\n}', '} else {', 'if (a) {\n  b;\n} else {|\n  c;\n}');
    check('f({ a |\n  c;\n}', '}: B): C {', 'f({ a }: B): C {|\n  c;\n}');
    check('f({ a |\n  c;\n}', '}: B): C', none('unbalanced'));
  });

  it('ignores regular expressions, but not divisions', () => {
    check('a = /[("]/;\nfoo(|', 'b))', 'a = /[("]/;\nfoo(b)|');
    check('a = b.replace(/"/g, c(|', '1));', 'a = b.replace(/"/g, c(1));|');
    check('a = (b) / (c / d|', ');', 'a = (b) / (c / d);|');
    check('foo(|)', '/[)]/)', 'foo(/[)]/|)');
  });

  it('follows brackets that an editor closes in strings and comments', () => {
    check('// see (|)', 'a(b)) and c', '// see (a(b)) and c|');
    check('// see (|)', 'a)', '// see (a|)');
    check('say("see (|)")', 'don\'t)")', 'say("see (don\'t|)")');
    check('# see (|)', 'http://a)', '# see (http://a|)', python);
    check('foo(|)', 'a // b', 'foo(a|)');
  });

  it('lets a string or comment be closed that the next ones could seem to close', () => {
    check('/* a|\n/* b */', ' */', '/* a */|\n/* b */');
    check('/**\n * a\n|\nf();\n/** b */', ' */', '/**\n * a\n */|\nf();\n/** b */');
    check('foo(`a ${|\nbar(`b`);', 'b}`);', 'foo(`a ${b}`);|\nbar(`b`);');
    check('/* a|*/', ' b*/', '/* a b|*/');
    check('/* a|*/', ' b */', '/* a b */|');
  });

  it('leaves no string open', () => {
    check('|', 'print("hel', 'print(|', python);
    check('x = |', '"hel', none('unbalanced'));
    check('x = "|', 'hel', 'x = "hel|');
    check('x = "|', 'hel", "a"', 'x = "hel", "a"|');
    check("x = 'a|", "b', r'c'", "x = 'ab', r'c'|", python);
    check('|', '"""Doc', '"""Doc|', python);
    check('f {|', '\n  a = "b\n  c;\n}', 'f {\n  a =|');
    check('f {|', "\n  a; // don't\n}", "f {\n  a; // don't\n}|");
    check('x = |', '`a', 'x = `a|');
    check('f(|)', 'g(a', 'f(g|)');
    check('f(|)', '() => {', 'f(() => {|)');
  });

  it('takes no apostrophe for a quote', () => {
    const rust: Changes = { languageId: 'rust' };
    check('fn f<|', "'a>(s: &'a str", "fn f<'a>(s: &'a str|", rust);
    check('x = |', "('a', '\\n', '{')", "x = ('a', '\\n', '{')|", rust);
    check("struct A<'a> { b: &'a B }\nf(|)", 'c)', "struct A<'a> { b: &'a B }\nf(c|)", rust);
    check("<p>don't {|}</p>", 'a}</p>', "<p>don't {a|}</p>", { languageId: 'typescriptreact' });
    check("It's |", "a dog's (life", "It's a dog's (life|", { languageId: 'markdown' });
    check('- a |', ':) b', '- a :) b|', { languageId: 'markdown' });
    check('key: |', "it's", "key: it's|", { languageId: 'yaml' });
    check('case $a in\n  |', 'b) c;;', 'case $a in\n  b) c;;|', { languageId: 'shellscript' });
    check('<a href="|">', 'x" id="y">', '<a href="x" id="y"|>', { languageId: 'html' });
  });
});

describe('complete/fit: neighbouring lines', () => {
  it('does not say what the next line says', () => {
    check('|\nreturn total;', 'return total;', none('repeats-suffix'));
    check('ret|\nreturn total;', 'urn total;', none('repeats-suffix'));
    check('|\r\n\r\nreturn total;', 'return total;', none('repeats-suffix'));
    check('|\nreturn total;', 'return count;', 'return count;|\nreturn total;');
    check('  a;\n  |\n  b;', 'b;', none('repeats-suffix'));
    check('    |\n  b;', 'b;', '    b;|\n  b;');
  });

  it('cuts the end that repeats the next lines', () => {
    check('|\nsecond();\nthird();', 'first();\nsecond();\nthird();', 'first();|\nsecond();\nthird();');
    check('|\nsecond();\nthird();', 'first();\nsecond();', 'first();|\nsecond();\nthird();');
    check('|\nsecond();\nthird();', 'first();\nsecond();\nother();', 'first();|\nsecond();\nthird();');
    check('|\r\n\r\nsecond();', 'first();\n\nsecond();', 'first();|\r\n\r\nsecond();');
    check('if a:|\nend_of_it()', '\n    b()\nend_of_it()', 'if a:\n    b()|\nend_of_it()', python);
  });

  it('does not say what the last lines said, unless they say little', () => {
    check('total += count;\n|', 'total += count;', none('repeats-line'));
    check('total += count;\r\n\r\n|', 'total += count;', none('repeats-line'));
    check('  total += count;\n  tot|', 'al += count;', none('repeats-line'));
    check('const aa = 1;\nconst bb = 2;\n|', 'const aa = 1;\nconst bb = 2;', none('repeats-line'));
    check('{ {\n    }\n  |', '}', '{ {\n    }\n  }|');
    check('a;\n  break;\n|', 'break;', 'a;\n  break;\nbreak;|');
    check('total += count;\n|', 'total += amount;', 'total += count;\ntotal += amount;|');
    check('foo {\n|', 'bar;\nfoo {', 'foo {\nbar;\nfoo {|');
    check(
      'while (this.busy) {\nwhile (this.busy) {|',
      '\n  a();',
      'while (this.busy) {\nwhile (this.busy) {\n  a();|',
    );
  });

  it('does not loop', () => {
    check('|', 'next(this);\nnext(this);\nnext(this);', 'next(this);|');
    check('|', 'a(11111);\nb(22222);\na(11111);\nb(22222);\na(11111);\nb(22222);', 'a(11111);\nb(22222);|');
    check('|', 'a(11111);\nb(22222);\nc(33333);\n'.repeat(3).trimEnd(), 'a(11111);\nb(22222);\nc(33333);|');
    check('x = |', 'foo.foo.foo.foo.foo.foo.', 'x = foo.|');
    check('x = foo.|', 'foo.foo.foo.foo.foo.foo.', none('repetition'));
    check('x = [|', '0, 0, 0, 0, 0, 0, 0, 0, 0', 'x = [0,|');
    check('x = |', 'a'.repeat(40), 'x = a|');
    check('// |', '-'.repeat(70), `// ${'-'.repeat(70)}|`);
    check('x |', '--- --- --- --- --- ---', 'x --- --- --- --- --- ---|', { languageId: 'markdown' });
    check('|', 'break;\nbreak;', 'break;\nbreak;|');
    check('x = "|', `\ud83c\ude00${'\ud83d\ude00'.repeat(12)}`, 'x = "\ud83c\ude00|');
    check('x = |', '[0, 0, 0, 0]', 'x = [0, 0, 0, 0]|');
  });
});

describe('complete/fit: any text', () => {
  const piece = fc.constantFrom(
    ...[
      '\n',
      '\r\n',
      '\r',
      ' ',
      '    ',
      '\t',
      '\0',
      '\u0007',
      '\ufffd',
      '\u2028',
      '\ud83d',
      '\ude00',
      '😀',
      'e\u0301',
    ],
    ...[
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '`',
      '"""',
      '${',
      '/*',
      '*/',
      '//',
      '#',
      '\\',
      ';',
      ',',
      ':',
      '<',
      '>',
    ],
    ...['a', 'foo', 'return total;', '}\n', '</div>', "'a", 'break;\n', '0, 0, 0, 0, 0, 0, 0, '],
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 24 }).map(pieces => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map(units => String.fromCharCode(...units)),
  );
  const window = fc
    .record({
      prefix: text,
      suffix: text,
      languageId: fc.constantFrom(
        'typescript',
        'python',
        'rust',
        'html',
        'markdown',
        'yaml',
        'makefile',
        'go',
      ),
      eol: fc.constantFrom('\n' as const, '\r\n' as const),
      indentation: fc.record({
        kind: fc.constantFrom('spaces' as const, 'tabs' as const),
        size: fc.constantFrom(2, 4, 8),
      }),
      startLine: fc.constantFrom(0, 50),
    })
    .map(changes => cursorIn('|', changes));

  it('gives an item that can be inserted, or a reason', () => {
    fc.assert(
      fc.property(text, window, (generated, place) => {
        const found = fit(generated, place);
        if (found.kind === 'none') return;
        const { after } = currentLine(place);
        assert.notEqual(found.text.trim(), '');
        assert.ok(found.replaceAfter >= 0 && found.replaceAfter <= after.length);
        assert.doesNotMatch(found.text, /[^\S\r\n]+(?:\r?\n|$)/);
        assert.doesNotMatch(found.text, /\p{Cs}|(?![\t\r\n])\p{Cc}/u);
        assert.ok(!/\r(?!\n)/.test(found.text));
        if (place.eol === '\r\n') assert.doesNotMatch(found.text, /(?<!\r)\n/);
        else assert.ok(!found.text.includes('\r'));
        let from = 0;
        for (const unit of after.slice(0, found.replaceAfter).split('')) {
          from = found.text.indexOf(unit, from) + 1;
          assert.notEqual(from, 0, 'what is replaced is no subsequence of the text');
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives the same when asked to fit its own result', () => {
    fc.assert(
      fc.property(text, window, (generated, place) => {
        const once = fit(generated, place);
        if (once.kind === 'none') return;
        // What stands after the cursor was taken from the end of the last line, which now does not ask for it.
        const { after } = currentLine(place);
        if (once.text.includes('\n') && after.slice(once.replaceAfter).trim() !== '') return;
        assert.deepEqual(fit(once.text, place), once);
      }),
      { numRuns: 3_000 },
    );
  });

  it('never adds letters', () => {
    fc.assert(
      fc.property(text, window, (generated, place) => {
        const found = fit(generated, place);
        const bare = (value: string): string => value.replace(/\s/g, '');
        if (found.kind === 'fitted') assert.ok(bare(generated).startsWith(bare(found.text)));
      }),
    );
  });
});
