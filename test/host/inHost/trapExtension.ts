// A tiny extension that is activated before all that wait for the end of start-up, TinyMemory among them: it sets
// the traps, and hands them to the suites through a symbol on the global object.

import { join } from 'node:path';
import * as vscode from 'vscode';
import { installNetworkTraps, type NetworkTraps } from './networkTraps.ts';
import { preloadIntoWorkers, syncImports, type StartedWorkers } from './workerTraps.ts';

/** What the trap extension leaves for the suites. */
export interface HostTraps extends NetworkTraps, StartedWorkers {
  /** Whether TinyMemory was already active when the traps were set, which would make them worthless. */
  readonly tooLate: boolean;
}

/** Where it is left. */
export const hostTrapsKey = Symbol.for('tinymemory.test.hostTraps');

/** The identifier of the extension under test. */
export const extensionId = 'tinymemory.tinymemory';

export function activate(): void {
  const extension = vscode.extensions.getExtension(extensionId);
  const folder = extension?.extensionPath ?? extensionId;
  const traps = installNetworkTraps(call => !call.stack.includes(folder));
  const started = preloadIntoWorkers(join(__dirname, 'preload.js'));
  syncImports();
  const hostTraps: HostTraps = { ...traps, ...started, tooLate: extension?.isActive ?? false };
  Reflect.set(globalThis, hostTrapsKey, hostTraps);
}
