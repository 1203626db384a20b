// Markdown as HTML that cannot do anything: no HTML of its own, no images; links and places are buttons that say in data
// attributes what they mean, and the page turns a click into a message to the extension, which decides.

import markdownIt from 'markdown-it';
import { escapeText, highlight } from './highlight.ts';
import { isOpenable } from '../../pages/chat/links.ts';

/** A place of the workspace as prose names it: `src/a.ts:12` or `src/a.ts:12-20`. */
export interface LinkedPlace {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}

const renderer = markdownIt({ html: false, linkify: false, typographer: false });
renderer.disable('image');
renderer.validateLink = isOpenable;

renderer.renderer.rules['code_inline'] = (tokens, index) => {
  const content = tokens[index]?.content ?? '';
  const place = parseLinkedPlace(content);
  const text = `<code>${renderer.utils.escapeHtml(shownText(content))}</code>`;
  return place === undefined
    ? text
    : `<button type="button" class="place" ${dataAttributes({ path: place.path, line: place.line, 'end-line': place.endLine })}>${text}</button>`;
};
renderer.renderer.rules['link_open'] = (tokens, index) => {
  const url = String(tokens[index]?.attrGet('href') ?? '');
  return `<button type="button" class="link" title="${renderer.utils.escapeHtml(url)}" ${dataAttributes({ url })}>`;
};
renderer.renderer.rules['link_close'] = () => '</button>';
renderer.renderer.rules['fence'] = (tokens, index, _options, environment: unknown) => {
  const { content = '', info = '' } = tokens[index] ?? {};
  const [language = ''] = info.trim().split(/\s+/);
  const code = content.replace(/\n$/, '');
  const html = (environment as Environment).colour(code, language);
  const later = html === undefined ? ` ${dataAttributes({ language })}` : '';
  return `<pre class="code"><code${later}>${html ?? escapeText(code)}</code></pre>`;
};

/** The HTML of code in a language; undefined where it is to be coloured later. */
export type Colour = (code: string, language: string) => string | undefined;

interface Environment {
  readonly colour: Colour;
}

/** Safe to be set as the HTML of an element, whatever the text. Code to be coloured later names its language. */
export function renderMarkdown(text: string, colour: Colour = highlight): string {
  return renderer.render(text, { colour } satisfies Environment);
}

/** The place that a code span names; undefined if it names none. */
export function parseLinkedPlace(text: string): LinkedPlace | undefined {
  const [, path = '', from = '', to = from] =
    /^([^\s:][^:\n]*):([1-9]\d{0,7})(?:[-–]([1-9]\d{0,7}))?$/.exec(text) ?? [];
  // A path has a folder or an extension: `note:5` is not one.
  if (!/[/.]/.test(path) || /^\w+:\/\//.test(text)) return undefined;
  return { path, line: Number(from), endLine: Math.max(Number(from), Number(to)) };
}

/** Characters that would be invisible or turn the direction of what follows are shown by their number. */
export function shownText(text: string): string {
  return text.replace(/(?![\t\n\r])[\p{Cc}\p{Cf}]/gu, sign => {
    return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

function dataAttributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `data-${name}="${renderer.utils.escapeHtml(String(value))}"`)
    .join(' ');
}
