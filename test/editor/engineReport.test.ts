// The engine report: what it tells, and what it must not tell.

import assert from 'node:assert/strict';
import { silentLogger } from '../../src/base/logger.ts';
import { KnownDeviceTimes } from '../../src/editor/engine/deviceTimes.ts';
import type { EngineReportInput } from '../../src/editor/engine/engineReportText.ts';
import { engineReportText } from '../../src/editor/engine/engineReportText.ts';
import { keepRecentProblems, withoutPrivate } from '../../src/editor/engine/recentProblems.ts';
import { report } from '../worker/support/fakeWorker.ts';
import { fakeMemento } from './support/fakeVscode.ts';

describe('the engine report', () => {
  const input: EngineReportInput = {
    extensionVersion: '1.2.3',
    editor: 'Some Code 1.100.0, desktop',
    engine: { kind: 'ready', report },
    device: 'auto',
    threads: 0,
    rates: { promptTokensPerSecond: 1234.5, tokenMs: 2.345 },
    problems: ['03:04:05 warning: it was lost'],
  };

  function check(changed: Partial<EngineReportInput>, said: RegExp): void {
    assert.match(engineReportText({ ...input, ...changed }), said);
  }

  it('tells versions, settings, model, device and why, rates and problems', () => {
    check({}, /TinyMemory 1\.2\.3 in Some Code 1\.100\.0, desktop\n- Settings: device auto, threads 0\n/);
    check({}, /Model: fake, 0\.0 M parameters/);
    check({}, /Device: wasm in a test, 1 thread, because it is the only one\n/);
    check({}, /prompts 1235 tokens\/s, 2\.3 ms a token\n/);
    check({}, /## Recent problems\n\n- 03:04:05 warning: it was lost\n/);
  });

  it('tells what there is where there is no engine', () => {
    check({ engine: { kind: 'failed', message: '/home/ada/x is missing' }, rates: null }, /Engine: failed\n/);
    assert.doesNotMatch(
      engineReportText({ ...input, engine: { kind: 'failed', message: '/home/ada/x' }, rates: null }),
      /ada|Measured/,
    );
    check({ problems: [] }, /None in this session\./);
  });
});

describe('what was measured of devices', () => {
  it('is kept, the latest twenty', async () => {
    const times = new KnownDeviceTimes(fakeMemento());
    assert.deepEqual(times.options('auto'), { setting: 'auto', times: {} });
    for (let count = 0; count < 25; count++)
      await times.remember(`model ${count}`, { wasmMs: count, webgpuMs: 1 });
    await times.remember('model 7', { wasmMs: 7, webgpuMs: 2 });
    await times.remember('model 6', { wasmMs: 7, webgpuMs: 3 });
    const known = times.options('webgpu').times;
    assert.equal(Object.keys(known).length, 20);
    assert.deepEqual(known['model 6'], { wasmMs: 7, webgpuMs: 3 });
    assert.equal(known['model 3'], undefined);
  });

  it('is nothing where another version wrote it', () => {
    const memento = fakeMemento();
    void memento.update('tinymemory.deviceTimes', { a: { wasmMs: 'fast' } });
    assert.deepEqual(new KnownDeviceTimes(memento).options('auto').times, {});
  });
});

describe('recent problems', () => {
  function check(message: string, expected: string): void {
    assert.equal(withoutPrivate(message), expected);
  }

  it('tell nothing of files, addresses and code', () => {
    check('the engine crashed: out of memory', 'the engine crashed: out of memory');
    check('/home/ada/secret plans/a.ts: cannot be read', '… cannot be read');
    check('C:\\Users\\ada\\my plans\\x.ts is gone', '… is gone');
    check('vscode-vfs://github/ada/plans failed', '… failed');
    check('src/plans.ts failed', '… failed');
    check('plans.ts: cannot be read', '…: cannot be read');
    check('unexpected "const key = 1" in line 3', 'unexpected "…" in line 3');
    check("no 'let x' and no `let y`", 'no "…" and no "…"');
    check('tinymemory.device must be "auto"', 'tinymemory.device must be "…"');
    check('it failed\n    at plans.ts:3', 'it failed');
    assert.equal(withoutPrivate('x'.repeat(1000)).length, 300);
    // The patterns are given no line that they could take long over.
    assert.equal(withoutPrivate(`cannot read ${'"'.repeat(5_000)}`), 'a message of 5012 characters');
  });

  it('are the last ten warnings and errors, and the log gets all', () => {
    const logged: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => logged.push(message) };
    const problems = keepRecentProblems(logger, () => new Date('2026-01-02T03:04:05Z'));
    problems.logger.info('all is well');
    for (let count = 0; count < 12; count++) problems.logger.warn(`in /a/b: ${count}`);
    problems.logger.error('at last');
    assert.equal(problems.list.length, 10);
    assert.equal(problems.list[0], '03:04:05 warning: in … 3');
    assert.equal(problems.list.at(-1), '03:04:05 error: at last');
    assert.deepEqual(logged.slice(0, 1), ['in /a/b: 0']);
    assert.equal(logged.length, 12);
  });
});
