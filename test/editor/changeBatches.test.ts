// Reports of changed files become few: each path once, storms and new rules a look at everything.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeBatches } from '../../src/editor/memory/changeBatches.ts';

describe('change batches', () => {
  let batches: ChangeBatches;
  let heard: string[];

  beforeEach(() => {
    heard = [];
    batches = new ChangeBatches({
      changed: paths => heard.push(paths.length > 5 ? String(paths.length) : paths.join()),
      rescan: () => heard.push('all'),
    });
  });

  afterEach(() => {
    batches.dispose();
  });

  async function check(paths: readonly string[], ...expected: string[]): Promise<void> {
    heard.length = 0;
    for (const path of paths) batches.add(path);
    assert.deepEqual(heard, []);
    await sleep(260);
    assert.deepEqual(heard, expected);
  }

  it('tell each path once, some time after the first', async () => {
    await check(['a.ts', 'b.ts', 'a.ts'], 'a.ts,b.ts');
    await check(['a.ts'], 'a.ts');
  });

  it('pass over what is never remembered', async () => {
    await check([
      '.git/index',
      'x/node_modules/a/b.js',
      'node_modules/a/.gitignore',
      '.git',
      '__pycache__/a.pyc',
    ]);
  });

  it('look at everything once in a storm, and name paths again after it', async () => {
    const paths = Array.from({ length: 10_000 }, (_, number) => `${number}.ts`);
    await check(paths, 'all');
    await check(paths.slice(0, 500), '500');
    await check(['a.ts'], 'a.ts');
  });

  it('look at everything when an ignore file changes', async () => {
    await check(['a.ts', 'src/.gitignore'], 'all');
    await check(['.tinymemoryignore'], 'all');
    await check(['.git/info/exclude'], 'all');
    await check(['x.gitignore'], 'x.gitignore');
  });

  it('tell nothing once disposed', async () => {
    batches.add('a.ts');
    batches.dispose();
    await sleep(260);
    assert.deepEqual(heard, []);
  });
});
