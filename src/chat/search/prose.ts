// Sentences about code, made of nothing but what stands in it: its kind, its place, its documentation, its signature.
// What comes from a file is made harmless first: it must not turn into links, images or HTML of the answer.

import { codeSpan as code } from '../../base/markdownText.ts';
import type { Chunk } from '../model/chunk.ts';
import { labelOf } from './retrieve.ts';

export { code };

/** Of a documentation, looked at for its first sentences. */
const maxDocChars = 4_000;

/** The first sentences of a documentation, at most so many characters, as inert Markdown. */
export function summaryOf(doc: string, maxChars = 280): string {
  const plain = doc.slice(0, maxDocChars).replace(/\{@\w+\s([^{}|]*)(?:\|[^{}]*)?\}/g, '$1');
  const lines = plain.split('\n').map(line => line.trim());
  const end = lines.findIndex((line, at) => (line === '' && at > 0) || /^(?:@\w|:\w[^:]*:)/.test(line));
  const text = inert(
    lines
      .slice(0, end === -1 ? undefined : end)
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars);
  const stop = Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('; '));
  return stop > 60 ? cut.slice(0, stop + 1) : `${cut.slice(0, cut.lastIndexOf(' '))} …`;
}

/** Text of a file that can stand in Markdown and stays text. */
export function inert(text: string): string {
  return text
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/!?\[([^[\]]*)\]\((?:[^()\\]|\\.|\([^()\\]*\))*\)/g, '$1')
    .replace(/[<>[\]]/g, '\\$&')
    .replace(/\s+/g, ' ');
}

export function placeOf(path: string, line: number): string {
  return code(`${path}:${line}`);
}

/** `a function`, `a method of Command`, `a section of Guide`. */
function describeKind({ kind, container, signature }: Chunk): string {
  const within = container === '' ? '' : ` in ${code(container)}`;
  switch (kind) {
    case 'function':
      return container === '' ? 'a function' : `a function of ${code(container)}`;
    case 'type':
      return `${/\binterface\b|\btrait\b|\bprotocol\b/.test(signature) ? 'an interface' : /\bclass\b/.test(signature) ? 'a class' : 'a type'}${within}`;
    case 'variable':
      return `a value${within}`;
    case 'section':
      return `a section${within}`;
    case 'block':
      return 'a part of the file';
    default:
      return kind satisfies never;
  }
}

/** What and where, and what its documentation says: `Command.parse` (`lib/command.js:10`) ... */
export function introduce(path: string, chunk: Chunk): string {
  const summary = summaryOf(chunk.doc);
  const label = labelOf(chunk);
  if (label === '') return `${placeOf(path, chunk.line)}:`;
  const what = `**${inert(label)}**, ${describeKind(chunk)} at ${placeOf(path, chunk.line)}`;
  return summary === '' ? `${what}:` : `${what}: ${summary}`;
}
