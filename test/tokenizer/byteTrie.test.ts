// The byte trie against a search through all tokens.

import { deepStrictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { ByteTrie } from '../../src/tokenizer/byteTrie.ts';

type Tokens = readonly (string | undefined)[];

/** Order does not matter. */
function check(tokens: Tokens, typed: string, trie = new ByteTrie(tokens)): void {
  const ids = (agrees: (bytes: string) => boolean) =>
    tokens.flatMap((bytes, id) => (bytes !== undefined && bytes !== '' && agrees(bytes) ? [id] : []));
  const { covering, partial } = trie.compatible(typed);
  deepStrictEqual(
    covering.toSorted((a, b) => a - b),
    ids(bytes => bytes.startsWith(typed)),
  );
  deepStrictEqual(
    partial.toSorted((a, b) => a - b),
    ids(bytes => bytes !== typed && typed.startsWith(bytes)),
  );
}

describe('tokenizer/byteTrie', () => {
  it('finds what begins with the typed bytes, and what they begin with', () => {
    check(['a', 'ab', 'abc', 'b', undefined, ''], 'ab');
    check(['a', 'ab'], 'x');
    check([], 'a');
    check(['\xff', '\xff\xff', '\xff\0'], '\xff');
    check(['\0', '\0\0'], '\0\0\0');
    throws(() => new ByteTrie(['a']).compatible(''), RangeError);
  });

  it('agrees with a search through all tokens, also when asked again', () => {
    const bytes = fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\xff'), maxLength: 5 });
    const tokens = fc
      .uniqueArray(bytes, { maxLength: 60 })
      .chain(unique => fc.tuple(fc.constant(unique), fc.infiniteStream(fc.boolean())))
      .map(([unique, gaps]): Tokens => unique.flatMap(one => (gaps.next().value ? [undefined, one] : [one])));
    const typed = fc.array(
      bytes.filter(one => one !== ''),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(tokens, typed, (all, asked) => {
        const trie = new ByteTrie(all);
        for (const one of [...asked, ...asked]) check(all, one, trie);
      }),
      { seed: 1 },
    );
  });
});
