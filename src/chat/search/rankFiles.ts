// From the chunks in which a question's words stand to the files that answer it: BM25F again, with a file for the
// document. What the file and its folders are called counts most, then what it declares, then what its text says.

import { fields } from './chunkTerms.ts';
import type { QuestionTerm } from './questionTerms.ts';
import type { FileDocument, Found, SearchIndex } from './searchIndex.ts';
import { countIn } from './searchIndex.ts';

export interface RankedFile {
  readonly path: string;
  /** Agreement with the question, mostly below 1, without what the best chunk adds. */
  readonly score: number;
  /** Share of the question's weight that stands in the file, in [0, 1]. */
  readonly coverage: number;
  /** Share of the question's weight that the names of the file and its folders say, in [0, 1]. */
  readonly named: number;
}

export const fileParameters = {
  nameWeight: 9,
  folderWeight: 2.5,
  /** Of the fields of all chunks together; the path's is said by name and folders. */
  fieldWeights: [1.6, 0.5, 0, 0.4, 0.8, 0.4],
  lengthShare: 0.55,
  saturation: 2.2,
  /** Of how much of the file's name the question says. */
  agreementShare: 0.5,
};

interface Tally {
  readonly document: FileDocument;
  /** What a word in each field counts, by the file's length. */
  readonly norms: readonly number[];
  readonly frequencies: Float64Array;
  /** For each word of the question the largest share by which it stands in the file. */
  readonly best: Float32Array;
  readonly namedBest: Float32Array;
  /** Words of the file's name that the question says. */
  namesSaid: number;
}

/** The files in which a term stands, by path. Yields every millisecond or so. */
export function* rankFiles(
  index: Pick<SearchIndex, 'document'>,
  found: Found,
  terms: readonly QuestionTerm[],
  parameters: typeof fileParameters = fileParameters,
): Generator<undefined, ReadonlyMap<string, RankedFile>, undefined> {
  const tallies = new Map<string, Tally>();
  const norms = normsOf(found, parameters);
  for (const [at, { path, counts }] of found.matches.entries()) {
    if (at % 1_000 === 999) yield;
    let tally = tallies.get(path);
    if (tally === undefined) {
      const document = index.document(path);
      if (document === undefined) continue;
      tally = newTally(document, norms(document), terms, parameters);
      tallies.set(path, tally);
    }
    addChunk(tally, counts, terms);
  }
  yield;
  const weights = weightsOf(tallies.values(), terms, found.files);
  const ranked = new Map<string, RankedFile>();
  for (const [path, tally] of tallies) ranked.set(path, scored(path, tally, terms, weights, parameters));
  return ranked;
}

function normsOf(
  { meanFileLengths }: Found,
  { fieldWeights, lengthShare }: typeof fileParameters,
): (document: FileDocument) => readonly number[] {
  return ({ lengths }) =>
    fields.map(
      (_, field) =>
        (fieldWeights[field] ?? 0) /
        (1 -
          lengthShare +
          (lengthShare * (lengths[field] ?? 0)) / Math.max(1e-9, meanFileLengths[field] ?? 1)),
    );
}

function newTally(
  document: FileDocument,
  norms: readonly number[],
  terms: readonly QuestionTerm[],
  { nameWeight, folderWeight }: typeof fileParameters,
): Tally {
  const tally: Tally = {
    document,
    norms,
    frequencies: new Float64Array(terms.length),
    best: new Float32Array(terms.length),
    namedBest: new Float32Array(terms.length),
    namesSaid: 0,
  };
  const { name, joinedName, folders } = document.words;
  for (const { hash, meaning, share } of terms) {
    const isName = name.includes(hash);
    const isWhole = hash === joinedName;
    const isFolder = folders.includes(hash);
    if (!isName && !isWhole && !isFolder) continue;
    if (isName) tally.namesSaid += share;
    else if (isWhole) tally.namesSaid = Math.max(tally.namesSaid, share * name.length);
    const frequency = isName || isWhole ? nameWeight : folderWeight;
    tally.frequencies[meaning] = (tally.frequencies[meaning] ?? 0) + share * frequency;
    raise(tally.best, meaning, share);
    raise(tally.namedBest, meaning, isName || isWhole ? share : share / 2);
  }
  return tally;
}

function addChunk(tally: Tally, counts: Int32Array, terms: readonly QuestionTerm[]): void {
  for (const [at, { meaning, share }] of terms.entries()) {
    const own = counts[at] ?? 0;
    if (own === 0) continue;
    let frequency = 0;
    for (let field = 0; field < fields.length; field++)
      frequency += (tally.norms[field] ?? 0) * countIn(own, field);
    tally.frequencies[meaning] = (tally.frequencies[meaning] ?? 0) + share * frequency;
    raise(tally.best, meaning, share);
  }
}

function raise(values: Float32Array, at: number, to: number): void {
  values[at] = Math.max(values[at] ?? 0, to);
}

/** What each word of the question weighs by the files that it stands in; they sum to 1. */
function weightsOf(
  tallies: Iterable<Tally>,
  terms: readonly QuestionTerm[],
  files: number,
): readonly number[] {
  const counts = terms.map(() => 0);
  for (const { best } of tallies)
    for (let at = 0; at < terms.length; at++) counts[at] = (counts[at] ?? 0) + (best[at] ?? 0);
  const weights = terms.map(
    ({ weight }, at) => weight * Math.log(1 + (files - (counts[at] ?? 0) + 0.5) / ((counts[at] ?? 0) + 0.5)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map(weight => weight / Math.max(1e-9, total));
}

function scored(
  path: string,
  { document, frequencies, best, namedBest, namesSaid }: Tally,
  terms: readonly QuestionTerm[],
  weights: readonly number[],
  { saturation, agreementShare }: typeof fileParameters,
): RankedFile {
  let score = 0;
  let topic = 0;
  let coverage = 0;
  let named = 0;
  for (const [at, { isTopic }] of terms.entries()) {
    const weight = weights[at] ?? 0;
    const frequency = frequencies[at] ?? 0;
    score += (weight * frequency) / (saturation + frequency);
    if (!isTopic) continue;
    topic += weight;
    coverage += weight * (best[at] ?? 0);
    named += weight * (namedBest[at] ?? 0);
  }
  const agreement = Math.min(1, namesSaid / Math.max(1, document.words.name.length));
  const share = Math.max(1e-9, topic);
  return {
    path,
    score: score * (1 + agreementShare * agreement),
    coverage: coverage / share,
    named: named / share,
  };
}
