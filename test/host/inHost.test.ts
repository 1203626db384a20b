// The suites that run inside the extension host of a real VS Code, each of their tests reported as one of ours.

import assert from 'node:assert/strict';
import { runInExtensionHost, type HostRun } from './inHostRunner.ts';
import { plentifulSettings } from './plentifulSettings.ts';
import { vsixPath } from './temporaryFolder.ts';

describe('inside the extension host', function () {
  this.timeout(300_000);
  let run: HostRun;

  before(async function () {
    run = await runInExtensionHost(vsixPath, plentifulSettings, 240_000);
    // Known only now: one test for each of those that ran in there.
    for (const { title, error } of run.results) {
      it(title, () => {
        if (error !== undefined) throw new Error(error);
      });
    }
  });

  it('runs its suites to their end', () => {
    assert.equal(
      run.exitCode,
      0,
      `it ended with ${run.exitCode ?? 'nothing, it was stopped'}:\n${run.log.slice(-4_000)}`,
    );
    assert.ok(run.results.length >= 10, `only ${run.results.length} tests ran`);
  });
});
