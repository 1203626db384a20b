// Splits the files of a workspace into those that memory and training may see and those that judge them (design,
// section 8). By a hash of the path, so that the split is the same on every machine and in every run, and adding a
// file changes it by one file at most.

import type { CorpusFile } from './fileTree.ts';
import { isCode } from './fileKind.ts';

export type Split<File> =
  | { readonly kind: 'split'; readonly workspace: readonly File[]; readonly heldOut: readonly File[] }
  /** Too few files of code to hold any out and still learn from the rest. */
  | { readonly kind: 'too-few'; readonly candidates: number; readonly needed: number };

/** 10 % of the files of code, at least 3 and at most 50. */
const share = 0.1;
const minHeldOut = 3;
const maxHeldOut = 50;
/** One file at least must be left to learn from. */
const needed = minHeldOut + 1;
/** Files below this say little about completion: package markers, re-exports. */
const minSizeBytes = 200;

/**
 * Only code of 200 bytes and more can be held out; all else belongs to the workspace. Both lists keep the order of
 * `files`; which file goes where does not depend on that order. Paths must differ.
 */
export function splitHeldOut<File extends Pick<CorpusFile, 'path' | 'sizeBytes'>>(
  files: readonly File[],
  seed = 0,
): Split<File> {
  const candidates = files.filter(({ path, sizeBytes }) => sizeBytes >= minSizeBytes && isCode(path));
  if (candidates.length < needed) return { kind: 'too-few', candidates: candidates.length, needed };
  const size = Math.min(maxHeldOut, Math.max(minHeldOut, Math.round(candidates.length * share)));
  const ranked = candidates
    .map(({ path }) => ({ path, rank: hash(path, seed) }))
    .sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
  const chosen = new Set(ranked.slice(0, size).map(({ path }) => path));
  return {
    kind: 'split',
    workspace: files.filter(({ path }) => !chosen.has(path)),
    heldOut: files.filter(({ path }) => chosen.has(path)),
  };
}

/** FNV-1a over UTF-16 units, finished as MurmurHash3 does: 32 bits. */
function hash(text: string, seed: number): number {
  let state = (0x811c9dc5 ^ Math.imul(seed | 0, 0x9e3779b1)) >>> 0;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
