// What was used last stays, what was not goes.

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { useLatest } from '../../src/base/recentlyUsed.ts';

describe('useLatest', () => {
  function check(used: string, most: number, expected: string): void {
    const map = new Map<string, string>();
    const dropped: string[] = [];
    for (const key of used) {
      const value = useLatest(
        map,
        key,
        most,
        () => key.toUpperCase(),
        one => dropped.push(one),
      );
      strictEqual(value, key.toUpperCase());
    }
    deepStrictEqual([...map.keys()].join(''), expected);
    strictEqual(dropped.length + map.size, new Set(used).size);
  }

  it('keeps the latest, in the order of use', () => {
    check('abc', 3, 'abc');
    check('abcd', 3, 'bcd');
    check('abcad', 3, 'cad');
    check('aaa', 1, 'a');
    check('', 2, '');
  });

  it('makes a value once', () => {
    const map = new Map<string, number>();
    let made = 0;
    for (let use = 0; use < 3; use++)
      strictEqual(
        useLatest(map, 'a', 2, () => ++made),
        1,
      );
  });
});
