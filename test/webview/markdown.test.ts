// Markdown becomes HTML that can do nothing: whatever is in it, only the elements and attributes of a short list come out.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { highlight } from '../../src/webview/chat/highlight.ts';
import { parseLinkedPlace, renderMarkdown, shownText } from '../../src/webview/chat/markdown.ts';

describe('rendered Markdown', () => {
  it('keeps structure', () => {
    assert.match(renderMarkdown('**a** _b_\n\n- c'), /<strong>a<\/strong> <em>b<\/em>.*<li>c<\/li>/s);
    assert.match(
      renderMarkdown('```ts\nconst a = 1;\n```'),
      /<pre class="code"><code><span class="hljs-keyword">const/,
    );
  });

  it('names the language of code that is coloured later', () => {
    const html = renderMarkdown('```ts\nlet <a>;\n```\n```"x\n1\n```', () => undefined);
    assert.match(html, /<code data-language="ts">let &lt;a&gt;;<\/code>/);
    assert.match(html, /<code data-language="&quot;x">1<\/code>/);
  });

  it('turns places and addresses of the web into buttons, and no other link', () => {
    assert.match(
      renderMarkdown('`src/a.ts:3`'),
      /<button type="button" class="place" data-path="src\/a\.ts" data-line="3" data-end-line="3">/,
    );
    assert.match(
      renderMarkdown('[x](https://a.example/?a=1&b="2")'),
      /data-url="https:\/\/a\.example\/\?a=1&amp;b=%222%22"/,
    );
    for (const url of [
      'javascript:x',
      'JaVaScRiPt:x',
      'data:text/html,x',
      'command:x',
      'vscode:x',
      'file:///x',
      '//x',
      'x',
    ]) {
      assert.doesNotMatch(renderMarkdown(`[x](${url}) <${url}>`), /<button/, url);
    }
    assert.doesNotMatch(renderMarkdown('![x](https://a.example/x.png)'), /<img/);
  });

  it('has no element and no attribute beyond a short list, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '`',
        '```',
        '[',
        '](',
        ')',
        '!',
        '\n',
        ' ',
        '&',
        '&lt;',
        '\\',
        '*',
        '|',
        '-',
        '#',
        '\u0000',
      ],
      ...[
        '<script>',
        '</code>',
        'onclick=x',
        'javascript:x',
        'https://a.example',
        'a.ts:3',
        'style=x',
        '<img src=x>',
      ],
    );
    const allowed =
      /^<(\/?(p|em|strong|s|h[1-6]|ul|ol|li|blockquote|table|thead|tbody|tr|th|td|pre|code|span|button)|hr|br)( (class|type|title|data-(path|line|end-line|url|language)|start)="[^"<>]*"|( style="text-align:(left|right|center)"))*>$/;
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), parts => {
        for (const [tag] of renderMarkdown(parts.join('')).matchAll(/<[^>]*>?/g)) assert.match(tag, allowed);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('places in prose', () => {
  function check(text: string, expected: string): void {
    const place = parseLinkedPlace(text);
    assert.equal(place === undefined ? '' : `${place.path} ${place.line} ${place.endLine}`, expected);
  }

  it('are a path and lines', () => {
    check('src/a.ts:3', 'src/a.ts 3 3');
    check('src/my file.ts:3-9', 'src/my file.ts 3 9');
    check('a.ts:9-3', 'a.ts 9 9');
    check('Makefile:3', '');
    check('lib/Makefile:3', 'lib/Makefile 3 3');
    check('a.ts:0', '');
    check('a.ts', '');
    check('https://a.example:80', '');
    check('std::map:3', '');
  });
});

describe('coloured code', () => {
  it('is the code, escaped, whatever the language', () => {
    const plain = (html: string) =>
      html
        .replace(/<\/?span[^>]*>/g, '')
        .replace(
          /&(lt|gt|amp|quot|#x27);/g,
          (_all, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#x27': "'" })[name] ?? '',
        );
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('typescript', 'html', 'vue', 'shellscript', 'cobol', ''),
        (code, language) => {
          assert.equal(plain(highlight(code, language) ?? ''), code);
        },
      ),
    );
    assert.match(highlight('def a(): pass', 'python') ?? '', /hljs-keyword/);
    assert.equal(highlight('<b>', 'cobol'), '&lt;b&gt;');
  });

  it('is coloured piece by piece, and goes on where it was interrupted', () => {
    const code = Array.from({ length: 300 }, (_, at) => `def f${at}():\n    return ${at} # odd\n`).join('');
    let pieces = 0;
    let html = highlight(code, 'python', () => pieces++ < 2);
    assert.equal(html, undefined);
    html = highlight(code, 'python', () => pieces++ < 100);
    assert.ok(html !== undefined && pieces > 4, String(pieces));
    assert.equal(html.match(/hljs-keyword/g)?.length, 600);
    assert.equal(html.match(/hljs-comment/g)?.length, 300);
    const asked = pieces;
    highlight(code, 'python', () => pieces++ < 100);
    assert.equal(pieces, asked);
  });

  it('hands highlight.js no long line and no long text, whatever the code', () => {
    // Patterns of highlight.js take time with the cube of a line and the square of a text: without the bounds each of
    // these takes many seconds.
    const units = [
      ['markdown', '[]('],
      ['java', '$0'],
      ['ini', '__'],
      ['csharp', 'if '],
      ['cpp', 'a'],
      ['typescript', '\n'],
    ] as const;
    let count = 0;
    for (const [language, unit] of units)
      for (const width of [60, 250, 20_000]) {
        const code = unit.repeat(20_000 / unit.length).replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
        // Numbered, so that no piece is known from the one before.
        const numbered = code.replaceAll('\n', () => `\n${++count}\n`).slice(0, 20_000);
        let pieces = 0;
        highlight(numbered, language, () => ++pieces > 0);
        assert.ok(pieces <= 40, `${language} ${pieces}`);
      }
  });
});

describe('text that hides signs', () => {
  it('shows them by their number', () => {
    assert.equal(shownText('a\u202eb\u200bc\u0007'), 'a\\u202eb\\u200bc\\u0007');
    assert.equal(shownText('tab\tand\nline, é, 漢字'), 'tab\tand\nline, é, 漢字');
  });
});
