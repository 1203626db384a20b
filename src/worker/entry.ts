// The engine worker's entry: receives messages, queues requests, and answers. A request that fails is answered
// with its error; the worker goes on.

import { parentPort } from 'node:worker_threads';
import { CancellationSource } from '../base/cancellation.ts';
import { errorMessage } from '../base/logger.ts';
import { SerialQueue } from '../base/serialQueue.ts';
import type { CompletionRequest } from '../complete/types.ts';
import { createWasmRuntime } from '../runtime/wasm.ts';
import type { Engine } from './loadEngine.ts';
import { loadEngine } from './loadEngine.ts';
import type { EngineOptions, FromWorker, ToWorker } from './messages.ts';
import { parseMessage, toWorkerSchema } from './messages.ts';

class EngineHost {
  private readonly queue = new SerialQueue();
  private readonly running = new Map<number, CancellationSource>();
  private prefetching: CancellationSource | undefined;
  private engine: Engine | undefined;

  constructor(private readonly post: (message: FromWorker) => void) {}

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'load':
        void this.answer(message.id, () => this.load(message.id, message.options));
        return;
      case 'complete':
        // Whatever is computed for later gives way to what is asked for now.
        this.prefetching?.cancel();
        void this.answer(message.id, () => this.complete(message.id, message.request));
        return;
      case 'prefetch':
        this.prefetching?.cancel();
        this.prefetching = new CancellationSource();
        void this.prefetch(message.request, this.prefetching);
        return;
      case 'cancel':
        this.running.get(message.id)?.cancel();
        return;
      default:
        message satisfies never;
    }
  }

  private async load(id: number, { modelFolder, runtimeFolder, threads }: EngineOptions): Promise<void> {
    this.engine?.dispose();
    this.engine = undefined;
    const runtime = createWasmRuntime({ folder: runtimeFolder === '' ? undefined : runtimeFolder, threads });
    this.engine = await this.queue.run(() => loadEngine(modelFolder, runtime));
    this.post({ kind: 'loaded', id, report: this.engine.report });
  }

  private async complete(id: number, request: CompletionRequest): Promise<void> {
    const cancellation = new CancellationSource();
    this.running.set(id, cancellation);
    try {
      const result = await this.queue.run(() =>
        this.loaded().completer.complete(request, cancellation.token),
      );
      this.post({ kind: 'completed', id, result });
    } finally {
      this.running.delete(id);
    }
  }

  private async prefetch(request: CompletionRequest, cancellation: CancellationSource): Promise<void> {
    try {
      await this.queue.run(async () => {
        if (!cancellation.token.isCancellationRequested) {
          await this.loaded().completer.complete(request, cancellation.token);
        }
      });
    } catch (error) {
      this.post({ kind: 'log', level: 'debug', message: `prefetch: ${errorMessage(error)}` });
    }
  }

  private loaded(): Engine {
    if (this.engine === undefined) throw new Error('no model is loaded');
    return this.engine;
  }

  private async answer(id: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.post({ kind: 'failed', id, message: errorMessage(error) });
    }
  }
}

const port = parentPort;
if (port === null) throw new Error('this is the entry of a worker thread, not a program');
const host = new EngineHost(message => {
  port.postMessage(message);
});
port.on('message', (message: unknown) => {
  try {
    host.receive(parseMessage(toWorkerSchema, message, 'the engine worker'));
  } catch (error) {
    const failure: FromWorker = { kind: 'log', level: 'error', message: errorMessage(error) };
    port.postMessage(failure);
  }
});
