// What retrieval is compared with, on the same files: BM25 that takes every line for a document, and the search that a
// person would do with ripgrep, which is lines by the number of the question's words in them.

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
  const postings = postingsOf(lines);
  const meanLength = lines.reduce((sum, { words }) => sum + words.length, 0) / Math.max(1, lines.length);
  return (question, count) => {
    const scores = new Map<number, number>();
    for (const word of new Set(wordsOf(question))) {
      const own = postings.get(word) ?? [];
      const idf = Math.log(1 + (lines.length - own.length + 0.5) / (own.length + 0.5));
      for (const at of own) {
        const words = lines[at]?.words ?? [];
        const frequency = words.filter(each => each === word).length;
        const norm = 1.2 * (0.25 + (0.75 * words.length) / meanLength);
        scores.set(at, (scores.get(at) ?? 0) + (idf * frequency * 2.2) / (frequency + norm));
      }
    }
    return best(lines, scores, count);
  };
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
