// Places: their parts, whichever slashes stand in them and at their ends.

import { deepStrictEqual } from 'node:assert/strict';
import { folderOf, nameOf, placeIn } from '../../src/base/files.ts';

describe('base/files', () => {
  function check(place: string, folder: string, name: string): void {
    deepStrictEqual({ folder: folderOf(place), name: nameOf(place) }, { folder, name });
  }

  it('names the folder and the last part of a place', () => {
    check('/a/b', '/a', 'b');
    check('/a/b/', '/a', 'b');
    check('/a//b//', '/a', 'b');
    check('C:\\a\\b', 'C:\\a', 'b');
    check('vscode://x/a', 'vscode://x', 'a');
    check('a/', 'a', 'a');
    check('a', 'a', 'a');
    check('/a', '', 'a');
    check('/'.repeat(100_000), '', '');
  });

  it('joins places by one slash, also at a root', () => {
    deepStrictEqual(placeIn('/a/', 'b', 'c'), '/a/b/c');
    deepStrictEqual(placeIn('a\\', 'b'), 'a/b');
    deepStrictEqual(placeIn('/', 'b'), '//b');
    deepStrictEqual(placeIn('', 'b'), '/b');
  });
});
