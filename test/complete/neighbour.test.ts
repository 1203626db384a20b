// Which file is shown beside a document: near ones first, those that share rare tokens before them, and never one that
// is of no use.

import { strictEqual } from 'node:assert/strict';
import { chooseNeighbour } from '../../src/complete/neighbour.ts';
import { finish, WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';

/** A hundred tokens from `first` on, and some that all files have. */
function textFrom(first: number): number[] {
  return Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? first + at / 3 : at % 7));
}

function workspaceOf(files: Readonly<Record<string, readonly number[]>>): WorkspaceMemory {
  const memory = new WorkspaceMemory(10_000);
  finish(memory.update(Object.entries(files).map(([path, tokens]) => ({ path, tokens }))));
  return memory;
}

const tree = workspaceOf({
  'lib/deep/down/far.ts': textFrom(1000),
  'src/api/users.test.ts': textFrom(2000),
  'src/api/users.ts': textFrom(3000),
  'src/api/tiny-users.ts': textFrom(4000).slice(0, 20),
  'src/api/users.py': textFrom(5000),
  Makefile: textFrom(6000),
});

function chosenFor(path: string, known: readonly number[] = []): string | undefined {
  return chooseNeighbour(tree, path, known)?.path;
}

describe('complete/neighbour', () => {
  it('takes the nearest file where only the path is known, of names those alike', () => {
    strictEqual(chosenFor('src/api/teams.ts'), 'src/api/users.ts');
    strictEqual(chosenFor('src/api/teams.test.ts'), 'src/api/users.test.ts');
    strictEqual(chosenFor('lib/deep/near.ts'), 'lib/deep/down/far.ts');
  });

  it('takes the file that shares rare tokens where text is known', () => {
    strictEqual(chosenFor('src/api/teams.ts', textFrom(1000)), 'lib/deep/down/far.ts');
    // What every file has says nothing.
    strictEqual(chosenFor('src/api/teams.ts', [...textFrom(2050), 0, 1, 2, 3]), 'src/api/users.test.ts');
  });

  it('takes neither the document itself, nor another language, nor a file with next to nothing in it', () => {
    strictEqual(chosenFor('src/api/users.py', textFrom(5000)), undefined);
    strictEqual(chosenFor('src/api/other-users.ts'), 'src/api/users.ts');
    strictEqual(chosenFor('other/Makefile'), 'Makefile');
    strictEqual(chosenFor('Dockerfile'), undefined);
    strictEqual(chosenFor('', textFrom(1000)), undefined);
    strictEqual(chooseNeighbour(workspaceOf({}), 'a.ts', []), undefined);
  });
});
