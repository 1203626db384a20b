// The entry that VS Code calls inside the extension host: runs the suites with mocha and leaves the results in a
// file beside the bundle, for the test outside to read.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type Mocha from 'mocha';
import { extensionSuite } from './extensionSuite.ts';
import { offlineSuite } from './offlineSuite.ts';

/** The result of one test. */
export interface HostTestResult {
  readonly title: string;
  readonly durationMs: number;
  /** Why it failed. */
  readonly error?: string;
}

/** The path of mocha's entry, put in by the bundler: the suites lie where nothing can be imported by name. */
declare const mochaEntry: string;

export async function run(): Promise<void> {
  const { default: MochaClass } = (await import(pathToFileURL(mochaEntry).href)) as { default: typeof Mocha };
  const mocha = new MochaClass({ ui: 'bdd', timeout: 60_000, reporter: 'min', color: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  offlineSuite();
  extensionSuite();

  const results: HostTestResult[] = [];
  // Written after each test, so that a run that hangs leaves what it had.
  const record = (test: Mocha.Runnable, error?: Error) => {
    const result = { title: test.fullTitle(), durationMs: test.duration ?? 0 };
    results.push(error === undefined ? result : { ...result, error: error.stack ?? error.message });
    writeFileSync(join(__dirname, 'results.json'), JSON.stringify(results, undefined, 2));
  };
  await new Promise<void>(resolve => {
    const runner = mocha.run(() => {
      resolve();
    });
    runner.on('pass', test => {
      record(test);
    });
    runner.on('fail', record);
  });
}
