// Markdown becomes HTML that can do nothing: whatever is in it, only the elements and attributes of a short list come out.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { highlight } from '../../src/webview/chat/highlight.ts';
import { parsePlace, renderMarkdown, shownText } from '../../src/webview/chat/markdown.ts';

describe('rendered Markdown', () => {
  it('keeps structure', () => {
    assert.match(renderMarkdown('**a** _b_\n\n- c'), /<strong>a<\/strong> <em>b<\/em>.*<li>c<\/li>/s);
    assert.match(
      renderMarkdown('```ts\nconst a = 1;\n```'),
      /<pre class="code"><code><span class="hljs-keyword">const/,
    );
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
      /^<(\/?(p|em|strong|s|h[1-6]|ul|ol|li|blockquote|table|thead|tbody|tr|th|td|pre|code|span|button)|hr|br)( (class|type|title|data-(path|line|end-line|url)|start)="[^"<>]*"|( style="text-align:(left|right|center)"))*>$/;
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
    const place = parsePlace(text);
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
          assert.equal(plain(highlight(code, language)), code);
        },
      ),
    );
    assert.match(highlight('def a(): pass', 'python'), /hljs-keyword/);
    assert.equal(highlight('<b>', 'cobol'), '&lt;b&gt;');
  });
});

describe('text that hides signs', () => {
  it('shows them by their number', () => {
    assert.equal(shownText('a\u202eb\u200bc\u0007'), 'a\\u202eb\\u200bc\\u0007');
    assert.equal(shownText('tab\tand\nline, é, 漢字'), 'tab\tand\nline, é, 漢字');
  });
});
