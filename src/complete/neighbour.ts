// Which file of the workspace the network is shown before the document: one of its language that stands near it in the
// tree and shares its rarer tokens. The network was trained on several files of a repository in one context.

import { baseName } from '../corpus/fileTree.ts';
import type { SegmentFile } from '../memory/segment.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';

export type KnownFiles = Pick<WorkspaceMemory, 'files' | 'frequencies' | 'size'>;

/** Tokens from a file's start that are compared, and shown at most. */
export const longestNeighbour = 400;
/** A file with fewer tokens says too little. */
const minTokens = 64;
/** Files, the nearest ones, that are compared by their tokens. */
const maxCompared = 64;
/** A document of which less is known is judged by its path alone. */
const minKnown = 32;

/** The file to show before the document of this path, of which the tokens `known` are known; none where none suits. */
export function chooseNeighbour(
  workspace: KnownFiles,
  path: string,
  known: readonly number[],
): SegmentFile | undefined {
  const extension = extensionOf(path);
  if (extension === '') return undefined;
  const near = workspace
    .files()
    .filter(file => file.path.endsWith(extension) && file.path !== path && file.tokens.length >= minTokens)
    .map(file => ({ file, score: nearness(path, file.path, extension) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, maxCompared);
  if (known.length < minKnown) return near[0]?.file;
  const likeness = likenessTo(new Set(known.slice(0, longestNeighbour)), workspace.frequencies());
  const alike = near.map(({ file }) => ({ file, score: likeness(file.tokens.slice(0, longestNeighbour)) }));
  return alike.reduce((best, each) => (each.score > best.score ? each : best), alike[0] ?? nobody).file;
}

const nobody = { file: undefined, score: 0 };

/** With its dot; a name without one, such as `Makefile`, stands for its kind itself. */
function extensionOf(path: string): string {
  const name = baseName(path);
  return name.slice(Math.max(0, name.lastIndexOf('.')));
}

/** Higher for fewer folders between the two, and for names that begin or end alike (`a.test.ts`, `b.test.ts`). */
function nearness(a: string, b: string, extension: string): number {
  const shared = a.lastIndexOf('/', commonStart(a, b) - 1) + 1;
  const apart = slashes(a, shared) + slashes(b, shared);
  const stem = (path: string): string => baseName(path).slice(0, -extension.length);
  return commonStart(stem(a), stem(b)) + commonEnd(stem(a), stem(b)) / 2 - 4 * apart;
}

function slashes(path: string, from: number): number {
  let count = 0;
  for (let at = path.indexOf('/', from); at !== -1; at = path.indexOf('/', at + 1)) count++;
  return count;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}

/** Jaccard similarity of sets of tokens, each with the bits that it takes in the workspace. */
function likenessTo(
  own: ReadonlySet<number>,
  frequencies: Float32Array,
): (tokens: SegmentFile['tokens']) => number {
  const bits = (token: number): number => -Math.log2(frequencies[token] ?? 1);
  const ownBits = [...own].reduce((sum, token) => sum + bits(token), 0);
  return tokens => {
    let common = 0;
    let all = ownBits;
    for (const token of new Set(tokens)) {
      if (own.has(token)) common += bits(token);
      else all += bits(token);
    }
    return common / all;
  };
}
