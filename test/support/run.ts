// `npm test`: type check, lint, unit and oracle tests, the package, and the end-to-end tests that install it, one
// after another. A stage that fails does not keep the next from running, except that nothing is tested end to end
// without a package. `run.ts unit` and `run.ts host` run a part. The last line sums up.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StageCount } from './stageReporter.ts';

interface Stage {
  readonly name: string;
  run(): Promise<StageCount>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'tinymemory-run-'));
process.on('exit', () => {
  rmSync(temporary, { recursive: true, force: true });
});

const typeCheck: Stage = { name: 'type check', run: () => asOneTest('npm', ['run', '--silent', 'check']) };
const lint: Stage = { name: 'lint', run: () => asOneTest('npm', ['run', '--silent', 'lint']) };
const unit: Stage = { name: 'unit and oracle tests', run: () => mocha(['test/**/*.test.ts']) };
const packaged: Stage = { name: 'package', run: () => asOneTest('npm', ['run', '--silent', 'package']) };
const endToEnd: Stage = {
  name: 'end-to-end tests in a real VS Code',
  run() {
    // Pictures and logs of this run only.
    rmSync(join(root, 'test/output'), { recursive: true, force: true });
    return mocha([
      '--no-config',
      '--import=tsx',
      '--forbid-only',
      '--exit',
      '--timeout=120000',
      'test/host/**/*.test.ts',
    ]);
  },
};

const selections: Readonly<Record<string, readonly Stage[]>> = {
  all: [typeCheck, lint, unit, packaged, endToEnd],
  unit: [unit],
  host: [packaged, endToEnd],
};

process.exitCode = await main(process.argv[2] ?? 'all');

async function main(selection: string): Promise<number> {
  const stages = Object.hasOwn(selections, selection) ? selections[selection] : undefined;
  if (stages === undefined) {
    console.error(`unknown selection ${selection}: choose one of ${Object.keys(selections).join(', ')}`);
    return 2;
  }
  let [passed, failed] = [0, 0];
  for (const stage of stages) {
    console.log(`\n== ${stage.name}`);
    const startedMs = performance.now();
    const count = await stage.run();
    passed += count.passed;
    failed += count.failed;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`== ${stage.name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`);
    if (stage === packaged && count.failed > 0) {
      console.log('== the end-to-end tests cannot run without a package, which counts as one more failure');
      failed++;
      break;
    }
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function asOneTest(command: string, args: readonly string[]): Promise<StageCount> {
  const code = await runToEnd(command, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A run of mocha that dies before it can count is one failure. */
async function mocha(args: readonly string[]): Promise<StageCount> {
  const countFile = join(temporary, 'count.json');
  rmSync(countFile, { force: true });
  const code = await runToEnd(process.execPath, [
    join(root, 'node_modules/mocha/bin/mocha.js'),
    ...[
      '--reporter',
      join(root, 'test/support/stageReporter.ts'),
      '--reporter-option',
      `countFile=${countFile}`,
    ],
    ...args,
  ]);
  if (!existsSync(countFile)) {
    console.log(`mocha ended with code ${code} and no result`);
    return { passed: 0, failed: 1 };
  }
  const count = JSON.parse(readFileSync(countFile, 'utf8')) as StageCount;
  if (code === 0 || count.failed > 0) return count;
  console.log(`mocha ended with code ${code} although no test failed`);
  return { ...count, failed: 1 };
}

async function runToEnd(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  // Interrupted from the terminal, the child gets the signal as well; otherwise it is passed on.
  const passOn = (signal: NodeJS.Signals) => {
    child.kill(signal);
  };
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  try {
    return await new Promise<number>(resolve => {
      child.on('error', error => {
        console.error(`cannot start ${command}: ${error.message}`);
        resolve(127);
      });
      child.on('exit', code => {
        resolve(code ?? 128);
      });
    });
  } finally {
    process.off('SIGINT', passOn).off('SIGTERM', passOn);
  }
}
