// What the chat page makes of code and Markdown: HTML that shows the text and cannot do anything.

import { match, ok, strictEqual } from 'node:assert/strict';
import {
  codeSpan,
  escapedText,
  fenced,
  FencedStream,
  withFencesClosed,
} from '../../src/base/markdownText.ts';
import { highlight } from '../../src/webview/chat/highlight.ts';
import { parseLinkedPlace, renderMarkdown, shownText } from '../../src/webview/chat/markdown.ts';
import type { TextSource } from '../fuzz/inputs.ts';
import { chosen, randomText } from '../fuzz/inputs.ts';
import { code, prose } from '../fuzz/samples.ts';
import type { FuzzTarget } from '../fuzz/target.ts';
import { textTarget } from '../fuzz/target.ts';

const languages = [
  'typescript',
  'python',
  'go',
  'rust',
  'java',
  'cpp',
  'php',
  'ruby',
  'bash',
  'html',
  'markdown',
  'css',
  'yaml',
  'sql',
  'swift',
  'lua',
];

const textOf = (html: string): string =>
  html
    .replace(/<\/?span[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');

/** Elements that a page may hold; none of them fetches or runs anything. */
const harmless =
  /^<\/?(?:p|h[1-6]|em|strong|s|code|pre|ul|ol|li|blockquote|hr|br|table|thead|tbody|tr|th|td|button|span)(?: [a-z-]+="[^"<>]*")*>$/;

const markdownOf = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** The text of the only code block of a page. */
function blockOf(markdown: string): string | undefined {
  const [, html] =
    /^<pre class="code"><code>([^]*)<\/code><\/pre>\s*$/.exec(
      renderMarkdown(markdown, code => code.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
    ) ?? [];
  return html === undefined ? undefined : markdownOf(html);
}

const shownLines = (text: string): string =>
  `${text}\n`.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd').slice(0, -1);

const fences: TextSource = {
  samples: code.samples,
  tokens: ['```', '`', '~~~', '````````', '\n', '\r', ' ', '   ', '\t', 'a', '<b>', '&lt;'],
};

export const pageTargets: readonly FuzzTarget[] = [
  {
    name: 'colouring code',
    make: random => [chosen(languages, random), randomText(code, random)],
    check: input => {
      const [language, text] = input as [string, string];
      // highlight.js makes \n of a line end that a grammar forbids.
      const asLines = (each: string): string => each.replace(/[\r\u2028\u2029]/g, '\n');
      strictEqual(asLines(textOf(highlight(text, language) ?? '')), asLines(text));
    },
  },
  textTarget('Markdown of an answer', prose, text => {
    for (const [tag] of renderMarkdown(text).matchAll(/<[^>]*>/g))
      ok(harmless.test(tag), `the page holds ${tag}`);
  }),
  textTarget('a code block around any text', fences, text => {
    strictEqual(blockOf(fenced(text, 'ts')), shownLines(text));
  }),
  textTarget('a code block that streams', fences, text => {
    // However it is cut, it is the same Markdown, and what follows is outside of it.
    const streamed = (size: number): string => {
      const stream = new FencedStream('ts');
      let markdown = stream.open();
      for (let at = 0; at < text.length; at += size) markdown += stream.add(text.slice(at, at + size));
      return markdown + stream.close();
    };
    const html = renderMarkdown(`${streamed(1_000_000)}**after**`);
    ok(html.trimEnd().endsWith('<p><strong>after</strong></p>'), html);
    ok(
      renderMarkdown(`${streamed(3)}**after**`)
        .trimEnd()
        .endsWith('<p><strong>after</strong></p>'),
    );
  }),
  textTarget('a code span, plain prose, open fences', fences, text => {
    if (/\S/.test(text))
      match(renderMarkdown(`x ${codeSpan(text)} y`), /^<p>x (?:<code>|<button)[^]*y<\/p>\s*$/);
    ok(
      !/<(?!\/?p>|\/?br>)/.test(renderMarkdown(escapedText(`a${text}`)).replaceAll('&lt;', '')),
      'it is Markdown',
    );
    ok(
      renderMarkdown(`${withFencesClosed(text)}\n\n**after**`).includes('<strong>after</strong>') ||
        /\S/.test(text),
    );
  }),
  textTarget(
    'places in prose',
    { samples: ['src/a.ts:12-20', 'a/b:3'], tokens: ['a', '/', '.', ':', '1', '-', '–', '://', ' ', '0'] },
    text => {
      const place = parseLinkedPlace(text);
      if (place !== undefined) ok(place.line >= 1 && place.endLine >= place.line);
      ok(!/[\u202a-\u202e\u2066-\u2069]/.test(shownText(text)), 'the direction of the text can be turned');
    },
  ),
];
