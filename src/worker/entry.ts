// The engine's entry in a thread of Node.

import { parentPort } from 'node:worker_threads';
import { startEngine } from './engineHost.ts';
import { nodeHome } from './nodeHome.ts';

const port = parentPort;
if (port === null) throw new Error('this is the entry of a worker thread, not a program');
port.on(
  'message',
  startEngine(nodeHome, message => {
    port.postMessage(message);
  }),
);
