// A running code-server with a VSIX in it, on 127.0.0.1 and a port of its own, with fresh user data and
// extensions in a temporary folder: nothing of the user's set-up is read or changed, nothing is left behind.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DisposableStore } from '../../src/base/disposable.ts';
import { runCommand, startProcess } from './childProcesses.ts';
import { ensureCodeServer } from './codeServerInstall.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A keybinding of VS Code's keybindings.json. */
interface Keybinding {
  readonly key: string;
  readonly command: string;
  readonly args?: unknown;
}

export interface CodeServerOptions {
  /** The extension to install. */
  readonly vsix: string;
  /** User settings, over those that keep a fresh VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine that the extension host runs on, where those of its scope must be. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly keybindings?: readonly Keybinding[];
  /** Opens the door to test suites that run inside the extension host. */
  readonly testDriver?: boolean;
  /** A free one is chosen when it is left out. */
  readonly port?: number;
  readonly say?: (line: string) => void;
}

/** A server that answers. Dispose it with `stop`. */
export interface CodeServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** `127.0.0.1:PORT`, as in `vscode-remote://` addresses. */
  readonly authority: string;
  readonly userDataFolder: string;
  readonly extensionsFolder: string;
  /** The address of a workbench on `folder` (absolute path), with the payload of VS Code's web workbench. */
  workbenchUrl(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** The last lines the server printed. */
  outputTail(): string;
  /** Resolves when the server ended by itself. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

/** Settings without which a fresh VS Code would show more than the file that was opened. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // A browser's default is to save by itself.
  'files.autoSave': 'off',
};

/** Installs code-server where needed, starts it and waits until it answers. Rejects with its output when it does not. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const say = options.say ?? (() => undefined);
  if (!existsSync(options.vsix)) throw new Error(`${options.vsix} does not exist: run npm run package`);
  const install = await ensureCodeServer(say);
  const home = temporaryFolder('server');
  const userDataFolder = join(home.path, 'user');
  const extensionsFolder = join(home.path, 'extensions');
  mkdirSync(join(userDataFolder, 'User'), { recursive: true });
  mkdirSync(extensionsFolder);
  mkdirSync(join(userDataFolder, 'Machine'));
  const writeUserFile = (name: string, content: unknown) => {
    writeFileSync(join(userDataFolder, name), JSON.stringify(content, undefined, 2));
  };
  writeUserFile('User/settings.json', { ...quietSettings, ...options.settings });
  writeUserFile('User/keybindings.json', options.keybindings ?? []);
  writeUserFile('Machine/settings.json', options.machineSettings ?? {});

  const folders = [
    ...['--user-data-dir', userDataFolder],
    ...['--extensions-dir', extensionsFolder],
    ...['--config', join(home.path, 'config.yaml')],
  ];
  const run = { cwd: home.path, env: serverEnvironment(home.path) };
  const owned = new DisposableStore();
  owned.add(home);
  try {
    await runCommand(install.node, [install.entry, ...folders, '--install-extension', options.vsix], {
      ...run,
      timeoutMs: 120_000,
    });
    const serve = [
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`],
      ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
      ...['--disable-getting-started-override', '--disable-proxy'],
      ...(options.testDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ];
    const server = owned.add(startProcess(install.node, [install.entry, ...folders, ...serve], run));
    const [, authority = ''] = await server.waitForOutput(
      /server listening on http:\/\/([\d.]+:\d+)/,
      60_000,
    );
    const url = `http://${authority}`;
    await untilHealthy(url);
    return {
      url,
      authority,
      userDataFolder,
      extensionsFolder,
      workbenchUrl(folder, payload = []) {
        const query = new URLSearchParams({ folder });
        if (payload.length > 0) query.set('payload', JSON.stringify(payload));
        return `${url}/?${query.toString().replaceAll('+', '%20').replaceAll('%2F', '/')}`;
      },
      outputTail: () => server.outputTail(),
      exited: server.exited,
      async stop() {
        await server.stop();
        owned.dispose();
      },
    };
  } catch (error) {
    owned.dispose();
    throw new Error(
      `code-server ${install.folder} does not work; delete that folder to have it installed anew`,
      {
        cause: error,
      },
    );
  }
}

async function untilHealthy(url: string): Promise<void> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${url}/healthz answers ${response.status}`);
}

/**
 * Without what an enclosing VS Code, code-server or npm would tell a server started from its terminal, and with
 * `home` as the place for whatever the server keeps for its user.
 */
function serverEnvironment(home: string): NodeJS.ProcessEnv {
  const foreign =
    /^(VSCODE_|CODE_SERVER_|ELECTRON_|npm_|NODE_OPTIONS$|NODE_ENV$|PORT$|PASSWORD$|HASHED_PASSWORD$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(inherited),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    EXTENSIONS_GALLERY: '{}',
  };
}
