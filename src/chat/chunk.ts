// The unit that chat finds and quotes: a function, a class, a section of a document, or a block of lines where neither
// is known. `chunkFile` takes a file apart by its grammar, by its headings or by its indentation.

import { fileKind, languageOf } from '../corpus/fileKind.ts';
import { chunkByIndentation } from './chunkByIndentation.ts';
import { chunkMarkdown } from './chunkMarkdown.ts';
import { chunkBySyntax } from './chunkBySyntax.ts';
import type { Grammar } from './grammars.ts';

export const chunkKinds = ['function', 'type', 'variable', 'section', 'block'] as const;
export type ChunkKind = (typeof chunkKinds)[number];

/** Offsets in a text, the end after the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Chunk {
  readonly kind: ChunkKind;
  /** Name of what is declared, or the heading; empty for a block of lines. */
  readonly name: string;
  /** Name of the class, interface or section around it; empty where there is none. */
  readonly container: string;
  /** First and last line, 1-based, with decorators and without the documentation before it. */
  readonly line: number;
  readonly endLine: number;
  /** Where the documentation before it begins; `line` where there is none. */
  readonly docLine: number;
  /** The declaration up to its body, on one line; empty where there is none. */
  readonly signature: string;
  /** The documentation, without comment marks. */
  readonly doc: string;
  /** Where the documentation stands in the text of the file, as offsets; empty where the grammar is unknown. */
  readonly docSpans: readonly Span[];
  /** What is left of its text: without documentation, signature, and the chunks inside a class. */
  readonly body: string;
}

/**
 * The chunks of a file, ordered by their first lines; every line that is not blank is in one. Line ends are `\n`.
 * `grammar` is that of the file's language, undefined where there is none. Yields every few milliseconds.
 */
export function* chunkFile(
  path: string,
  text: string,
  grammar: Grammar | undefined,
): Generator<undefined, readonly Chunk[], undefined> {
  if (grammar !== undefined) return yield* chunkBySyntax(text, grammar);
  if (fileKind(path) === 'docs') return chunkMarkdown(text);
  return chunkByIndentation(text, languageOf(path) !== undefined);
}
