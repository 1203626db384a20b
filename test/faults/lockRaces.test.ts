// Processes that race for one lock, free or left by a dead process: exactly one gets it, whatever else they find there.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeLocks } from '../../src/worker/platform/nodeLocks.ts';
import { markText, ownMark } from '../../src/worker/platform/nodeProcess.ts';
import { kill, nextMessage, startChild } from './support/children.ts';
import { faultRounds } from './support/rounds.ts';

const holder = new URL('support/lockHolder.ts', import.meta.url);
const deadPid = 2 ** 30;

describe('processes that race for a lock', function () {
  this.timeout(120_000);
  let folder: string;
  const children: ChildProcess[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-races-'));
    const started = await Promise.all([0, 1, 2].map(() => startChild(holder)));
    children.push(...started.map(({ child }) => child));
  });
  after(async () => {
    await Promise.all(children.splice(0).map(kill));
    rmSync(folder, { recursive: true });
  });

  const left: readonly [string, (place: string) => Promise<void>][] = [
    ['a free lock', () => Promise.resolve()],
    [
      "a dead process's lock",
      async place => {
        mkdirSync(place);
        writeFileSync(join(place, `${markText({ ...(await ownMark()), pid: deadPid })}~00`), '');
      },
    ],
    [
      'a file in its place',
      place => {
        writeFileSync(place, '1 token host');
        return Promise.resolve();
      },
    ],
  ];

  for (const [what, leave] of left) {
    it(`get ${what} once`, async () => {
      for (let round = 0; round < faultRounds(30, 300); round++) {
        const place = join(folder, `${what.replaceAll(/\W/g, '-')}-${round}`);
        await leave(place);
        const answers = Promise.all(children.map(nextMessage));
        for (const child of children) child.send(place);
        assert.deepEqual((await answers).filter(Boolean), [true], `round ${round}`);
        assert.equal(readdirSync(place).length, 1);
      }
    });
  }

  it('get it once more after the holder was killed, and none before', async () => {
    const place = join(folder, 'killed');
    const { child } = await startChild(holder);
    const got = nextMessage(child);
    child.send(place);
    assert.equal(await got, true);
    const locks = nodeLocks();
    assert.equal(await locks.isHeld(place), true);
    assert.equal(await locks.acquire(place), undefined);
    await kill(child);
    const lock = await locks.acquire(place);
    assert.equal(await lock?.isHeld(), true);
    await lock?.release();
  });
});
