// A worker that an engine lives in, as its clients see it, wherever that is.

import type { AvoidedDevice, DeviceSetting } from '../../runtime/deviceChoice.ts';

/** What a client needs of the worker; `Worker` of node:worker_threads has it. */
export interface EngineWorker {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  /** A HandOverError says that the work is to go on in another home; any other error, that the worker crashed. */
  on(event: 'error' | 'messageerror', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<number>;
}

interface WorkerWish {
  /** The setting. */
  readonly device: DeviceSetting;
  /** What the last worker had to do without, if it handed over; the next one starts in a home that needs no such device. */
  readonly avoid?: AvoidedDevice | undefined;
}

/** Starts a fresh engine, in the home that suits the wish best. May throw; that counts as the death of the engine. */
export type StartWorker = (wish: WorkerWish) => EngineWorker;
