// Runs one worker after another, as their lifecycle says: starts, watches and ends them, and tells the client whose they
// are.

import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { Port } from '../../base/requests/port.ts';
import { HandOverError } from '../../runtime/deviceChoice.ts';
import type { EngineWorker } from './engineWorker.ts';
import type { LifecycleEvent, LifecycleLimits, LifecycleState } from './lifecycle.ts';
import { WorkerLifecycle } from './lifecycle.ts';

/** Why a worker was ended: what happened to it, or `dispose`. */
export type EndCause = LifecycleEvent['kind'] | 'dispose';

export interface SupervisorParts {
  /** Opens the reasons of deaths: `the engine`. */
  readonly who: string;
  readonly limits: LifecycleLimits;
  /** Words the reason of a death by silence, after `who`. */
  readonly silentFor: (ms: number) => string;
  /** Starts a worker. May throw; that counts as its death. */
  readonly startWorker: () => EngineWorker;
  /** Called with each worker's port once it was started; the port closes when the worker is ended. */
  readonly onStart: (port: Port) => void;
  /** Called before the port closes. */
  readonly onEnd: (cause: EndCause) => void;
  /** Called when a worker hands over, before the next is started. */
  readonly onHandOver: (reason: string) => void;
  /** Called after every change of state, before a worker is started. */
  readonly onState: (state: LifecycleState) => void;
  readonly logger: Logger;
}

interface RunningWorker {
  readonly worker: EngineWorker;
  readonly incoming: Emitter<unknown>;
  readonly closed: Emitter<string>;
}

export class WorkerSupervisor implements Disposable {
  private readonly parts: SupervisorParts;
  private readonly lifecycle: WorkerLifecycle;
  private running: RunningWorker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isDisposed = false;
  private terminating: Promise<unknown> = Promise.resolve();

  constructor(parts: SupervisorParts) {
    this.parts = parts;
    this.lifecycle = new WorkerLifecycle(parts.limits, ms => `${parts.who} ${parts.silentFor(ms)}`);
  }

  /** Starts a fresh worker in place of one that runs; earlier deaths are forgotten. */
  start(): void {
    this.apply({ kind: 'start' });
  }

  stop(): void {
    this.apply({ kind: 'stop' });
  }

  /** The worker has started. */
  ready(): void {
    this.apply({ kind: 'ready' });
  }

  /** The worker showed that it is alive, or was asked something; `isAwaited` while it owes an answer. */
  heard(isAwaited: boolean): void {
    this.apply({ kind: 'heard', isAwaited });
  }

  died(reason: string): void {
    this.apply({ kind: 'died', reason });
  }

  /** The worker cannot do what it is for, and another could not either. */
  refused(reason: string): void {
    this.apply({ kind: 'refused', reason });
  }

  handOver(reason: string): void {
    if (this.running === undefined) return;
    this.parts.onHandOver(reason);
    this.apply({ kind: 'handedOver' });
  }

  /** Resolves once the worker that was ended last is gone. */
  get ended(): Promise<unknown> {
    return this.terminating;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.endWorker('dispose');
  }

  private apply(event: LifecycleEvent): void {
    if (this.isDisposed) return;
    const before = this.lifecycle.state;
    const step = this.lifecycle.next(event, performance.now());
    if (step === undefined) return;
    const { state, worker, timerMs } = step;
    clearTimeout(this.timer);
    if (timerMs !== undefined) {
      this.timer = setTimeout(() => {
        this.apply({ kind: 'timedOut' });
      }, timerMs);
    }
    if (worker !== 'keep') this.endWorker(event.kind);
    if (state !== before || worker === 'replace') this.parts.onState(state);
    // A listener may have started or stopped one already.
    if (worker === 'replace' && this.lifecycle.state === state && this.running === undefined)
      this.startWorker();
  }

  private startWorker(): void {
    const { who, startWorker, onStart } = this.parts;
    try {
      const worker = startWorker();
      const running = { worker, incoming: new Emitter<unknown>(), closed: new Emitter<string>() };
      this.running = running;
      this.listenTo(running);
      onStart({
        post: message => {
          worker.postMessage(message);
        },
        onMessage: running.incoming.event,
        onDidClose: running.closed.event,
      });
    } catch (error) {
      this.died(`${who} could not be started: ${errorMessage(error)}`);
    }
  }

  /** Of a worker that was ended, late messages and its exit are ignored. */
  private listenTo(running: RunningWorker): void {
    const { who } = this.parts;
    const { worker, incoming } = running;
    const died = (reason: string): void => {
      if (this.running === running) this.died(`${who} ${reason}`);
    };
    worker.on('message', message => {
      if (this.running === running) incoming.fire(message);
    });
    worker.on('error', error => {
      if (!(error instanceof HandOverError)) died(`crashed: ${errorMessage(error)}`);
      else if (this.running === running) this.handOver(error.message);
    });
    worker.on('messageerror', error => {
      died(`sent what cannot be read: ${errorMessage(error)}`);
    });
    worker.on('exit', code => {
      died(`ended with code ${code}`);
    });
  }

  private endWorker(cause: EndCause): void {
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    const { who, logger, onEnd } = this.parts;
    this.terminating = running.worker.terminate().catch((error: unknown) => {
      logger.warn(`${who} did not end cleanly: ${errorMessage(error)}`);
    });
    onEnd(cause);
    running.closed.fire(`${who} was ended`);
    running.incoming.dispose();
    running.closed.dispose();
  }
}
