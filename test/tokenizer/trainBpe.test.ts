// Learning a BPE: the merges that counting by hand gives, a file that the tokenizer reads, and nothing that depends on
// the order of the texts.

import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { byteLevelAlphabet } from '../../src/tokenizer/byteLevel.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { specialTokens, trainBpe, wordPattern } from '../../src/tokenizer/trainBpe.ts';

interface TokenizerJson {
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly [string, string][] };
}

const bare = 256 + specialTokens.length;

function mergesOf(texts: readonly string[], merges: number): readonly string[] {
  const { model } = trainBpe(texts, { vocabularySize: bare + merges }) as TokenizerJson;
  return model.merges.map(([left, right]) => `${left}+${right}`);
}

describe('trainBpe', () => {
  function check(text: string, expected: readonly string[]): void {
    deepStrictEqual(mergesOf([text], expected.length), expected);
  }

  it('merges the most frequent pair first, within words only', () => {
    check('hug hug pug pun', ['u+g', 'Ġ+p']);
    check('ab ab ab', ['a+b', 'Ġ+ab']);
  });

  it('takes the lower bytes of pairs that are equally frequent', () => {
    check('xy,xy,ab,ab', ['a+b', 'x+y']);
  });

  it('counts a pair that overlaps itself as it can be merged', () => {
    check('aaaa\taaaa\taaaa', ['a+a', 'aa+aa']);
  });

  it('stops where no pair comes twice', () => {
    strictEqual(mergesOf(['abc'], 10).length, 0);
  });

  it('gives what recounting everything after each merge gives', () => {
    const letter = fc.constantFrom('a', 'b', 'c', ' ', '\n', 'é');
    const texts = fc.array(fc.string({ unit: letter, maxLength: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(texts, texts => {
        deepStrictEqual(mergesOf(texts, 12), recounted(texts, 12));
      }),
    );
  });

  it('does not depend on the order of the texts', () => {
    const texts = ['const a = 1;\n', 'let b = 2;\n', 'const c = a;\n'];
    const options = { vocabularySize: bare + 20 };
    deepStrictEqual(trainBpe([...texts].reverse(), options), trainBpe(texts, options));
  });

  it('makes a tokenizer that spells its text with fewer tokens than bytes', () => {
    const text = 'export function add(left: number, right: number) {\n    return left + right;\n}\n'.repeat(
      3,
    );
    const tokenizer = new Tokenizer(trainBpe([text], { vocabularySize: bare + 60 }), 'tokenizer.json');
    const ids = tokenizer.encode(text);
    strictEqual(tokenizer.decode(ids), text);
    ok(ids.length < text.length / 2);
    deepStrictEqual(
      specialTokens.map(token => tokenizer.specialId(token)),
      specialTokens.map((_, index) => tokenizer.size - specialTokens.length + index),
    );
  });

  it('refuses a vocabulary that cannot hold the bytes', () => {
    throws(() => trainBpe(['a'], { vocabularySize: 100 }), RangeError);
  });
});

/** BPE as it is defined: all words are counted again for each merge. */
function recounted(texts: readonly string[], most: number): readonly string[] {
  const tokens = [...byteLevelAlphabet.letters];
  const idOf = (letters: string) => tokens.indexOf(letters);
  let words = texts
    .flatMap(text => text.match(new RegExp(wordPattern, 'gu')) ?? [])
    .map(word => Array.from(new TextEncoder().encode(word), byte => byteLevelAlphabet.letters[byte] ?? ''));
  const merges: string[] = [];
  const refused = new Set<string>();
  while (merges.length < most) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let at = 1; at < word.length; at++) {
        const pair = `${word[at - 1] ?? ''}+${word[at] ?? ''}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const ranked = [...counts]
      .filter(([pair, count]) => count >= 2 && !refused.has(pair))
      .map(([pair, count]) => ({ pair, count, ids: pair.split('+').map(idOf) }))
      .sort(
        (a, b) => b.count - a.count || (a.ids[0] ?? 0) - (b.ids[0] ?? 0) || (a.ids[1] ?? 0) - (b.ids[1] ?? 0),
      );
    const best = ranked[0];
    if (best === undefined) break;
    const [left = '', right = ''] = best.pair.split('+');
    refused.add(best.pair);
    if (tokens.includes(left + right)) continue;
    tokens.push(left + right);
    merges.push(best.pair);
    words = words.map(word => {
      const merged: string[] = [];
      for (let at = 0; at < word.length; at++) {
        const pairs = word[at] === left && word[at + 1] === right;
        merged.push(pairs ? left + right : (word[at] ?? ''));
        if (pairs) at++;
      }
      return merged;
    });
  }
  return merges;
}
