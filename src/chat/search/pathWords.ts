// What a path says of a file: the words of its name and of the folders around it. Names that say nothing by themselves
// (`index.ts`, `__init__.py`, `mod.rs`) take the folder's, and tests are known by what they test.

import { hashOf, joined, partsOf, stemOf } from './words.ts';

export interface PathWords {
  /** Of the file's name, in lower case: `rate_limiter_test.go` has rate, limiter. */
  readonly name: readonly string[];
  /** Of each folder, the outermost first. */
  readonly folders: readonly (readonly string[])[];
}

/** As terms of questions are compared with them. */
export interface PathHashes {
  readonly name: readonly number[];
  /** The name's words as one. */
  readonly joinedName: number;
  readonly folders: readonly number[];
}

export function pathWords(path: string): PathWords {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  const folders = parts.map(partsOf).filter(words => words.length > 0);
  const name = partsOf(file.replace(/(.)\.[^.]*$/, '$1')).filter(part => !testWords.has(part));
  if (name.length > 0 && !(name.length === 1 && sayNothing.has(name[0] ?? ''))) return { name, folders };
  const around = folders.findLast(words => !words.every(word => sayNothing.has(word) || testWords.has(word)));
  return { name: around ?? name, folders: folders.filter(words => words !== around) };
}

export function pathHashes(path: string): PathHashes {
  const { name, folders } = pathWords(path);
  const hashes = (words: readonly string[]): number[] => words.map(word => hashOf(stemOf(word)));
  return {
    name: hashes(name),
    joinedName: hashOf(joined(name)),
    folders: folders.flatMap(words => [...hashes(words), hashOf(joined(words))]),
  };
}

const sayNothing = new Set('index main mod init lib src package default'.split(' '));
const testWords = new Set('test tests spec specs testing unit e2e it'.split(' '));
