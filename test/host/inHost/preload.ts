// Loaded into every worker thread of the extension host before the worker's own code: there nothing at all may
// open a socket. Threads that the worker starts are treated in the same way.

import { installNetworkTraps } from './networkTraps.ts';
import { preloadIntoWorkers } from './workerTraps.ts';

installNetworkTraps(() => false);
preloadIntoWorkers(__filename);
