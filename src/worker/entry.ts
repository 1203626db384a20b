// The engine's entry in a thread of Node.

import { parentPort, workerData } from 'node:worker_threads';
import type { EngineThreadData } from './client/engineThread.ts';
import { startEngine } from './host/engineHost.ts';
import { nodeHome } from './platform/nodeHome.ts';
import { nodePort } from './platform/nodePort.ts';

if (parentPort === null) throw new Error('this is the entry of a worker thread, not a program');
const { webGpuProblem } = workerData as EngineThreadData;
startEngine(nodeHome(webGpuProblem), nodePort(parentPort));
