// Takes a lock, does what only its holder may, and releases it, over and over, until it is killed. Says so where it finds
// another there that lives.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { nodeLocks } from '../../../src/worker/platform/nodeLocks.ts';
import { fateOf, markText, ownMark, parseMark } from '../../../src/worker/platform/nodeProcess.ts';
import { say, told } from './childVoice.ts';

const place = told('LOCK');
const inside = `${place}.inside`;
const locks = nodeLocks();
const mine = markText(await ownMark());

say({ kind: 'ready' });
for (;;) {
  const lock = await locks.acquire(place);
  if (lock === undefined) continue;
  const other = parseMark(await readFile(inside, 'utf8').catch(() => ''));
  const fate = other === undefined ? 'nobody' : await fateOf(other);
  await writeFile(inside, mine);
  const isHeld = await lock.isHeld();
  const isAlone = (await readFile(inside, 'utf8')) === mine;
  say({ kind: 'held', isHeld, isAlone, fate });
  await rm(inside);
  await lock.release();
}
