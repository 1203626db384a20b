// What retrieval is compared with, on the same files: BM25 that takes every line or every file for a document, and the
// search that a person would do with ripgrep, which is lines by the number of the question's words in them.

import { identifiersOf, isStopWord, partsOf, stemOf } from '../chat/search/words.ts';
import type { SourceText } from './retrievalQuestions.ts';

export interface Place {
  readonly path: string;
  readonly line: number;
}

type Search = (question: string, count: number) => readonly Place[];

interface Line extends Place {
  readonly words: readonly string[];
}

/** Okapi BM25 over whole lines, words as they are but for their case. */
export function linesByBm25(files: readonly SourceText[]): Search {
  const lines = linesOf(files);
  const scoresOf = bm25(lines);
  return (question, count) => best(lines, scoresOf(wordsOf(question)), count);
}

/** Okapi BM25 over whole files and their paths: identifiers taken apart, words stemmed, stop words left out. */
export function filesByBm25(
  files: readonly SourceText[],
): (question: string, count: number) => readonly string[] {
  const documents = files.map(({ path, text }) => ({ path, line: 1, words: stemsOf(`${path} ${text}`) }));
  const scoresOf = bm25(documents);
  return (question, count) => best(documents, scoresOf(stemsOf(question)), count).map(({ path }) => path);
}

/** For the words of a question, the score of each document, by its index, in which one of them stands. */
function bm25(documents: readonly Line[]): (words: readonly string[]) => ReadonlyMap<number, number> {
  const postings = postingsOf(documents);
  const meanLength =
    documents.reduce((sum, { words }) => sum + words.length, 0) / Math.max(1, documents.length);
  return questionWords => {
    const scores = new Map<number, number>();
    for (const word of new Set(questionWords)) {
      const own = postings.get(word) ?? [];
      const idf = Math.log(1 + (documents.length - own.length + 0.5) / (own.length + 0.5));
      for (const at of own) {
        const words = documents[at]?.words ?? [];
        const frequency = words.filter(each => each === word).length;
        const norm = 1.2 * (0.25 + (0.75 * words.length) / meanLength);
        scores.set(at, (scores.get(at) ?? 0) + (idf * frequency * 2.2) / (frequency + norm));
      }
    }
    return scores;
  };
}

function stemsOf(text: string): string[] {
  return identifiersOf(text).flatMap(identifier =>
    partsOf(identifier)
      .filter(part => !isStopWord(part))
      .map(stemOf),
  );
}

/** Lines by how many of the question's words of three letters and more stand in them, in the order of the files. */
export function linesByWords(files: readonly SourceText[]): Search {
  const lines = linesOf(files);
  const postings = postingsOf(lines);
  return (question, count) => {
    const scores = new Map<number, number>();
    for (const word of new Set(wordsOf(question).filter(each => each.length >= 3)))
      for (const at of postings.get(word) ?? []) scores.set(at, (scores.get(at) ?? 0) + 1);
    return best(lines, scores, count);
  };
}

function best(lines: readonly Line[], scores: ReadonlyMap<number, number>, count: number): readonly Place[] {
  return [...scores]
    .sort(([first, a], [second, b]) => b - a || first - second)
    .slice(0, count)
    .flatMap(([at]) => lines[at] ?? []);
}

function linesOf(files: readonly SourceText[]): readonly Line[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').map((line, index) => ({ path, line: index + 1, words: wordsOf(line) })),
  );
}

function postingsOf(lines: readonly Line[]): ReadonlyMap<string, readonly number[]> {
  const postings = new Map<string, number[]>();
  for (const [at, { words }] of lines.entries()) {
    for (const word of new Set(words)) {
      const own = postings.get(word);
      if (own === undefined) postings.set(word, [at]);
      else own.push(at);
    }
  }
  return postings;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [];
}
