// A word of a question that stands nowhere in the workspace, but for one letter, is that word mistyped. The workspace's
// names are the dictionary, with the words that questions are made of.

import { runInSlices } from '../../base/scheduling/slicer.ts';
import type { ChatSources } from './retrieve.ts';
import { isOneEditAway } from './vocabulary.ts';
import { hashOf, isStopWord, stemOf } from './words.ts';

export interface Spelling {
  /** The question with its words as they were meant. */
  readonly text: string;
  /** What was mistyped and what it is taken for. */
  readonly corrected: readonly { readonly typed: string; readonly meant: string }[];
}

/** Mistyped words beyond these are left as they are: each costs a look through the vocabulary. */
const maxCorrected = 6;

export async function correctSpelling(text: string, sources: ChatSources): Promise<Spelling> {
  const suspects = [...new Set(text.slice(0, 1_000).match(plainWord))].filter(word =>
    isSuspect(word, sources),
  );
  if (suspects.length === 0) return { text, corrected: [] };
  const hashes = suspects.map(word => ({ hash: hashOf(stemOf(word.toLowerCase())) }));
  const { frequencies } = await runInSlices(sources.index.search(hashes));
  const corrected: { typed: string; meant: string }[] = [];
  let meantText = text;
  for (const [at, typed] of suspects.entries()) {
    if (frequencies[at] !== 0 || corrected.length === maxCorrected) continue;
    const lower = typed.toLowerCase();
    const meant =
      askingWords.find(word => isOneEditAway(lower, word)) ?? sources.index.vocabulary.nearest(lower);
    if (meant === undefined) continue;
    corrected.push({ typed, meant });
    meantText = meantText.replaceAll(new RegExp(`(?<![\\w$./-])${typed}(?![\\w$/-])`, 'g'), meant);
  }
  return { text: meantText, corrected };
}

/** Not joined with anything: what looks like code or a path is meant as it stands. */
const plainWord = /(?<![\w$./@#`-])[A-Za-z]?[a-z]{3,30}(?![\w$/`(-])/g;

function isSuspect(typed: string, { index, vectors }: ChatSources): boolean {
  const word = typed.toLowerCase();
  return (
    !isStopWord(word) &&
    !askingWords.includes(word) &&
    !index.vocabulary.has(word) &&
    !index.vocabulary.has(stemOf(word)) &&
    !vectors.knows(stemOf(word))
  );
}

const askingWords = (
  'where which what when does explain implemented defined tests tested cover covers example examples default defaults ' +
  'configured configuration settings options repository project folder file function called used handled works start'
).split(' ');
