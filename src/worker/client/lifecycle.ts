// What becomes of a worker: when another is started after one that died, hung or handed over, and when no more is. Pure: it
// takes what happened and says what to do. `supervisor.ts` does it.

import type { RestartPolicy } from './restartBudget.ts';
import { RestartBudget } from './restartBudget.ts';

export interface LifecycleLimits {
  /** A worker that is not ready after so long counts as dead. */
  readonly startMs: number;
  /** So does one that owes an answer and says nothing for so long … */
  readonly silenceMs: number;
  /** … and then for so long: a machine that slept counted that time, and wakes with its messages still under way. */
  readonly graceMs: number;
  readonly restarts: RestartPolicy;
}

export type LifecycleState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  /** The worker died for this reason; another starts after the delay. */
  | { readonly kind: 'restarting'; readonly reason: string; readonly delayMs: number }
  /** There is none until `start`; `isTooOften` where it is the deaths that became too many. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isTooOften: boolean };

export type LifecycleEvent =
  /** Somebody wants a fresh worker, whatever came before. */
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'ready' }
  /** The ready worker showed that it is alive, or was asked something; `isAwaited` while it owes an answer. */
  | { readonly kind: 'heard'; readonly isAwaited: boolean }
  | { readonly kind: 'died'; readonly reason: string }
  /** It cannot do what it is for, and another could not either. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It cannot go on where it is, by no fault of its own. */
  | { readonly kind: 'handedOver' }
  /** The timer of the last step ran out. */
  | { readonly kind: 'timedOut' };

export interface LifecycleStep {
  readonly state: LifecycleState;
  /** What to do with the worker that runs; `replace` also where none runs. */
  readonly worker: 'keep' | 'end' | 'replace';
  /** When to report `timedOut`; undefined for never. Any earlier timer is stopped. */
  readonly timerMs: number | undefined;
}

/** What the worker itself does. */
type WorkersEvent = Exclude<LifecycleEvent, { kind: 'start' | 'stop' | 'timedOut' }>;

const starting: LifecycleState = { kind: 'starting' };
const ready: LifecycleState = { kind: 'ready' };

export class WorkerLifecycle {
  private readonly limits: LifecycleLimits;
  private readonly budget: RestartBudget;
  private readonly silentFor: (ms: number) => string;
  private current: LifecycleState = { kind: 'stopped' };
  private isInGrace = false;

  /** `silentFor` words the reason of a death by silence. */
  constructor(limits: LifecycleLimits, silentFor: (ms: number) => string) {
    this.limits = limits;
    this.budget = new RestartBudget(limits.restarts);
    this.silentFor = silentFor;
  }

  get state(): LifecycleState {
    return this.current;
  }

  /** Undefined where nothing is to be done. `nowMs` is of a clock that never goes back. */
  next(event: LifecycleEvent, nowMs: number): LifecycleStep | undefined {
    const step = this.stepFor(event, nowMs);
    if (step === undefined) return undefined;
    this.isInGrace = event.kind === 'timedOut' && step.worker === 'keep';
    this.current = step.state;
    return step;
  }

  private stepFor(event: LifecycleEvent, nowMs: number): LifecycleStep | undefined {
    switch (event.kind) {
      case 'start':
        this.budget.reset();
        return this.replaced();
      case 'stop':
        return { state: { kind: 'stopped' }, worker: 'end', timerMs: undefined };
      case 'timedOut':
        return this.afterTimeout(nowMs);
      case 'ready':
      case 'heard':
      case 'died':
      case 'refused':
      case 'handedOver': {
        const { kind } = this.current;
        return kind === 'starting' || kind === 'ready' ? this.afterWorkers(event, kind, nowMs) : undefined;
      }
      default:
        return event satisfies never;
    }
  }

  /** What a worker that is `kind` does to itself. */
  private afterWorkers(
    event: WorkersEvent,
    kind: 'starting' | 'ready',
    nowMs: number,
  ): LifecycleStep | undefined {
    switch (event.kind) {
      case 'ready':
        return kind === 'ready' ? undefined : { state: ready, worker: 'keep', timerMs: undefined };
      case 'heard': {
        const timerMs = event.isAwaited ? this.limits.silenceMs : undefined;
        return kind === 'ready' ? { state: this.current, worker: 'keep', timerMs } : undefined;
      }
      case 'died':
        return this.afterDeath(event.reason, nowMs);
      case 'refused':
        return ended(event.reason, false);
      case 'handedOver':
        return this.replaced();
      default:
        return event satisfies never;
    }
  }

  private afterTimeout(nowMs: number): LifecycleStep | undefined {
    const { startMs, silenceMs, graceMs } = this.limits;
    switch (this.current.kind) {
      case 'restarting':
        return this.replaced();
      case 'starting':
        return this.afterDeath(this.silentFor(startMs), nowMs);
      case 'ready':
        return this.isInGrace || graceMs === 0
          ? this.afterDeath(this.silentFor(silenceMs), nowMs)
          : { state: this.current, worker: 'keep', timerMs: graceMs };
      case 'stopped':
      case 'failed':
        return undefined;
      default:
        return this.current satisfies never;
    }
  }

  private afterDeath(reason: string, nowMs: number): LifecycleStep {
    const delayMs = this.budget.takeDelayMs(nowMs);
    if (delayMs === undefined) return ended(reason, true);
    return { state: { kind: 'restarting', reason, delayMs }, worker: 'end', timerMs: delayMs };
  }

  private replaced(): LifecycleStep {
    return { state: starting, worker: 'replace', timerMs: this.limits.startMs };
  }
}

function ended(reason: string, isTooOften: boolean): LifecycleStep {
  return { state: { kind: 'failed', reason, isTooOften }, worker: 'end', timerMs: undefined };
}
