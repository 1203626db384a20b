// What is open at the end of a text, by language: strings, comments, interpolations, tags and words.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outermost, scanBrackets } from '../../src/complete/brackets.ts';

/** `expected` are the openers of what is open, outermost first. */
function check(rows: readonly (readonly [languageId: string, text: string, expected: string])[]): void {
  for (const [languageId, text, expected] of rows) {
    const { open } = scanBrackets(text, languageId, languageId === 'php' ? [] : outermost(languageId));
    assert.equal(
      open.map(({ opener }) => opener).join(' '),
      expected,
      `${languageId}: ${JSON.stringify(text)}`,
    );
  }
}

describe('complete/brackets', () => {
  it('knows code within strings', () => {
    check([
      ['typescript', '`total ${f(', '` ${ ('],
      ['typescript', '`total ${a}`; [', '['],
      ['javascript', '`a ${`b ${c}`} {', '`'],
      ['python', "f'{a} {", "' {"],
      ['python', 'f"{{a} {b!r:>{width}} {', '" {'],
      ['python', 'rf"""{a\n}', '"""'],
      ['python', 'x = "{', '"'],
      ['csharp', '$"{Id}: {', '$" {'],
      ['csharp', '@"C:\\"; (', '('],
      ['csharp', '"{', '"'],
      ['kotlin', '"a ${list[', '" ${ ['],
      ['scala', 's"a ${', '" ${'],
      ['swift', '"a \\(f(', '" \\( ('],
      ['ruby', '"a #{b[', '" #{ ['],
      ['elixir', '"a #{', '" #{'],
      ['dart', "'a ${", "' ${"],
      ['php', '<?php "a {$b[', '<?php " {$ ['],
      ['shellscript', 'echo "$(cat ', '" $('],
      ['shellscript', 'echo "${a', '" ${'],
      ['terraform', 'a = "${b.', '" ${'],
      ['julia', '"a $(', '" $('],
      ['powershell', '"a $(', '" $('],
    ]);
  });

  it('knows strings over several lines, and raw ones', () => {
    check([
      ['python', '"""a (\n"b" {', '"""'],
      ['python', "x = '''a\n''' + (", '('],
      ['go', 'a := `{\n\\`; f(', '('],
      ['rust', 'let a = r#"a " {"#; f(', '('],
      ['rust', 'let a = r#"a " {', 'r'],
      ['cpp', 'auto a = R"x(a)" {)x"; f(', '('],
      ['java', 'String a = """\n {\n""" + f(', '('],
      ['csharp', 'var a = """\n { \\""" + f(', '('],
      ['kotlin', 'val a = """\n{ "\n', '"""'],
      ['swift', 'let a = """\n{\n"""; f(', '('],
      ['lua', 'local a = [==[ ]] { ]==] f(', '('],
      ['lua', 'local a = [[ {\n', '['],
      ['sql', "select 'it''s (', (", '('],
      ['toml', "a = '''\n[\n'''\nb = [", '['],
      ['ocaml', 'let a = {x| { |x} (', '('],
      ['powershell', '$a = @"\n{\n"@; f (', '('],
    ]);
  });

  it('knows here-documents', () => {
    check([
      ['shellscript', "cat <<EOF\nit's {\nEOF\nf() {", '{'],
      ['shellscript', "cat <<-'EOF' | wc\n\t$(a\n", '<<'],
      ['shellscript', 'cat <<"A" <<B\n(\nA\n{\nB\n', ''],
      ['shellscript', 'cat <<<"$a" && (', '('],
      ['php', '<?php $a = <<<SQL\nselect (\n  SQL;\nf(', '<?php ('],
      ['php', "<?php $a = <<<'X'\n{$b\n", '<?php <<'],
      ['ruby', 'a = <<~SQL\n  (\nSQL\nf(', '('],
      ['ruby', 'a << B\nf(', '('],
      ['perl', 'print <<"EOT";\n{\nEOT\nf(', '('],
      ['terraform', 'a = <<-EOF\n  {\n  EOF\nb {', '{'],
      ['dockerfile', 'RUN <<EOF\n(\nEOF\n', ''],
    ]);
  });

  it('knows comments', () => {
    check([
      ['php', "<?php # it's (\n// (\n/* { */ f(", '<?php ('],
      ['php', '<?php #[A(1)]\nf(', '<?php ('],
      ['ini', '; (\n# [\n', ''],
      ['lua', '-- (\n--[[ {\n( ]] f(', '('],
      ['lua', '--[==[ ]] {', '--['],
      ['haskell', '{- a {- b -} ( -} f (', '('],
      ['haskell', '-- (\n', ''],
      ['ocaml', '(* ( (* *) *) [', '['],
      ['fsharp', '// (\n(* { *) [', '['],
      ['powershell', '# (\n<# { #> (', '('],
      ['sql', '-- (\n/* ( */ (', '('],
      ['ruby', "# it's (\n=begin\n{\n=end\nf(", '('],
      ['julia', '#= ( =# [', '['],
      ['vb', "a = 1 ' it (\n", ''],
      ['python', "a = 1  # it's (\nf(", '('],
      ['rust', "// it's (\nfn f<'a>(", '('],
      ['html', '<!-- <p> --><b>', '<b>'],
      ['css', '/* { */ a {', '{'],
      ['clojure', '; (\n(f "a', '( "'],
      ['erlang', '% (\nf(', '('],
    ]);
  });

  it('knows tags', () => {
    check([
      ['html', '<ul>\n<li>a\n<li>b (\n</ul><div', '<div'],
      ['html', '<p title="a > b"><br><img src="x">', '<p>'],
      ['html', '<div class="', '<div "'],
      ['html', '<script>\nf({ "</b>": 1, ', '<script> ( {'],
      ['html', '<script>f("</script><p>', '<p>'],
      ['html', '<style>\na {', '<style> {'],
      ['xml', '<a:b c="d"/><e>', '<e>'],
      ['vue', '<p>{{ a.b(', '<p> {{ ('],
      ['vue', '<p :class="{ a: ', '<p " {'],
      ['vue', '<p :class="{ a: 1 }" title="{', '<p "'],
      ['vue', '<p @click="f(\'a\')">', '<p>'],
      ['svelte', '<p title="{a(', '<p " { ('],
      ['svelte', '<p on:click={() => a}>{', '<p> {'],
      ['handlebars', '<p class="{{a}}">{{b', '<p> {{'],
      ['erb', '<p><%= a[', '<p> <% ['],
      ['php', '<p><?= f(', '<?php ('],
      ['php', '<?php if (a) { ?> <b>( <?php } f(', '<?php ('],
      ['typescriptreact', 'return (\n  <div a={b} c="d">\n    {e.map(', '( <div> { ('],
      ['typescriptreact', "const a = <b>it's</b>; f(", '('],
      ['typescriptreact', 'const a = useState<string>(', '('],
      ['typescriptreact', 'return <A.B c="d" /> && (', '('],
      ['typescriptreact', 'if (a < b) { f(', '{ ('],
      ['typescriptreact', 'return <><p>', '<> <p>'],
      ['javascript', 'return (<div>\n)\n}', ''],
      ['typescript', 'const a = <T>(b: T) => {', '{'],
    ]);
  });

  it('knows words that open blocks', () => {
    check([
      ['shellscript', 'for a in b; do\n  if c; then\n    echo if do\n  fi\n', 'do'],
      ['shellscript', 'case $a in\n  b) c ;;\n  (d) e ;;\n', 'case'],
      ['shellscript', 'f() {\n  while a; do\n  done\n', '{'],
      ['lua', 'function a()\n  if b then c() end\n  for d in e do\n', 'function do'],
      ['lua', 'local t = { f = function() return 1 end, ', '{'],
      ['ruby', 'def a\n  b if c\n  d.each do |e|\n', 'def do'],
      ['ruby', 'class A\n  def b = 1\n  while c do\n  end\n', 'class'],
      ['elixir', 'def a do\n  fn b -> c end\n  if d, do: e\n', 'do'],
      ['julia', 'function a()\n  b[end]\n  if c\n  end\n', 'function'],
    ]);
  });

  it('tells what closes nothing, and what closes the wrong', () => {
    const strays: readonly (readonly [
      languageId: string,
      before: string,
      text: string,
      stray: number | undefined,
    ])[] = [
      ['shellscript', 'for a in b; do\n', 'fi', 0],
      ['shellscript', 'for a in b; do\n', 'done', undefined],
      ['shellscript', 'case $a in\n', 'b) c', undefined],
      ['html', '<ul>', '</ol>', 0],
      ['html', '<ul><li>', '</ul>', undefined],
      ['html', '<div>', '<b></div>', 3],
      ['typescriptreact', 'return (<p>', 'a</b>', 1],
      ['vue', '<p>{{ ', 'item.title }', 11],
      ['typescript', '`${', 'a)', 1],
      ['lua', '', 'end', 0],
      ['ruby', 'def a\n', 'end', undefined],
    ];
    for (const [languageId, before, text, stray] of strays) {
      const { open } = scanBrackets(before, languageId);
      assert.equal(scanBrackets(text, languageId, open).stray, stray, `${languageId}: ${before}¦${text}`);
    }
  });

  it('scans in parts what it scans whole', () => {
    const languages = [
      'typescriptreact',
      'python',
      'html',
      'vue',
      'csharp',
      'lua',
      'ruby',
      'rust',
      'swift',
      'yaml',
    ];
    const line = fc.constantFrom(
      'f(a, "b"',
      '"""',
      '`a ${',
      '}',
      ')',
      '<div a="b">',
      '</div>',
      '/* a',
      '*/',
      '# b',
      'do |a|',
      'end',
      "it's",
      '{{ a',
      '}}',
      '',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...languages),
        fc.array(line, { maxLength: 12 }),
        fc.array(line, { maxLength: 12 }),
        (languageId, above, below) => {
          const first = `${above.join('\n')}\n`;
          const whole = scanBrackets(first + below.join('\n'), languageId);
          // What closes another kind is taken to close something further out only where that was opened before.
          fc.pre(whole.stray === undefined);
          const { open } = scanBrackets(first, languageId);
          const rest = scanBrackets(below.join('\n'), languageId, open);
          const openers = (scan: typeof rest): string[] => scan.open.map(({ opener }) => opener);
          assert.deepEqual(openers(rest), openers(whole));
        },
      ),
    );
  });
});
