// What the index keeps of a chunk: where it is and how often each word stands in each of its fields. A file's chunks
// are one list of integers, so that they can be kept on the disk as memory's tokens are.

import type { Chunk, ChunkKind } from '../model/chunk.ts';
import { chunkKinds } from '../model/chunk.ts';
import type { WordVectors } from './wordVectors.ts';
import { vectorIntegers } from './wordVectors.ts';
import { hashOf, identifiersOf, joined, partsOf, stemOf } from './words.ts';

/** Where a word may stand in a chunk. */
export const fields = ['name', 'container', 'path', 'signature', 'doc', 'body'] as const;
/** A field's count takes so many bits, and stops at the largest that fits. */
export const countBits = 5;
export const maxCount = (1 << countBits) - 1;

/** Layout of a chunk in the list: these numbers, then the name's characters, then a hash and its counts for each word. */
export const chunkHead = {
  kind: 0,
  line: 1,
  endLine: 2,
  docLine: 3,
  lengths: 4,
  name: 10,
  words: 11,
  vector: 12,
  size: 12 + vectorIntegers,
} as const;

/** The integers, all from 0 and below 2^30, of a file's chunks. Yields every few milliseconds. */
export function* encodeChunks(
  path: string,
  chunks: readonly Chunk[],
  vectors: WordVectors,
): Generator<undefined, number[], undefined> {
  const encoded: number[] = [];
  const pathWords = wordsOf(path.replace(/\.[^./]*$/, ''));
  const counts = new Map<number, number>();
  let taken = 0;
  for (const chunk of chunks) {
    counts.clear();
    const { name, container, signature, doc, body } = chunk;
    const texts = [
      wordsOf(name, true),
      wordsOf(container),
      pathWords,
      wordsOf(signature),
      wordsOf(doc),
      wordsOf(body),
    ];
    for (const [field, words] of texts.entries()) {
      const shift = countBits * field;
      for (const word of words) {
        const count = counts.get(word) ?? 0;
        if (((count >>> shift) & maxCount) < maxCount) counts.set(word, count + (1 << shift));
      }
      taken += words.length;
    }
    const label = container === '' ? name : `${container}.${name}`;
    const { kind, line, endLine, docLine } = chunk;
    encoded.push(chunkKinds.indexOf(kind), line, endLine, docLine, ...texts.map(words => words.length));
    encoded.push(label.length, counts.size, ...vectors.ofCode(chunk));
    for (let at = 0; at < label.length; at++) encoded.push(label.charCodeAt(at));
    for (const [word, count] of counts) encoded.push(word, count);
    if (taken > 4_000) {
      taken = 0;
      yield;
    }
  }
  return encoded;
}

export function kindAt(encoded: Int32Array, at: number): ChunkKind {
  return chunkKinds[encoded[at + chunkHead.kind] ?? 0] ?? 'block';
}

/** Hashes of the words of each identifier, seen lately. */
const known = new Map<string, readonly number[]>();
const maxKnown = 50_000;
const maxKnownChars = 100;

/** Hashes of the stems in a text, and of each identifier of several parts as a whole; of all with `always`. */
function wordsOf(text: string, always = false): number[] {
  const words: number[] = [];
  for (const identifier of identifiersOf(text)) {
    const key = always ? `=${identifier}` : identifier;
    let hashes = known.get(key);
    if (hashes === undefined) {
      const parts = partsOf(identifier);
      hashes = parts.map(part => hashOf(stemOf(part)));
      if (parts.length > 1 || (always && parts.length > 0)) hashes = [...hashes, hashOf(joined(parts))];
      if (known.size >= maxKnown) known.clear();
      if (key.length <= maxKnownChars) known.set(key, hashes);
    }
    for (const hash of hashes) words.push(hash);
  }
  return words;
}
