// What the operating system says of power and load, from files as Linux writes them.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { linuxOnBattery, lowerThreadPriority, OthersLoad } from '../../src/worker/platform/nodeMachine.ts';

describe('power on Linux', () => {
  const check = async (
    supplies: Readonly<Record<string, Readonly<Record<string, string>>>>,
    expected: boolean | undefined,
  ) => {
    const root = await mkdtemp(join(tmpdir(), 'power-'));
    try {
      for (const [name, files] of Object.entries(supplies)) {
        await mkdir(join(root, name));
        for (const [file, text] of Object.entries(files))
          await writeFile(join(root, name, file), `${text}\n`);
      }
      assert.equal(await linuxOnBattery(root), expected);
    } finally {
      await rm(root, { recursive: true });
    }
  };

  it('is a battery that discharges, with no adapter online', () =>
    check({ BAT0: { type: 'Battery', status: 'Discharging' }, AC: { type: 'Mains', online: '0' } }, true));
  it('is the mains where an adapter is online', () =>
    check({ BAT0: { type: 'Battery', status: 'Discharging' }, AC: { type: 'Mains', online: '1' } }, false));
  it('is the mains where the battery charges', () =>
    check({ BAT0: { type: 'Battery', status: 'Charging' } }, false));
  it('is not told by the battery of a mouse', () =>
    check({ hid: { type: 'Battery', status: 'Discharging', scope: 'Device' } }, undefined));
  it('is unknown where nothing says', () => check({}, undefined));
});

describe('the load of others', () => {
  it('is a share, and leaves out what we do ourselves', () => {
    const load = new OthersLoad();
    const before = load.share();
    assert.ok(before >= 0 && before <= 1);
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs);
    const share = load.share();
    assert.ok(share >= 0 && share <= 1, `${share}`);
  });
});

describe('the priority of a thread', () => {
  it('is the lowest for it and the threads it starts, and for no other of the process', async () => {
    if (process.platform !== 'linux') {
      const before = getPriority();
      lowerThreadPriority();
      assert.equal(getPriority(), before);
      return;
    }
    const machine = JSON.stringify(
      fileURLToPath(new URL('../../src/worker/platform/nodeMachine.ts', import.meta.url)),
    );
    const worker = new Worker(
      `require('tsx/cjs');
      require(${machine}).lowerThreadPriority();
      const { Worker, parentPort } = require('node:worker_threads');
      new Worker('setInterval(() => {}, 1000)', { eval: true }).on('online', () => parentPort.postMessage('lowered'));`,
      { eval: true },
    );
    try {
      await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
      const tasks = await readdir('/proc/self/task');
      const nices = new Map<string, number>();
      for (const task of tasks) {
        const text = await readFile(`/proc/self/task/${task}/stat`, 'utf8').catch(() => '');
        nices.set(task, Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[16]));
      }
      assert.ok([...nices.values()].filter(nice => nice === 19).length >= 2, JSON.stringify([...nices]));
      assert.ok((nices.get(String(process.pid)) ?? 19) < 19);
    } finally {
      await worker.terminate();
    }
  });
});
