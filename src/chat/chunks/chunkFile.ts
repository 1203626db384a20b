// Takes a file apart: by its grammar, by its headings or by its indentation.

import { fileKind, languageOf } from '../../corpus/fileKind.ts';
import type { Chunk } from '../model/chunk.ts';
import { chunkByIndentation } from './chunkByIndentation.ts';
import { chunkBySyntax } from './chunkBySyntax.ts';
import { chunkMarkdown } from './chunkMarkdown.ts';
import type { Grammar } from './grammars.ts';
import { nestsTooDeep } from './nesting.ts';

/**
 * The chunks of a file, ordered by their first lines; every line that is not blank is in one. Line ends are `\n`.
 * `grammar` is that of the file's language, undefined where there is none; what nests too deep to parse, or whose
 * errors take too long, goes by its indentation. Yields every few milliseconds.
 */
export function* chunkFile(
  path: string,
  text: string,
  grammar: Grammar | undefined,
): Generator<undefined, readonly Chunk[], undefined> {
  const bySyntax =
    grammar === undefined || nestsTooDeep(text) ? undefined : yield* chunkBySyntax(text, grammar);
  if (bySyntax !== undefined) return bySyntax;
  if (fileKind(path) === 'docs') return chunkMarkdown(text);
  return chunkByIndentation(text, languageOf(path) !== undefined);
}
