// Throw-away folders of the harness: removed on disposal and when the process ends.

import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Disposable } from '../../src/base/disposable.ts';
import { onProcessEnd } from './childProcesses.ts';

/** A folder that exists until it is disposed. */
export interface TemporaryFolder extends Disposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
}

/** The root of the repository. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** The file that `npm run package` makes and that the tests install. */
export const vsixPath = join(repositoryRoot, 'tinymemory.vsix');

/** Makes an empty folder whose name starts with `tinymemory-` and `name`. */
export function temporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(realpathSync(tmpdir()), `tinymemory-${name}-`));
  const guard = onProcessEnd(() => {
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return {
    path,
    dispose: () => {
      guard.dispose();
    },
  };
}

/** A copy of the sample workspace, so that what is typed into it never reaches the tree. */
export function sampleWorkspaceCopy(): TemporaryFolder {
  const folder = temporaryFolder('workspace');
  cpSync(join(repositoryRoot, 'test/fixtures/workspace'), folder.path, { recursive: true });
  return folder;
}
