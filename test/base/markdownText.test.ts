// Code in Markdown, read back by a Markdown parser: whatever the text, nothing of it stands outside of its block or span,
// and what follows the block does.

import { deepStrictEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import markdownIt from 'markdown-it';
import {
  codeSpan,
  escapedText,
  fenced,
  FencedStream,
  withFencesClosed,
} from '../../src/base/markdownText.ts';

const parser = markdownIt();

/** What a parser makes of it: the text of each block of code, and the text of all else. */
function parsed(markdown: string): { readonly code: string[]; readonly rest: string } {
  const tokens = parser.parse(markdown, {});
  const isCode = (type: string): boolean => type === 'fence' || type === 'code_block';
  return {
    code: tokens.filter(({ type }) => isCode(type)).map(({ content }) => content),
    rest: tokens
      .filter(({ type, content }) => !isCode(type) && content !== '')
      .map(({ content }) => content)
      .join('|'),
  };
}

const pieces = fc.array(
  fc.constantFrom('`', '```', '`'.repeat(7), '~~~', '\n', '\r', ' ', '\t', 'a', '> ', '- '),
  {
    maxLength: 30,
  },
);
/** Line ends are read in one way and written in another. */
const inOneLine = (texts: readonly string[]): string => texts.join('').replace(/[\r\n]/g, '');

describe('base/markdownText', () => {
  for (const ticks of [1, 3, 6, 7, 40])
    it(`keeps a line of ${ticks} backticks in a block, whole or streamed`, () => {
      const text = `before\n${'`'.repeat(ticks)}\n# after`;
      deepStrictEqual(parsed(`${fenced(text, 'ts')}\n\nend`), { code: [`${text}\n`], rest: 'end' });
      const stream = new FencedStream('ts');
      const streamed =
        stream.open() +
        text
          .split('')
          .map(each => stream.add(each))
          .join('') +
        stream.close();
      const { code, rest } = parsed(`${streamed}end`);
      deepStrictEqual([code.join(''), rest], [`${text}\n`, 'end']);
    });

  it('keeps any text in its block', () => {
    fc.assert(
      fc.property(pieces, parts => {
        const text = parts.join('');
        const { code, rest } = parsed(`${fenced(text, 'ts')}\n\nend`);
        deepStrictEqual([code.length, inOneLine(code), rest], [1, inOneLine(parts), 'end']);
      }),
    );
  });

  it('keeps any text that streams in its blocks, however it is cut', () => {
    fc.assert(
      fc.property(pieces, parts => {
        const stream = new FencedStream('ts');
        const streamed = stream.open() + parts.map(each => stream.add(each)).join('') + stream.close();
        const { code, rest } = parsed(`${streamed}end`);
        equal(rest, 'end');
        equal(inOneLine(code), inOneLine(parts));
      }),
    );
  });

  it('renders escaped text as it reads', () => {
    const linking = markdownIt({ html: true, linkify: true });
    const texts = [
      '[x](command:evil)',
      '![i](https://a.example/i.png)',
      'see https://a.example',
      'a@b.example',
      '<b>c</b>',
    ];
    for (const text of [
      ...texts,
      'www.a.example',
      '# d',
      '1. e',
      '- f',
      '> g',
      '    h',
      '&lt;',
      '\\[j\\](k)',
      'l\r\n***\nm',
    ])
      equal(
        linking.render(escapedText(text)),
        `<p>${linking.utils.escapeHtml(text.replace(/\s+/g, ' ').trim())}</p>\n`,
      );
  });

  it('keeps any text in its span', () => {
    for (const text of ['a', 'a`b', '``', '`a`', 'src/`x`.ts:3', 'a\n\n# b'])
      deepStrictEqual(
        parser.parseInline(codeSpan(text), {})[0]?.children?.map(({ type, content }) => [type, content]),
        [['code_inline', text.replace(/\s+/g, ' ')]],
      );
  });

  it('leaves out a language that is no word', () => {
    for (const language of ['a b', '`', 'x\n# y', '']) equal(fenced('a', language), '```\na\n```');
    equal(fenced('a', 'c++'), '```c++\na\n```');
  });

  it('closes what prose left open, and nothing else', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['```ts\nlet a;', '\n```'],
      ['~~~~\n```\na', '\n~~~~'],
      ['````\n```\n', '\n````'],
      ['   ```\na\n ```\n', ''],
      ['```ts\na\n```', ''],
      ['a ``` b', ''],
      ['``` a ` b', ''],
      ['    ```\n', ''],
      ['plain', ''],
    ];
    for (const [prose, end] of cases) {
      equal(withFencesClosed(prose), `${prose}${end}`);
      equal(
        parsed(`${withFencesClosed(prose)}\n\nend`)
          .rest.split('|')
          .at(-1),
        'end',
      );
    }
  });
});
