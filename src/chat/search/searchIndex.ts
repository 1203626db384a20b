// The index of chat: for each file the integers of its chunks (see chunkTerms.ts). A search looks at all of them, which
// is a few milliseconds for 10 MB of source: no inverted lists that every saved file would have to mend.

import { chunkHead, countBits, fields, kindAt, maxCount } from './chunkTerms.ts';
import type { ChunkKind } from '../model/chunk.ts';
import type { PathHashes } from './pathWords.ts';
import { pathHashes } from './pathWords.ts';
import { WordVocabulary } from './vocabulary.ts';
import { packedCosine } from './wordVectors.ts';

/** A file to be found. */
export interface IndexedFile {
  readonly path: string;
  /** As `encodeChunks` gives them. */
  readonly tokens: readonly number[] | Int32Array;
}

/** A word to look for. */
export interface Term {
  readonly hash: number;
}

/** A chunk in which at least one term stands, or whose vector is near. */
export interface Match {
  readonly path: string;
  /** For each term asked for, its counts in the fields, as `countIn` reads them; 0 where it stands in none. */
  readonly counts: Int32Array;
  /** Of the question's vector and the chunk's; 0 where none was asked for. */
  readonly cosine: number;
  /** Where the chunk lies in the integers of its file; see `kindOf` and the like. */
  readonly tokens: Int32Array;
  readonly at: number;
}

export interface Found {
  readonly matches: readonly Match[];
  /** For each term, the chunks that it stands in, and those where it stands in the name. */
  readonly frequencies: readonly number[];
  /** Chunks in all, and the mean length of each field. */
  readonly chunks: number;
  readonly meanLengths: readonly number[];
  /** Files in all, and the mean length of each field in them. */
  readonly files: number;
  readonly meanFileLengths: readonly number[];
}

/** Integers looked at between two yields. */
const sliceIntegers = 200_000;
/** Below it two texts that share no word have nothing to do with each other. */
const nearCosine = 0.4;

/** A file as a whole. */
export interface FileDocument {
  readonly words: PathHashes;
  /** Words of all its chunks in each field. */
  readonly lengths: readonly number[];
  readonly chunks: number;
}

export class SearchIndex {
  private readonly byPath = new Map<string, Int32Array>();
  private readonly documents = new Map<string, FileDocument>();
  /** Of the names of declarations, files and folders. */
  readonly vocabulary = new WordVocabulary();
  private readonly totals = new Float64Array(fields.length);
  private chunkCount = 0;
  private integers = 0;

  /** Integers held. */
  get size(): number {
    return this.integers;
  }

  get sizeBytes(): number {
    return 4 * this.integers;
  }

  get fileCount(): number {
    return this.byPath.size;
  }

  paths(): Iterable<string> {
    return this.byPath.keys();
  }

  has(path: string): boolean {
    return this.byPath.has(path);
  }

  document(path: string): FileDocument | undefined {
    return this.documents.get(path);
  }

  /** Labels of a file's chunks as it was indexed, those without a name left out. */
  labels(
    path: string,
  ): readonly { readonly label: string; readonly kind: ChunkKind; readonly line: number }[] {
    const tokens = this.byPath.get(path);
    if (tokens === undefined) return [];
    const labels: { label: string; kind: ChunkKind; line: number }[] = [];
    for (let at = 0; at < tokens.length; at = chunkEnd(tokens, at)) {
      const label = labelIn({ tokens, at });
      if (label !== '')
        labels.push({ label, kind: kindAt(tokens, at), line: tokens[at + chunkHead.line] ?? 1 });
    }
    return labels;
  }

  files(): readonly IndexedFile[] {
    return [...this.byPath].map(([path, tokens]) => ({ path, tokens }));
  }

  /** Takes files in, in place of what was there of them. Yields between files. */
  *update(files: readonly IndexedFile[]): Generator<undefined, void, undefined> {
    for (const { path, tokens } of files) {
      this.remove(path);
      const own = Int32Array.from(tokens);
      this.byPath.set(path, own);
      this.count(path, own, 1);
      yield;
    }
  }

  remove(path: string): void {
    const tokens = this.byPath.get(path);
    if (tokens === undefined) return;
    this.count(path, tokens, -1);
    this.byPath.delete(path);
  }

  clear(): void {
    this.byPath.clear();
    this.documents.clear();
    this.vocabulary.clear();
    this.totals.fill(0);
    this.chunkCount = 0;
    this.integers = 0;
  }

