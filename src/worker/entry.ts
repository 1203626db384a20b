// The engine's entry in a thread of Node.

import { parentPort, workerData } from 'node:worker_threads';
import { startEngine } from './host/engineHost.ts';
import type { EngineThreadData } from './client/engineThread.ts';
import { nodeHome } from './platform/nodeHome.ts';

const port = parentPort;
if (port === null) throw new Error('this is the entry of a worker thread, not a program');
const { webGpuProblem } = workerData as EngineThreadData;
port.on(
  'message',
  startEngine(nodeHome(webGpuProblem), message => {
    port.postMessage(message);
  }),
);
