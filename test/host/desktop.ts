// Opens a desktop VS Code with the VSIX on a folder: the user's own `code`, or a build that @vscode/test-electron
// downloads. Both get a profile of their own in the cache folder; the user's extensions and settings stay as they are.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  SilentReporter,
} from '@vscode/test-electron';
import { errorMessage } from '../../src/base/logger.ts';
import { runCommand } from './childProcesses.ts';
import { cacheFolder } from './codeServerInstall.ts';

/** Whether a window could be shown at all. */
function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return ['DISPLAY', 'WAYLAND_DISPLAY'].some(name => (process.env[name] ?? '') !== '');
}

/** Opens `folder` in the user's VS Code. Resolves with false, having said why, when there is none that can. */
export async function openInUsersCode(
  vsix: string,
  folder: string,
  say: (line: string) => void,
): Promise<boolean> {
  const command = findOnPath('code');
  if (command === undefined || !hasDisplay()) return false;
  say(`Opening ${folder} in your VS Code (${command}).`);
  try {
    await openWith(command, [], vsix, folder, say);
    return true;
  } catch (error) {
    say(`It did not work: ${errorMessage(error)}`);
    return false;
  }
}

/** Opens `folder` in a downloaded VS Code. Resolves with false when it cannot be had or shown. */
export async function openInDownloadedCode(
  vsix: string,
  folder: string,
  say: (line: string) => void,
): Promise<boolean> {
  if (!hasDisplay()) return false;
  const cachePath = join(cacheFolder(), 'desktop');
  say(
    `There is no VS Code on PATH: looking for one in ${cachePath}, or downloading it there (about 150 MB, once).`,
  );
  try {
    const executable = await downloadAndUnzipVSCode({
      cachePath,
      timeout: 5_000,
      reporter: new SilentReporter(),
    });
    const [command, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
    if (command === undefined) throw new Error(`${executable} has no command line`);
    const own = args.filter(arg => !/^--(user-data-dir|extensions-dir)/.test(arg));
    await openWith(command, own, vsix, folder, say);
    return true;
  } catch (error) {
    say(`It cannot be had (${errorMessage(error).split('\n')[0] ?? ''}).`);
    return false;
  }
}

async function openWith(
  command: string,
  args: readonly string[],
  vsix: string,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const profile = join(cacheFolder(), 'profile');
  mkdirSync(profile, { recursive: true });
  const own = [
    ...args,
    ...['--user-data-dir', join(profile, 'user'), '--extensions-dir', join(profile, 'extensions')],
    // Chromium's sandbox refuses to run as root, as in a container.
    ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  await runCommand(command, [...own, '--install-extension', vsix, '--force'], { timeoutMs: 120_000 });
  say(
    `It runs with a profile of its own (${profile}): your extensions and settings are neither used nor changed.`,
  );
  // It outlives this process, as a window that a person opened should.
  const window = spawn(command, [...own, '--new-window', '--disable-workspace-trust', folder], {
    detached: true,
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  await new Promise<void>((resolve, reject) => {
    window.once('spawn', resolve).once('error', reject);
  });
  window.unref();
}

function findOnPath(name: string): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`] : [name];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(folder => folder !== '')
    .flatMap(folder => names.map(file => join(folder, file)))
    .find(existsSync);
}
