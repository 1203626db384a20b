// Places that declare a name, and places that mention it: by the index alone, then made sure of in the text.

import type { Chunk } from '../model/chunk.ts';
import { fileKind } from '../../corpus/fileKind.ts';
import type { ChatSources, Hit } from './retrieve.ts';
import { ChunkReader } from './retrieve.ts';
import { countIn, kindOf, labelIn } from './searchIndex.ts';
import { runInSlices } from '../../base/scheduling/slicer.ts';
import type { Match } from './searchIndex.ts';
import { hashOf, identifiersOf, joined, partsOf, stemOf } from './words.ts';

/** Files read at most to find the mentions of a name. */
const maxFiles = 60;

/** Declarations of exactly this name, or but for its case where there is none; sources before tests. */
export async function definitionsOf(
  sources: ChatSources,
  name: string,
  most: number,
): Promise<readonly Hit[]> {
  const parts = partsOf(name);
  if (parts.length === 0) return [];
  const { matches } = await runInSlices(sources.index.search([{ hash: hashOf(joined(parts)) }]));
  const own = matches.filter(match => countIn(match.counts[0] ?? 0, 0) > 0 && kindOf(match) !== 'section');
  const exact = own.filter(match => lastOf(labelIn(match)) === name);
  const same = own.filter(match => lastOf(labelIn(match)).toLowerCase() === name.toLowerCase());
  const chosen = (exact.length > 0 ? exact : same).toSorted((a, b) => orderOf(a) - orderOf(b));
  const reader = new ChunkReader(sources);
  const hits: Hit[] = [];
  for (const match of chosen) {
    if (hits.length === most) break;
    const hit = await reader.hit(match, 1);
    if (hit !== undefined) hits.push(hit);
  }
  return hits;
}

export interface Mention {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly lines: readonly string[];
  /** The innermost chunk that the line lies in. */
  readonly chunk: Chunk;
}

/** Lines that mention the name as a whole word and do not declare it; sources first, then tests, then documents. */
export async function mentionsOf(sources: ChatSources, name: string): Promise<readonly Mention[]> {
  const parts = partsOf(name);
  if (parts.length === 0) return [];
  const [first = ''] = parts;
  const hash = hashOf(parts.length > 1 ? joined(parts) : stemOf(first));
  const { matches } = await runInSlices(sources.index.search([{ hash }]));
  const paths = [...new Set(matches.toSorted((a, b) => orderOf(a) - orderOf(b)).map(({ path }) => path))];
  const reader = new ChunkReader(sources);
  const mentions: Mention[] = [];
  for (const path of paths.slice(0, maxFiles)) {
    const file = await reader.file(path);
    if (file === undefined) continue;
    const innermost = innermostChunks(file);
    for (const [index, text] of file.lines.entries()) {
      if (!text.includes(name) || !identifiersOf(text).includes(name) || isImport(text)) continue;
      const line = index + 1;
      const inner = innermost[line];
      if (
        inner === undefined ||
        (inner.name === name && line < inner.line + 2 && inner.signature.includes(name))
      )
        continue;
      mentions.push({ path, line, lines: file.lines, chunk: inner });
    }
  }
  return mentions;
}

/** The last chunk that each line lies in, by the line's number. */
function innermostChunks({ chunks, lines }: { chunks: readonly Chunk[]; lines: readonly string[] }) {
  const innermost: (Chunk | undefined)[] = Array.from({ length: lines.length + 1 });
  for (const chunk of chunks) innermost.fill(chunk, chunk.line, chunk.endLine + 1);
  return innermost;
}

/** Names that a piece of code calls, each once, in order. */
export function calleesOf(body: string): readonly string[] {
  const names = [
    ...body.matchAll(
      /(?<![\p{L}\p{N}_$])([\p{L}_$][\p{L}\p{N}_$]*)(?![\p{L}\p{N}_$])\s*(?:<[\w\s,]*>)?!?\(/gu,
    ),
  ].map(([, name = '']) => name);
  return [...new Set(names)].filter(name => !keywords.has(name));
}

const keywords = new Set(
  'if for while switch catch return function def fn func match with await async yield typeof sizeof new super this self print super elif not and or in is assert raise throw require import'.split(
    ' ',
  ),
);

function isImport(line: string): boolean {
  return /^\s*(?:import|from|use|using|require|export\s*(?:\{|\*)|#include|package)\b/.test(line);
}

function orderOf(match: Match): number {
  const { path } = match;
  const byFile = { source: 0, markup: 1, other: 1, data: 1, test: 2, docs: 3 }[fileKind(path)];
  return 4 * byFile + (kindOf(match) === 'type' ? 0 : 1) + (/\.d\.[cm]?ts$/.test(path) ? 2 : 0);
}

function lastOf(label: string): string {
  return label.slice(label.lastIndexOf('.') + 1);
}
