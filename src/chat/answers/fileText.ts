// Sentences about a file or folder as a whole: what it says of itself, what it declares, who needs it.

import { counted } from '../../base/counted.ts';
import type { Chunk } from '../model/chunk.ts';
import { headComment } from '../search/headComment.ts';
import { code, inert, placeOf, summaryOf } from '../search/prose.ts';
import { labelOf } from '../search/retrieve.ts';

export interface FileParts {
  readonly chunks: readonly Chunk[];
  readonly lines: readonly string[];
}

/** What the file says of itself, else what its main declaration does; '' where neither says anything. */
export function purposeOf(path: string, { chunks, lines }: FileParts): string {
  const head = headComment(lines);
  if (head !== '') return summaryOf(head);
  if (/\.(?:md|mdx|rst|txt|adoc)$/i.test(path)) {
    const section = chunks.find(({ kind, body }) => kind === 'section' && body.trim() !== '');
    return section === undefined ? '' : summaryOf(plainParagraph(section.body));
  }
  const main = mainDeclaration(path, chunks);
  return main === undefined || main.doc === '' ? '' : `${code(main.name)}: ${summaryOf(main.doc)}`;
}

/** The declaration that a file is there for: the one it is named after, else the largest type or function. */
export function mainDeclaration(path: string, chunks: readonly Chunk[]): Chunk | undefined {
  const own = plainName(path.replace(/^.*\//, '').replace(/\.[^.]*$/, ''));
  const declared = chunks.filter(({ kind, name }) => name !== '' && kind !== 'section' && kind !== 'block');
  return (
    declared.find(({ name }) => plainName(name) === own) ??
    declared
      .filter(({ container }) => container === '')
      .toSorted((a, b) => weightOf(b) - weightOf(a))
      .at(0)
  );
}

function weightOf({ kind, line, endLine, doc }: Chunk): number {
  return (endLine - line + 1) * (kind === 'type' ? 2 : kind === 'variable' ? 0.3 : 1) + (doc === '' ? 0 : 10);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Names of what stands at the top of a file, in order: `CSRFConfig`, `CSRF` and 3 more. */
export function declaresText(chunks: readonly Chunk[], most = 6): string {
  const names = [...new Set(topLevel(chunks).map(({ name }) => name))];
  if (names.length === 0) return '';
  const shown = names.slice(0, most).map(code).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** A line for each declaration: its place, its name and what it says of itself. */
export function outlineOf(path: string, chunks: readonly Chunk[], most: number): string {
  const top = topLevel(chunks);
  const lines = top.slice(0, most).map(chunk => {
    const summary = summaryOf(chunk.doc, 110);
    return `- ${placeOf(path, chunk.line)} ${code(labelOf(chunk))}${summary === '' ? '' : `: ${summary}`}`;
  });
  const more = top.length - lines.length;
  return `${lines.join('\n')}\n${more > 0 ? `\nand ${counted(more, 'more declaration')}.\n` : ''}`;
}

function topLevel(chunks: readonly Chunk[]): readonly Chunk[] {
  const named = chunks.filter(({ kind, name }) => name !== '' && kind !== 'block');
  const top = named.filter(({ container }) => container === '');
  return top.length > 0 ? top : named;
}

/** `a.ts:1`, `b.ts:1` and 3 more: with lines, so that pages make links of them. */
export function listed(paths: readonly string[], most = 4): string {
  const shown = paths
    .slice(0, most)
    .map(path => placeOf(path, 1))
    .join(', ');
  return paths.length > most ? `${shown} and ${paths.length - most} more` : shown;
}

/** Characters of a paragraph that are read, and paragraphs that are looked at. */
const maxParagraphChars = 2_000;
const maxParagraphs = 50;

/** The first paragraph of a document that is text, without images and badges. */
export function plainParagraph(text: string): string {
  const paragraph = text
    .split(/\n\s*\n/, maxParagraphs)
    .map(part =>
      part
        .slice(0, maxParagraphChars)
        .replace(/<[^>]*>/g, ' ')
        .replace(/!?\[[^\]]*\]\([^)]*\)(?:\([^)]*\))?/g, match => (match.startsWith('!') ? ' ' : match))
        .replace(/^\s*(?:#.*|={3,}|-{3,}|\.\. .*|:\w+:.*|>.*)$/gm, ' ')
        .trim(),
    )
    .find(part => (part.match(/\p{L}{2,}/gu) ?? []).length >= 5 && !/^[-*|`[]/.test(part));
  return inert(paragraph ?? '');
}
