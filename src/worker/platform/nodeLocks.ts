// Locks between processes, on a disk. A lock is a folder that holds one empty file, named after its holder: a process
// gets the lock by renaming a folder of its own into place, which fails while that place is not empty, and takes over a
// dead holder's by deleting that very file. So two can never both succeed, no clock decides between living processes of
// one machine, and a full disk leaves nothing behind.

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lock, Locks } from '../../base/files.ts';
import type { ProcessMark } from './nodeProcess.ts';
import { fateOf, markText, ownMark, parseMark } from './nodeProcess.ts';

export interface LockTimes {
  /** How often a holder touches its file. */
  readonly touchMs: number;
  /** A file touched within this counts as touched by somebody who lives; an older one is watched for a while. */
  readonly freshMs: number;
  /** A holder that cannot be asked is dead when it touches nothing for so long. */
  readonly watchMs: number;
}

const usualTimes: LockTimes = { touchMs: 10_000, freshMs: 60_000, watchMs: 25_000 };

/** Those who all lose a race look again so often; each time somebody else won it. */
const maxTries = 10;

/** A process holds a lock once at a time; one that a thread of this process left when it ended is taken over. */
export function nodeLocks(times: LockTimes = usualTimes): Locks {
  const heldHere = new Set<string>();
  const isLiving = async (place: string, name: string): Promise<boolean> => {
    const mark = parseMark(name);
    if (mark === undefined) return false;
    switch (await fateOf(mark)) {
      case 'this':
        return heldHere.has(name);
      case 'alive':
        return true;
      case 'dead':
        return false;
      case 'unknown':
        return isTouched(join(place, name), times);
    }
  };
  return {
    async acquire(place) {
      for (const name of await namesIn(place)) if (await isLiving(place, name)) return undefined;
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      const mine = nameOf(await ownMark());
      const draft = draftPlace(place, mine);
      // Before anybody can see it: else another thread of this process would take it for a dead one's.
      heldHere.add(mine);
      try {
        await mkdir(draft, { mode: 0o700 });
        await writeFile(join(draft, mine), '', { flag: 'wx', mode: 0o600 });
        if (await takes(place, draft, isLiving)) {
          await sweepDrafts(place);
          return holding(place, mine, times, heldHere);
        }
        heldHere.delete(mine);
        return undefined;
      } catch (error) {
        heldHere.delete(mine);
        throw error;
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
    },
    async isHeld(place) {
      for (const name of await namesIn(place)) {
        if (!heldHere.has(name) && (await isLiving(place, name))) return true;
      }
      return false;
    },
  };
}

/** Puts the draft in the lock's place, unless somebody who lives is there. */
async function takes(
  place: string,
  draft: string,
  isLiving: (place: string, name: string) => Promise<boolean>,
): Promise<boolean> {
  for (let tries = 0; tries < maxTries; tries++) {
    for (const name of await namesIn(place)) {
      if (await isLiving(place, name)) return false;
      // Names are never used again, so this can only end the lock that was judged.
      await rm(join(place, name), { recursive: true, force: true });
    }
    // Windows renames onto no folder, not even an empty one.
    await rmdir(place).catch(ignored('ENOENT', 'ENOTEMPTY', 'EEXIST'));
    try {
      await rename(draft, place);
      return true;
    } catch (error) {
      ignored('ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES')(error);
      if ((await namesIn(place)).length === 0 && tries === maxTries - 1) throw error;
    }
  }
  return false;
}

function holding(place: string, mine: string, times: LockTimes, heldHere: Set<string>): Lock {
  const file = join(place, mine);
  const timer = setInterval(() => {
    const now = new Date();
    // One that is lost is noticed before the next write; one that cannot be touched still counts while its process lives.
    utimes(file, now, now).catch(() => undefined);
  }, times.touchMs);
  timer.unref();
  return {
    isHeld: () =>
      stat(file).then(
        () => true,
        () => false,
      ),
    async release() {
      clearInterval(timer);
      heldHere.delete(mine);
      // The process that took it over keeps it: this is nobody else's file, and a folder that is not empty stays.
      await rm(file, { force: true });
      await rmdir(place).catch(ignored('ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR'));
    },
  };
}

/** Whether its holder, of which nothing but its file is known, lives. Clocks may differ or jump: a file that seems old is watched. */
async function isTouched(file: string, { freshMs, touchMs, watchMs }: LockTimes): Promise<boolean> {
  const touchedMs = () =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  const firstMs = await touchedMs();
  if (firstMs === undefined) return false;
  if (Math.abs(Date.now() - firstMs) <= freshMs) return true;
  for (let waitedMs = 0; waitedMs < watchMs; waitedMs += touchMs / 4) {
    await sleep(touchMs / 4);
    const nowMs = await touchedMs();
    if (nowMs !== firstMs) return nowMs !== undefined;
  }
  return false;
}

/** What lies in a lock's folder. A file in its place is no lock, and is deleted. */
async function namesIn(place: string): Promise<readonly string[]> {
  try {
    return await readdir(place);
  } catch (error) {
    ignored('ENOENT', 'ENOTDIR')(error);
    // Deletes no folder, so that a lock that has just been made stays.
    await unlink(place).catch(ignored('ENOENT', 'EISDIR', 'EPERM', 'ENOTDIR'));
    return [];
  }
}

/** Deletes what processes left that died while they tried. */
async function sweepDrafts(place: string): Promise<void> {
  const start = `${basename(place)}.`;
  for (const name of await readdir(dirname(place))) {
    if (!name.startsWith(start) || !name.endsWith('.tmp')) continue;
    const mark = parseMark(name.slice(start.length, -'.tmp'.length));
    if (mark !== undefined && (await fateOf(mark)) === 'dead')
      await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

function draftPlace(place: string, name: string): string {
  return `${place}.${name}.tmp`;
}

function nameOf(mark: ProcessMark): string {
  return `${markText(mark)}~${randomBytes(8).toString('hex')}`;
}

/** Rethrows anything else. */
function ignored(...codes: readonly string[]): (error: unknown) => void {
  return error => {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return;
    throw error;
  };
}
