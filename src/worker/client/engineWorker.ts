// A worker that an engine lives in, as its clients see it, wherever that is; and one way to listen to it.

import { errorMessage } from '../../base/logger.ts';

/** What a client needs of the worker; `Worker` of node:worker_threads has it. */
export interface EngineWorker {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error' | 'messageerror', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<number>;
}

/**
 * Starts a fresh engine, in the home that suits it best. Where the last one said `homeLost`, the next is started with the
 * reason, in a home that cannot be lost. May throw; that counts as the death of the engine.
 */
export type StartWorker = (homeProblem?: string) => EngineWorker;

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
