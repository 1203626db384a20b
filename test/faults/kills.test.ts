// Processes killed at random moments, as by a power failure, while they write what is kept: whoever comes next finds all of
// it whole, loses nothing that was finished, and accepts nothing that was not.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../src/base/random.ts';
import { seededRandom } from '../../src/base/random.ts';
import { checkedReader } from '../../src/model/checksums.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import { kill, startChild } from './support/children.ts';
import type { Run, Said } from './support/killing.ts';
import { runAndKill } from './support/killing.ts';
import { kills, seed } from './support/rounds.ts';

const child = (name: string): URL => new URL(`support/${name}Child.ts`, import.meta.url);
const ofKind = (said: readonly Said[], kind: string): readonly Said[] =>
  said.filter(message => message.kind === kind);

describe(`processes that are killed (seed ${seed}, ${kills} kills)`, function () {
  this.timeout(0);
  /** Killed trainings take longest: they get a sixth of the kills, the other loops equal shares of what is left. */
  const trainingKills = Math.max(1, Math.floor(kills / 6));
  const share = Math.max(1, Math.ceil((kills - trainingKills) / 3));
  let folder: string;
  let random: Random;

  before(() => {
    random = seededRandom(seed);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-kills-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('while memory is saved: the next restores all that was saved', async () => {
    const workspace = join(folder, 'workspace');
    mkdirSync(workspace);
    const count = 40;
    for (let at = 0; at < count; at++)
      writeFileSync(join(workspace, `file${at}.ts`), `export const value = ${at};\n`.repeat(20));
    const kept = new Kept();
    for (let round = 0; round < share; round++) {
      const env = {
        FOLDER: workspace,
        STORE: join(folder, 'kept/memory.bin'),
        SEED: String(Math.floor(random() * 2 ** 31)),
      };
      const { said } = await runAndKill(child('indexing'), env, random, 40);
      const [restored] = ofKind(said, 'restored');
      if (restored !== undefined) {
        assert.deepEqual(restored['problems'], []);
        assert.equal(restored['files'], count);
        const left = restored['left'] as readonly string[];
        assert.ok(
          left.every(name => name === 'memory.bin'),
          left.join(),
        );
        const filesRead = Number(restored['filesRead']);
        assert.ok(filesRead <= kept.maxToRead, `${filesRead} were read anew, not ${kept.maxToRead}`);
      }
      kept.hear(said);
    }
    assert.ok(kept.maxToRead < count, 'nothing was ever saved');
  });

  it('while it trains: the next goes on from the last checkpoint, to the identical model', async () => {
    const env = (name: string) => ({ OUTPUT: join(folder, name), STEPS: '14' });
    const modelOf = ({ said }: Run, name: string): Readonly<Record<string, Buffer>> => {
      const [trained] = ofKind(said, 'trained');
      assert.ok(trained !== undefined);
      assert.deepEqual(trained['problems'], []);
      const output = join(folder, name);
      const ids = readdirSync(output).filter(each => each !== 'active.json');
      assert.ok(ids.includes(String(trained['id'])));
      // One that was killed after its report was written, and before it was no longer unfinished, is trained again.
      const models = ids.map(id => {
        assert.deepEqual(readdirSync(join(output, id)).sort(), ['model', 'training.json'], id);
        const model = join(output, id, 'model');
        return Object.fromEntries(readdirSync(model).map(file => [file, readFileSync(join(model, file))]));
      });
      for (const model of models) assert.deepEqual(model, models[0]);
      return models[0] ?? {};
    };
    const whole = await runAndKill(child('training'), env('whole'), random, undefined);
    const expected = modelOf(whole, 'whole');
    assert.ok(Object.keys(expected).includes('model.safetensors'));
    for (let killed = 0, series = 0; killed < trainingKills; series++) {
      const name = `series${series}`;
      let checkpointStep: number | undefined;
      for (;;) {
        const isLast = killed === trainingKills;
        const run = await runAndKill(
          child('training'),
          env(name),
          random,
          isLast ? undefined : whole.said.length,
        );
        if (checkpointStep !== undefined && run.said.length > 4) {
          const wentOn = ofKind(run.said, 'phase').find(({ what }) =>
            String(what).startsWith('going on from step'),
          );
          assert.ok(
            wentOn !== undefined && Number(/\d+$/.exec(String(wentOn['what']))) >= checkpointStep,
            `${String(wentOn?.['what'])}, though it was saved at step ${checkpointStep}`,
          );
        }
        checkpointStep = lastSaved(run.said, checkpointStep);
        if (run.killed) killed++;
        // Killed after its very last message, it has trained all the same.
        if (ofKind(run.said, 'trained').length === 0) continue;
        assert.deepEqual(modelOf(run, name), expected);
        break;
      }
    }
  });

  it('while models are written, put into use and exported: what is there is whole', async () => {
    const exports = join(folder, 'exports');
    const env = { TRAININGS: join(folder, 'trainings'), EXPORTS: exports };
    let active: string | undefined;
    let exported: readonly string[] = [];
    for (let round = 0; round < share; round++) {
      const { said } = await runAndKill(child('exporting'), env, random, 60);
      const [found] = ofKind(said, 'found');
      // It may have been put into use just before it was killed, without a word.
      if (active !== undefined && found !== undefined) assert.notEqual(found['active'], null);
      const [last] = ofKind(said, 'active').slice(-1);
      if (last !== undefined) active = String(last['folder']);
      if (active !== undefined) await assertWhole(active);
      exported = [...exported, ...ofKind(said, 'exported').map(message => String(message['folder']))];
      for (const place of exported) await assertWhole(place);
      for (const name of existing(exports))
        if (!name.endsWith('.tmp')) await assertWhole(join(exports, name));
      rmSync(exports, { recursive: true, force: true });
      exported = [];
    }
  });

  it('while they hold, take and release a lock: it has one holder, and another gets it', async () => {
    const env = { LOCK: join(folder, 'lock') };
    const living: ChildProcess[] = [];
    const held: { readonly by: ChildProcess; readonly message: Said }[] = [];
    let wake = (): void => undefined;
    const start = async (): Promise<void> => {
      const { child: by } = await startChild(child('locking'), env);
      living.push(by);
      by.on('message', (message: Said) => {
        held.push({ by, message });
        wake();
      });
    };
    /** Until one of those that live has held it so often from now on. */
    const untilHeld = async (times: number): Promise<void> => {
      const from = held.length;
      while (held.slice(from).filter(({ by }) => living.includes(by)).length < times)
        await new Promise<void>(resolve => (wake = resolve));
    };
    try {
      for (let at = 0; at < 3; at++) await start();
      for (let round = 0; round < share; round++) {
        await untilHeld(1 + Math.floor(random() * 5));
        const [victim] = living.splice(Math.floor(random() * living.length), 1);
        assert.ok(victim !== undefined);
        await kill(victim);
        await untilHeld(2);
        await start();
      }
    } finally {
      await Promise.all(living.map(kill));
    }
    for (const { message } of held) {
      const { kind, isHeld, isAlone, fate } = message;
      assert.deepEqual([kind, isHeld, isAlone], ['held', true, true]);
      assert.ok(fate === 'nobody' || fate === 'dead', String(fate));
    }
  });
});

/** Which files the store need not know: those that changed since the save before the last began. */
class Kept {
  maxToRead = Infinity;
  private unsaved = new Set<unknown>();
  private justChanged = new Set<unknown>();

  hear(said: readonly Said[]): void {
    for (const { kind, name } of said) {
      if (kind === 'changing') {
        this.unsaved.add(name);
        this.justChanged.add(name);
      }
      if (kind === 'wrote') {
        // What changed while this was being saved may not be in it.
        this.unsaved = this.justChanged;
        this.justChanged = new Set();
        this.maxToRead = 0;
      }
    }
    if (this.maxToRead < Infinity) this.maxToRead = this.unsaved.size;
  }
}

/** The step of the last checkpoint that is surely there, where there was one at `before`. Each follows the message of its step. */
function lastSaved(said: readonly Said[], before: number | undefined): number | undefined {
  let step: number | undefined;
  let saved = before;
  for (const { kind, file, ...more } of said) {
    if (kind === 'step') step = Number(more['step']);
    if (kind === 'wrote' && file === 'checkpoint.safetensors') saved = step;
    // It is deleted after that.
    if (kind === 'writing' && file === 'training.json') saved = undefined;
  }
  return saved;
}

/** That a model's folder holds all files of its checksums, as they were written. */
async function assertWhole(place: string): Promise<void> {
  const { read } = await checkedReader(place, nodeFiles);
  const names = readdirSync(place);
  assert.ok(
    names.includes('checksums.json') && names.includes('model.safetensors'),
    `${place}: ${names.join()}`,
  );
  for (const name of names) await read(`${place}/${name}`);
}

function existing(place: string): readonly string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}
