// Makes every worker thread that is started from here load a file before its own code, and remembers the workers,
// so that traps reach into the engine's thread and a test can kill it.

import type { Worker, WorkerOptions } from 'node:worker_threads';

/** Workers started since the trap was set, oldest first; those that ended stay in it. */
export interface StartedWorkers {
  readonly workers: readonly Worker[];
}

/** Replaces the Worker class of this thread by one that adds `--require preload` to what is asked for. */
export function preloadIntoWorkers(preload: string): StartedWorkers {
  const module = process.getBuiltinModule('node:worker_threads');
  const workers: Worker[] = [];
  class PreloadedWorker extends module.Worker {
    constructor(filename: string | URL, options: WorkerOptions = {}) {
      // Without `execArgv` a worker inherits the process's, of which some cannot be named for a worker again.
      super(filename, { ...options, execArgv: [...(options.execArgv ?? []), '--require', preload] });
      workers.push(this);
    }
  }
  Object.defineProperty(module, 'Worker', {
    value: PreloadedWorker,
    configurable: true,
    writable: true,
    enumerable: true,
  });
  syncImports();
  return { workers };
}

/** Lets `import { x } from 'node:…'` see what was replaced in Node's own modules. */
export function syncImports(): void {
  const module = process.getBuiltinModule('node:module');
  module.syncBuiltinESMExports();
}
