// The suites that run inside the extension host of a real VS Code, each of their tests reported as one of ours.

import assert from 'node:assert/strict';
import Mocha from 'mocha';
import { runInExtensionHost, type HostRun } from './inHostRunner.ts';
import { plentifulSettings } from './plentifulSettings.ts';
import { vsixPath } from './temporaryFolder.ts';

const suite = describe('inside the extension host', function () {
  this.timeout(300_000);
  let run: HostRun;

  before(async () => {
    run = await runInExtensionHost(vsixPath, plentifulSettings, 240_000);
    for (const { title, error } of run.results) {
      // Known only now, and mocha looks for the tests of a suite after its hooks.
      suite.addTest(
        new Mocha.Test(title, () => {
          if (error !== undefined) throw new Error(error);
        }),
      );
    }
  });

  it('runs its suites to their end', () => {
    const end = run.exitCode ?? 'nothing, it was stopped';
    assert.equal(run.exitCode, 0, `it ended with ${end}:\n${run.log.slice(-4_000)}`);
    assert.ok(run.results.length >= 13, `only ${run.results.length} tests ran`);
  });
});