  /**
   * Every chunk in which a term stands, and those that are near `vector`, of length 1, without sharing a term. The
   * hashes of the terms must differ. Yields every millisecond or so; what changes meanwhile is seen or not, file by file.
   */
  *search(terms: readonly Term[], vector?: Float32Array): Generator<undefined, Found, undefined> {
    const indexOf = new Map(terms.map(({ hash }, index) => [hash, index]));
    // Most words are none of the terms, and this tells so at once.
    const maybe = new Uint8Array(1 << 16);
    for (const { hash } of terms) maybe[hash & 0xffff] = 1;
    const frequencies = terms.map(() => 0);
    const matches: Match[] = [];
    let seen = 0;
    for (const [path, tokens] of [...this.byPath]) {
      seen += tokens.length;
      if (seen > sliceIntegers) {
        seen = 0;
        yield;
      }
      for (let at = 0; at < tokens.length;) {
        const start = at + chunkHead.size + (tokens[at + chunkHead.name] ?? 0);
        const end = chunkEnd(tokens, at);
        let counts: Int32Array | undefined;
        for (let word = start; word < end; word += 2) {
          const hash = tokens[word] ?? 0;
          if (maybe[hash & 0xffff] === 0) continue;
          const index = indexOf.get(hash);
          if (index === undefined) continue;
          counts ??= new Int32Array(terms.length);
          counts[index] = tokens[word + 1] ?? 0;
          frequencies[index] = (frequencies[index] ?? 0) + 1;
        }
        const cosine = vector === undefined ? 0 : packedCosine(vector, tokens, at + chunkHead.vector);
        if (counts !== undefined || cosine >= nearCosine)
          matches.push({ path, tokens, at, cosine, counts: counts ?? new Int32Array(terms.length) });
        at = end;
      }
    }
    const chunks = this.chunkCount;
    return {
      matches,
      frequencies,
      chunks,
      meanLengths: [...this.totals].map(total => total / Math.max(1, chunks)),
      files: this.byPath.size,
      meanFileLengths: [...this.totals].map(total => total / Math.max(1, this.byPath.size)),
    };
  }

  private count(path: string, tokens: Int32Array, sign: 1 | -1): void {
    this.integers += sign * tokens.length;
    const lengths = fields.map(() => 0);
    let chunks = 0;
    const names = path.split('/');
    for (let at = 0; at < tokens.length; at = chunkEnd(tokens, at)) {
      chunks++;
      for (let field = 0; field < fields.length; field++)
        lengths[field] = (lengths[field] ?? 0) + (tokens[at + chunkHead.lengths + field] ?? 0);
      if (kindAt(tokens, at) !== 'section') names.push(labelIn({ tokens, at }));
    }
    this.chunkCount += sign * chunks;
    for (const [field, length] of lengths.entries())
      this.totals[field] = (this.totals[field] ?? 0) + sign * length;
    if (sign === 1) this.documents.set(path, { words: pathHashes(path), lengths, chunks });
    else this.documents.delete(path);
    for (const name of names) {
      if (sign === 1) this.vocabulary.add(name);
      else this.vocabulary.remove(name);
    }
  }
}

function chunkEnd(tokens: Int32Array, at: number): number {
  return at + chunkHead.size + (tokens[at + chunkHead.name] ?? 0) + 2 * (tokens[at + chunkHead.words] ?? 0);
}

/** How often the word stands in a field; counts stop at 31. */
export function countIn(counts: number, field: number): number {
  return (counts >>> (countBits * field)) & maxCount;
}

export function kindOf({ tokens, at }: Match): ChunkKind {
  return kindAt(tokens, at);
}

/** First line, 1-based, as it was when the file was indexed. */
export function matchLine({ tokens, at }: Match): number {
  return tokens[at + chunkHead.line] ?? 1;
}

/** `Container.name`; empty for a block of lines. */
export function labelIn({ tokens, at }: Pick<Match, 'tokens' | 'at'>): string {
  const start = at + chunkHead.size;
  return String.fromCharCode(...tokens.subarray(start, start + (tokens[at + chunkHead.name] ?? 0)));
}

/** Words of a field. */
export function lengthOf({ tokens, at }: Match, field: number): number {
  return tokens[at + chunkHead.lengths + field] ?? 0;
}
