// `npm run test:desktop`: the suites of inHost/ in a desktop VS Code that @vscode/test-electron downloads, for machines
// that have a display (or xvfb-run) and may download it. `npm test` runs the same suites in code-server.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import { errorMessage } from '../../src/base/logger.ts';
import { runCommand } from './childProcesses.ts';
import { cacheFolder } from './codeServerInstall.ts';
import { bundleSuites, readResults } from './inHostRunner.ts';
import { plentifulSettings } from './plentifulSettings.ts';
import { sampleWorkspaceCopy, temporaryFolder, vsixPath } from './temporaryFolder.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  let executable: string;
  try {
    executable = await downloadAndUnzipVSCode({ cachePath: join(cacheFolder(), 'desktop') });
  } catch (error) {
    console.error(`A desktop VS Code cannot be downloaded here: ${errorMessage(error)}`);
    console.log('0 passed, 1 failed');
    return 1;
  }
  const suites = temporaryFolder('suites');
  const profile = temporaryFolder('profile');
  const workspace = sampleWorkspaceCopy();
  try {
    await bundleSuites(suites.path);
    const userFolder = join(profile.path, 'user', 'User');
    mkdirSync(userFolder, { recursive: true });
    writeFileSync(join(userFolder, 'settings.json'), JSON.stringify(plentifulSettings));
    const own = [
      ...['--user-data-dir', join(profile.path, 'user')],
      ...['--extensions-dir', join(profile.path, 'extensions')],
    ];
    const [command = '', ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
    const plain = args.filter(arg => !/^--(user-data-dir|extensions-dir)/.test(arg));
    await runCommand(command, [...plain, ...own, '--install-extension', vsixPath], { timeoutMs: 120_000 });
    const exitCode = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: suites.path,
      extensionTestsPath: join(suites.path, 'index.js'),
      launchArgs: [workspace.path, ...own, '--disable-workspace-trust', '--skip-welcome'],
    });
    const results = readResults(suites.path);
    const failed = results.filter(({ error }) => error !== undefined);
    for (const { title, error } of results)
      console.log(`${error === undefined ? '✔' : '✘'} ${title} ${error ?? ''}`);
    const ended = exitCode === 0 && results.length > 0;
    console.log(`${results.length - failed.length} passed, ${failed.length + (ended ? 0 : 1)} failed`);
    return ended && failed.length === 0 ? 0 : 1;
  } finally {
    for (const folder of [suites, profile, workspace]) folder.dispose();
  }
}
