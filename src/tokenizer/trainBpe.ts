// Learns a byte-level BPE (Sennrich et al. 2016, over GPT-2's byte alphabet) from texts, and writes it as a tokenizer.json.
// Words are counted once; each merge then touches only the words that hold its pair, and a heap finds the next pair.

import { byteLevelAlphabet } from './byteLevel.ts';
import { encodeBytes } from './tokenizer.ts';

/** Special tokens by Qwen's names, in the order of their ids. */
export const specialTokens = [
  '<|endoftext|>',
  '<|fim_prefix|>',
  '<|fim_suffix|>',
  '<|fim_middle|>',
  '<|repo_name|>',
  '<|file_sep|>',
  '<|im_start|>',
  '<|im_end|>',
] as const;

export interface BpeOptions {
  /** Ids in all: 256 bytes, merges and special tokens. The result has fewer when the texts hold no more pairs. */
  readonly vocabularySize: number;
  /** A pair seen less often is not merged. */
  readonly minCount?: number;
}

/**
 * A word with its space, a digit, a run of punctuation, or a line break with the indentation after it: BPE merges within
 * these only, so typing changes no token but those of the last two.
 */
export const wordPattern = String.raw` ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\n[ \t]*|[ \t]+(?=\S)|\s+`;

/** The tokenizer.json of a BPE learnt on the texts. Pure; the same texts in another order give the same result. */
export function trainBpe(texts: Iterable<string>, { vocabularySize, minCount = 2 }: BpeOptions): object {
  const most = vocabularySize - byteLevelAlphabet.letters.length - specialTokens.length;
  if (most < 0) throw new RangeError(`a vocabulary of ${vocabularySize} has no room for bytes and specials`);
  const { tokens, merges } = learnMerges(countWords(texts), most, minCount);
  return tokenizerJson(tokens, merges);
}

/** Longer words (literals, base64) would teach merges that nothing else uses. */
const longestWord = 64;

function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  const pattern = new RegExp(wordPattern, 'gu');
  for (const text of texts) {
    for (const word of text.toWellFormed().match(pattern) ?? []) {
      if (word.length <= longestWord) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

interface Learnt {
  /** The letters of each token; its id is its index. */
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/** A pair of token ids as one number, and back. */
const pairBase = 2 ** 24;
const pairOf = (left: number, right: number) => left * pairBase + right;

function learnMerges(counts: ReadonlyMap<string, number>, most: number, minCount: number): Learnt {
  const tokens = [...byteLevelAlphabet.letters];
  const merges: [string, string][] = [];
  const pairs = new Pairs();
  const words: Word[] = [];
  // In order of the words, so that the result does not depend on the order of the texts.
  for (const [word, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ids = Array.from(encodeBytes(word), letter => letter.charCodeAt(0));
    if (ids.length < 2) continue;
    for (let at = 1; at < ids.length; at++) {
      pairs.add(pairOf(ids[at - 1] ?? 0, ids[at] ?? 0), count, words.length);
    }
    words.push({ ids, count });
  }
  const known = new Set(tokens);
  while (merges.length < most) {
    const pair = pairs.takeMostFrequent(minCount);
    if (pair === undefined) break;
    const [left, right] = [Math.floor(pair / pairBase), pair % pairBase];
    const [leftLetters = '', rightLetters = ''] = [tokens[left], tokens[right]];
    // Two ways to spell one token: the vocabulary holds it once.
    if (known.has(leftLetters + rightLetters)) continue;
    known.add(leftLetters + rightLetters);
    const merged = tokens.push(leftLetters + rightLetters) - 1;
    merges.push([leftLetters, rightLetters]);
    for (const index of pairs.takeWords(pair)) {
      const word = words[index];
      if (word !== undefined) mergeInWord(word, left, right, merged, pairs, index);
    }
  }
  return { tokens, merges };
}

interface Word {
  ids: number[];
  readonly count: number;
}

/** Replaces the pair in a word, and counts the pairs that this ends and begins. */
function mergeInWord(
  word: Word,
  left: number,
  right: number,
  merged: number,
  pairs: Pairs,
  index: number,
): void {
  const { ids, count } = word;
  const result: number[] = [];
  let found = false;
  for (let at = 0; at < ids.length; at++) {
    if (ids[at] === left && ids[at + 1] === right) {
      result.push(merged);
      at++;
      found = true;
    } else {
      result.push(ids[at] ?? 0);
    }
  }
  if (!found) return;
  for (let at = 1; at < ids.length; at++) {
    const pair = pairOf(ids[at - 1] ?? 0, ids[at] ?? 0);
    if (pair !== pairOf(left, right)) pairs.add(pair, -count, undefined);
  }
  for (let at = 1; at < result.length; at++) {
    const [before = 0, after = 0] = [result[at - 1], result[at]];
    const isNew = before === merged || after === merged;
    pairs.add(pairOf(before, after), count, isNew ? index : undefined);
  }
  word.ids = result;
}

/** How often each pair stands in the texts, in which words, and which is the most frequent. */
class Pairs {
  private readonly counts = new Map<number, number>();
  private readonly words = new Map<number, Set<number>>();
  /** A binary heap; entries whose count has changed since are corrected when they come up. */
  private readonly heap: { readonly pair: number; readonly count: number }[] = [];
  private started = false;

  /** Changes a pair's count; `word` is a word that holds it, where that is not known yet. */
  add(pair: number, change: number, word: number | undefined): void {
    const count = (this.counts.get(pair) ?? 0) + change;
    this.counts.set(pair, count);
    if (word === undefined) return;
    const holders = this.words.get(pair);
    if (holders !== undefined) holders.add(word);
    else this.words.set(pair, new Set([word]));
    if (this.started) this.push(pair, count);
  }

  /** Removes the pair of the highest count, of equals that of the lowest ids; undefined when none is frequent enough. */
  takeMostFrequent(minCount: number): number | undefined {
    if (!this.started) {
      for (const [pair, count] of this.counts) this.push(pair, count);
      this.started = true;
    }
    for (let top = this.pop(); top !== undefined; top = this.pop()) {
      const count = this.counts.get(top.pair) ?? 0;
      if (count === top.count) {
        if (count < minCount) return undefined;
        this.counts.delete(top.pair);
        return top.pair;
      }
      // A count that rose has an entry of its own.
      if (count < top.count && count > 0) this.push(top.pair, count);
    }
    return undefined;
  }

  /** The words that may hold the pair; forgotten here. */
  takeWords(pair: number): Iterable<number> {
    const holders = this.words.get(pair) ?? [];
    this.words.delete(pair);
    return holders;
  }

  private push(pair: number, count: number): void {
    const { heap } = this;
    const entry = { pair, count };
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !comesBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): { readonly pair: number; readonly count: number } | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      let next = left;
      if (right !== undefined && comesBefore(right, left)) {
        next = right;
        child++;
      }
      if (!comesBefore(next, last)) break;
      heap[at] = next;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

type Counted = Readonly<{ pair: number; count: number }>;

function comesBefore(a: Counted, b: Counted): boolean {
  return a.count > b.count || (a.count === b.count && a.pair < b.pair);
}

function tokenizerJson(tokens: readonly string[], merges: Learnt['merges']): object {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, index) => ({
      id: tokens.length + index,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: wordPattern }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}
