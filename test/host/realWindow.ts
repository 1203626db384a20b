// A window of the real VS Code with the VSIX installed, as the end-to-end suites begin with it.

import type { Browser } from 'playwright-core';
import { type Adapter, launchBrowser, openWorkbench, type Workbench } from './browser.ts';
import type { CleanUps } from './cleanUps.ts';
import { startCodeServer, type CodeServer, type CodeServerOptions } from './codeServer.ts';
import type { NetworkTrap } from './networkTrap.ts';
import { plentifulSettings } from './plentifulSettings.ts';
import { vsixPath } from './temporaryFolder.ts';

export interface RealWindow {
  readonly browser: Browser;
  readonly server: CodeServer;
  readonly window: Workbench;
}

export interface RealWindowOptions extends Partial<
  Pick<CodeServerOptions, 'settings' | 'machineSettings' | 'keybindings'>
> {
  /** For WebGPU. */
  readonly adapter?: Adapter;
  /** Of the browser, whatever else it asks for than the server. */
  readonly trap?: NetworkTrap;
}

/** Opens a folder; `settings` come on top of the plentiful ones. What was started is added to `cleanUps`. */
export async function openRealWindow(
  cleanUps: CleanUps,
  folder: string,
  { settings = {}, adapter, trap, ...options }: RealWindowOptions = {},
): Promise<RealWindow> {
  const server = await startCodeServer({
    vsix: vsixPath,
    settings: { ...plentifulSettings, ...settings },
    ...options,
    say: console.log,
  });
  cleanUps.add(server, started => started.stop());
  const browser = await launchBrowser(adapter, trap?.flags(server.authority));
  cleanUps.add(browser, started => started.close());
  return { browser, server, window: await openWorkbench(browser, server, folder, 'TinyMemory') };
}
