// Colours code: highlight.js with the languages that most workspaces are made of, a bounded piece at a time, as some of
// its patterns take seconds on a few kilobytes that are made for it. Code of other languages is shown plain.

import type { LanguageFn } from 'highlight.js';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scss from 'highlight.js/lib/languages/scss';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

/** By VS Code's language identifiers; highlight.js adds aliases of its own (`ts`, `py`), which Markdown uses. */
const languages: Readonly<Record<string, LanguageFn>> = {
  ...{ c, cpp, csharp, css, diff, dockerfile, go, ini, java, javascript, json, kotlin, lua, makefile },
  ...{ markdown, php, python, ruby, rust, scss, sql, swift, typescript, yaml },
  ...{ html: xml, xml, vue: xml, svelte: xml, toml: ini, properties: ini, jsonc: json, less: scss },
  ...{ javascriptreact: javascript, typescriptreact: typescript, shellscript: bash },
};

for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** UTF-16 code units; longer code is shown plain. */
const maxChars = 20_000;
/**
 * Bounds of what highlight.js is given at once. Its patterns take time that grows with the square of a text and with the
 * cube of a line; within these bounds the worst that was found takes some 50 ms.
 */
const maxSegmentChars = 1_500;
const maxLineChars = 250;

/** What was coloured, by language and text, so that code that grows is not coloured from its start each time. */
const coloured = new Map<string, string>();
const maxColoured = 500;

/**
 * HTML made of `span`s with classes and of the code, escaped. Asks `mayGoOn` before each piece of work; undefined where it
 * may not, and asked again it goes on from there.
 */
export function highlight(
  code: string,
  languageId: string,
  mayGoOn: () => boolean = () => true,
): string | undefined {
  if (code.length > maxChars || hljs.getLanguage(languageId) === undefined) return escapeText(code);
  let html = '';
  for (const segment of segmentsOf(code)) {
    const key = `${languageId} ${segment}`;
    const known = coloured.get(key);
    if (known === undefined && !mayGoOn()) return undefined;
    html += known ?? remember(key, colour(segment, languageId));
  }
  return html;
}

/** The code as HTML without colours. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function colour(segment: string, language: string): string {
  if (segment.split('\n').some(line => line.length > maxLineChars)) return escapeText(segment);
  return hljs.highlight(segment, { language, ignoreIllegals: true }).value;
}

/**
 * Whole lines where a segment can hold them, cut where a line begins at the margin, if there is such a line: what stands
 * before a declaration seldom goes on in it. A segment does not depend on what comes after the next.
 */
function segmentsOf(code: string): string[] {
  const segments: string[] = [];
  for (let start = 0; start < code.length;) {
    const end = start + maxSegmentChars;
    const part = code.slice(start, end);
    const cut = end >= code.length ? part.length : cutOf(part);
    segments.push(part.slice(0, cut));
    start += cut;
  }
  return segments;
}

function cutOf(part: string): number {
  for (let at = part.length; at > part.length / 2;) {
    at = part.lastIndexOf('\n', at - 1);
    if (at !== -1 && /[\w@#/]/.test(part[at + 1] ?? '')) return at + 1;
  }
  const lineEnd = part.lastIndexOf('\n');
  return lineEnd === -1 ? part.length : lineEnd + 1;
}

function remember(key: string, html: string): string {
  const [oldest] = coloured.keys();
  if (coloured.size >= maxColoured && oldest !== undefined) coloured.delete(oldest);
  coloured.set(key, html);
  return html;
}
