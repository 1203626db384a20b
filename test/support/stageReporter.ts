// Mocha's spec reporter, which also writes how many tests passed and failed into a file, so that the runner can
// add up the stages without reading what is meant for people.

import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What the file holds. */
export interface StageCount {
  readonly passed: number;
  readonly failed: number;
}

/** `--reporter-option countFile=PATH` names the file. */
export default class StageReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { countFile } = options.reporterOptions as { readonly countFile: string };
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      // A pending test is one that nobody runs: it counts as failed.
      const { passes, failures, pending } = this.stats;
      const count: StageCount = { passed: passes, failed: failures + pending };
      writeFileSync(countFile, JSON.stringify(count));
    });
  }
}
