// `npm run package`: builds for production and packs tinymemory.vsix. Equal commits give equal bytes: every time in the
// package is the commit's.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run package -- FILE` packs into another file. */
const out = process.argv[2] ?? 'tinymemory.vsix';

const environment = { ...process.env, SOURCE_DATE_EPOCH: sourceDateEpoch() };
run(['--import=tsx', 'esbuild.mjs', '--production']);
run([
  join('node_modules', '@vscode/vsce/vsce'),
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--readme-path',
  'dist/README.md',
  '--out',
  out,
]);

/** https://reproducible-builds.org/specs/source-date-epoch; outside a git checkout the first time that a ZIP can hold. */
function sourceDateEpoch(): string {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given !== undefined && given !== '') return given;
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  const seconds = stdout.trim();
  return status === 0 && /^\d+$/.test(seconds) ? seconds : '315532800';
}

function run(args: readonly string[]): void {
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
