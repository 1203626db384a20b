// Loaded before the command line: no call of it, in whatever thread, may open a socket, and at the end of the process the
// trapped calls are counted, also those whose error was caught.

import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { installNetworkTraps } from '../../host/inHost/networkTraps.ts';
import { preloadIntoWorkers } from '../../host/inHost/workerTraps.ts';

const { calls } = installNetworkTraps(() => false);
preloadIntoWorkers(__filename);
if (isMainThread) {
  process.on('exit', () => {
    writeSync(2, `\ntrapped calls: ${calls.map(({ api }) => api).join(' ') || 'none'}\n`);
  });
}
