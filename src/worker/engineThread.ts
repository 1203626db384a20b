// Starts the real engine thread, and listens to one. Apart from the client, so that the client can be driven by a fake
// in tests.

import { Worker } from 'node:worker_threads';
import type { Logger } from '../base/logger.ts';
import { errorMessage } from '../base/logger.ts';

/** What the client needs of a worker thread; `Worker` of node:worker_threads has it. */
export interface EngineWorker {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error' | 'messageerror', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<number>;
}

/** Starts a fresh engine. May throw; that counts as the death of the engine. */
export type StartWorker = () => EngineWorker;

/** Tells of the worker's messages, and why it died, in whatever way it did; `who` it is opens the reason. */
export function listenTo(
  worker: EngineWorker,
  who: string,
  told: { readonly message: (message: unknown) => void; readonly died: (reason: string) => void },
): void {
  worker.on('message', told.message);
  worker.on('error', error => {
    told.died(`${who} crashed: ${errorMessage(error)}`);
  });
  worker.on('messageerror', error => {
    told.died(`${who} sent what cannot be read: ${errorMessage(error)}`);
  });
  worker.on('exit', code => {
    told.died(`${who} ended with code ${code}`);
  });
}

/**
 * A StartWorker for the bundled engine at `enginePath`. What the thread prints goes to the log, since an
 * extension host has no console of its own.
 */
export function engineThread(enginePath: string, logger: Logger): StartWorker {
  return () => {
    const worker = new Worker(enginePath, {
      name: 'tinymemory-engine',
      // The editor's own flags (inspector, snapshot) are not the engine's.
      execArgv: [],
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
