// Installs the dependencies for `npm start` and `npm test`: exactly those of the lock file, and only where they are not
// installed already. A lock file that package.json has outgrown is brought up to date, as while a dependency is added.
// Plain JavaScript: it runs before there is anything to run TypeScript with.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Holds the checksum of what was installed; `npm ci` deletes it with the folder. */
const stampFile = join(root, 'node_modules/.tinymemory-installed');

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted()) {
  const isInstalled = npm('ci') === 0 || npm('install') === 0;
  if (!isInstalled) {
    console.error('the dependencies could not be installed: see the lines of npm above');
    process.exit(1);
  }
  writeFileSync(stampFile, wanted());
}

/** Of all that decides what is installed: both files, and the Node that native packages are chosen for. */
function wanted() {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}\n`);
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

function npm(command) {
  const { status } = spawnSync('npm', [command, '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status;
}
