// The VSIX is reproducible: packed again from the same commit it is the same bytes.

import { strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot, vsixPath } from './temporaryFolder.ts';

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('the package', function () {
  this.timeout(600_000);

  it('is the same bytes when it is packed again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tinymemory-package-'));
    try {
      const again = join(folder, 'again.vsix');
      const args = ['--import=tsx', 'src/release/package.ts', again];
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: repositoryRoot, encoding: 'utf8' });
      strictEqual(status, 0, stderr);
      strictEqual(sha256(again), sha256(vsixPath));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
