// What the index by structure costs beside that of the tokens: building, bytes, and finding the places that are built like
// the cursor's.

import { quantile } from '../base/statistics.ts';
import { AnalogyFinder } from '../memory/analogy/analogies.ts';
import { DocumentStructure } from '../memory/analogy/documentStructure.ts';
import { familyOf } from '../memory/analogy/keywords.ts';
import { LexemeTable } from '../memory/analogy/lexemeTable.ts';
import { StructuralSegment } from '../memory/analogy/structuralSegment.ts';
import { structureOf, TokenBytes } from '../memory/analogy/structuredFile.ts';
import type { SegmentFile } from '../memory/segment.ts';
import { finish } from '../memory/workspaceMemory.ts';

export interface AnalogyFigures {
  readonly indexedTokensPerSecond: number;
  readonly bytesPerToken: number;
  /** Of finding and writing the best places, after each token. */
  readonly queryMs: { readonly p50: number; readonly p95: number };
}

const queries = 5_000;

/** Indexes `many` files and asks at the places of `asked`, their own indexed copies masked. */
export function benchAnalogy(
  many: readonly SegmentFile[],
  asked: readonly SegmentFile[],
  spelt: readonly (string | undefined)[],
): AnalogyFigures {
  const tokenBytes = new TokenBytes(spelt);
  const table = new LexemeTable();
  const startedMs = performance.now();
  const structured = many.map(({ path, tokens }) => finish(structureOf(path, tokens, tokenBytes, table)));
  const segment = finish(StructuralSegment.build(structured));
  const builtMs = performance.now() - startedMs;
  const tokens = many.reduce((sum, file) => sum + file.tokens.length, 0);
  const ms = queriesMs(segment, new DocumentStructure(table, tokenBytes), asked);
  return {
    indexedTokensPerSecond: (1000 * tokens) / builtMs,
    bytesPerToken: (segment.sizeBytes + table.sizeBytes) / tokens,
    queryMs: { p50: quantile(ms, 0.5), p95: quantile(ms, 0.95) },
  };
}

/** Milliseconds of each query. */
function queriesMs(
  segment: StructuralSegment,
  document: DocumentStructure,
  asked: readonly SegmentFile[],
): readonly number[] {
  const finder = new AnalogyFinder(document);
  const ms: number[] = [];
  const share = Math.ceil(queries / asked.length);
  for (const { path, tokens } of asked) {
    const family = familyOf(path);
    document.follow({ document: [] }, [], family);
    for (const token of tokens.slice(0, share)) {
      document.append(token);
      const startedMs = performance.now();
      finder.find([segment], { family, ownPath: `0/${path}`, ownFrom: Infinity });
      ms.push(performance.now() - startedMs);
    }
  }
  return ms;
}
