// Many words are found in one pass, each wherever it stands, as a search for one after the other finds them.

import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { KeywordScan } from '../../src/corpus/secrets/keywordScan.ts';

function oneByOne(words: readonly string[], text: string): string[] {
  const lower = text.replace(/[A-Z]/g, letter => letter.toLowerCase());
  return words
    .flatMap((word, index) => {
      const found: string[] = [];
      for (let at = lower.indexOf(word); at !== -1; at = lower.indexOf(word, at + 1)) {
        found.push(`${index} ${at} ${at + word.length}`);
      }
      return found;
    })
    .sort();
}

describe('a scan for keywords', () => {
  it('finds words that overlap and hold each other, in any case, past other scripts', () => {
    const words = ['he', 'she', 'his', 'hers', '://', 'e'];
    const text = 'uSHErs é ß http://his Ķ she';
    const hits = new KeywordScan(words).find(text);
    deepStrictEqual(
      hits.map(({ word, start, end }) => `${word} ${start} ${end}`).sort(),
      oneByOne(words, text),
    );
  });

  it('finds what a search word by word finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '_', '-'), minLength: 1, maxLength: 5 });
    const words = fc.uniqueArray(word, { minLength: 1, maxLength: 12 });
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'A', 'B', '_', '-', 'x', 'é', '\n'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(words, text, (some, within) => {
        const hits = new KeywordScan(some).find(within);
        deepStrictEqual(
          hits.map(({ word: one, start, end }) => `${one} ${start} ${end}`).sort(),
          oneByOne(some, within),
        );
        deepStrictEqual(
          hits.map(({ end }) => end),
          hits.map(({ end }) => end).toSorted((a, b) => a - b),
        );
      }),
      { seed: 1 },
    );
  });
});
