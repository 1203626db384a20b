// Starts the engine in a thread of Node. Apart from the client, so that the client can be driven by a fake in tests.

import { Worker } from 'node:worker_threads';
import type { Logger } from '../../base/logger.ts';
import type { StartWorker } from './engineWorker.ts';

/** The data that a thread starts with. */
export interface EngineThreadData {
  /** Why WebGPU, which is in other homes, is not used. */
  readonly webGpuProblem: string;
}

/**
 * A StartWorker for the bundled engine at `enginePath`. What the thread prints goes to the log, since an
 * extension host has no console of its own.
 */
export function engineThread(enginePath: string, logger: Logger): StartWorker {
  return ({ avoid }) => {
    const workerData: EngineThreadData = { webGpuProblem: avoid?.reason ?? 'a thread of Node has none' };
    const worker = new Worker(enginePath, {
      name: 'tinymemory-engine',
      // The editor's own flags (inspector, snapshot) are not the engine's.
      execArgv: [],
      workerData,
      // Weights and caches live outside the JavaScript heap; this bounds what a bug could take from the editor.
      resourceLimits: { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 64 },
      stdout: true,
      stderr: true,
    });
    worker.stdout.on('data', (chunk: Buffer) => {
      logger.debug(`engine printed: ${chunk.toString().trimEnd()}`);
    });
    worker.stderr.on('data', (chunk: Buffer) => {
      logger.warn(`engine printed: ${chunk.toString().trimEnd()}`);
    });
    return worker;
  };
}
