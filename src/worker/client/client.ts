// The editor's end of the engine worker. It owns the thread: loads the model, asks for completions, notices
// when the thread dies or hangs, and restarts it. Nothing that happens in the engine may reject into the
// editor's provider, so every request is answered, at worst by `none` with a reason.

import type { CancellationToken } from '../../base/cancellation.ts';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { CompletionRequest, CompletionResult, NoCompletionReason } from '../../complete/types.ts';
import type { EngineLimits } from './engineLimits.ts';
import { engineLimits } from './engineLimits.ts';
import type { EngineWorker, StartWorker } from './engineWorker.ts';
import { listenTo } from './engineWorker.ts';
import type {
  EngineOptions,
  EngineReport,
  FromWorker,
  ToWorker,
  WorkspaceMessage,
} from '../protocol/messages.ts';
import { fromWorkerSchema, parseMessage } from '../protocol/messages.ts';
import { RestartBudget } from './restartBudget.ts';

export type EngineState =
  /** There is no thread, as wished. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly report: EngineReport }
  /** The engine died, for the reason in `message`, and is about to be started again. */
  | { readonly kind: 'restarting'; readonly message: string }
  /** The engine is gone until `restart()`; `message` is for the user. */
  | { readonly kind: 'failed'; readonly message: string };

export interface EngineClientParts {
  readonly startWorker: StartWorker;
  /** What to load at once; undefined leaves the engine stopped until `restart`. */
  readonly options: EngineOptions | undefined;
  readonly logger: Logger;
  /** For tests, which cannot wait that long. */
  readonly limits?: Partial<EngineLimits>;
}

/** What becomes of a request; `moved` where another engine is to be asked the same. */
type Outcome = CompletionResult | NoCompletionReason | 'moved';
type Settle = (outcome: Outcome) => void;

export class EngineClient implements Disposable {
  private readonly onListenerError = (error: unknown): void => {
    this.logger.error(`a listener to the engine failed: ${errorMessage(error)}`);
  };
  private readonly changes = new Emitter<EngineState>(this.onListenerError);
  private readonly workspaceMessages = new Emitter<WorkspaceMessage>(this.onListenerError);
  private readonly startWorker: StartWorker;
  private readonly logger: Logger;
  private readonly limits: EngineLimits;
  private readonly budget: RestartBudget;
  private options: EngineOptions | undefined;
  /** Why the home that suits best is out of question. */
  private homeProblem: string | undefined;
  private worker: EngineWorker | undefined;
  private current: EngineState = { kind: 'stopped' };
  private disposed = false;
  private lastId = 0;
  private loadId = 0;
  /** Requests posted to this worker and not yet answered by it; cancelled ones stay until then. */
  private readonly unanswered = new Map<number, Settle>();
  /** Requests that wait for the engine to become ready. */
  private readonly waiting = new Set<(reason: NoCompletionReason) => void>();
  private watchdog: NodeJS.Timeout | undefined;
  private restartTimer: NodeJS.Timeout | undefined;
  private terminating: Promise<unknown> = Promise.resolve();

  /** Fires after every change of `state`; a ready engine that goes on elsewhere is ready once more. */
  readonly onDidChangeState = this.changes.event;
  /** Fires for what a worker says of the workspace. */
  readonly onDidReceive = this.workspaceMessages.event;

  /** Starts the worker at once, in the background, if there are options. */
  constructor(parts: EngineClientParts) {
    this.startWorker = parts.startWorker;
    this.options = parts.options;
    this.logger = parts.logger;
    this.limits = { ...engineLimits, ...parts.limits };
    this.budget = new RestartBudget(this.limits.restarts);
    this.start();
  }

  get state(): EngineState {
    return this.current;
  }

  /** What the loaded engine said of itself; undefined unless ready. */
  get report(): EngineReport | undefined {
    return this.current.kind === 'ready' ? this.current.report : undefined;
  }

  /**
   * Asks for a completion. Waits for a model that is loading. Never rejects: cancellation, failure and time-out
   * are `none` with the reason.
   */
  async complete(request: CompletionRequest, token: CancellationToken): Promise<CompletionResult> {
    const startedMs = performance.now();
    const result = await this.resultOrReason(request, token);
    if (typeof result !== 'string') return result;
    const timings = { totalMs: performance.now() - startedMs, runs: 0, tokens: 0 };
    return { kind: 'none', reason: result, timings };
  }

  /** Lets the engine compute a completion for later. Gives false, and does nothing, unless it is ready. */
  prefetch(request: CompletionRequest): boolean {
    return this.send({ kind: 'prefetch', request });
  }

  /** Posts what nobody waits for. Gives false, and does nothing, unless the engine is ready. */
  send(message: ToWorker): boolean {
    if (this.current.kind !== 'ready') return false;
    this.post(message);
    return true;
  }

  /**
   * Starts the engine afresh, with new options if given, whatever state it is in; earlier deaths are forgotten, and a home
   * that was lost is tried again.
   */
  restart(options?: EngineOptions): void {
    this.homeProblem = undefined;
    this.reload(options);
  }

  /** The same for another model alone: the engine stays in the home that it has come to live in. */
  reload(options: EngineOptions | undefined = this.options): void {
    if (this.disposed) return;
    this.options = options;
    this.budget.reset();
    this.abandonWorker('engine-not-ready');
    this.start();
  }

  /** Ends the thread and frees its memory until `restart`. Requests are answered `engine-not-ready` meanwhile. */
  stop(): void {
    if (this.disposed) return;
    this.abandonWorker('engine-not-ready');
    this.setState({ kind: 'stopped' });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.abandonWorker('cancelled');
    for (const settle of this.waiting) settle('cancelled');
    this.changes.dispose();
    this.workspaceMessages.dispose();
  }

  /** Disposes, and resolves once the thread has ended. */
  async shutDown(): Promise<void> {
    this.dispose();
    await this.terminating;
  }

  private start(): void {
    const { options } = this;
    if (options === undefined) return;
    this.setState({ kind: 'loading' });
    this.loadId = ++this.lastId;
    try {
      const worker = this.startWorker(this.homeProblem);
      this.worker = worker;
      listenTo(worker, 'the engine', {
        message: message => {
          if (this.worker === worker) this.receive(message);
        },
        died: reason => {
          if (this.worker === worker) this.recover(reason);
        },
      });
      this.post({ kind: 'load', id: this.loadId, options });
      this.watch();
    } catch (error) {
      this.recover(`the engine could not be started: ${errorMessage(error)}`);
    }
  }

  private async resultOrReason(
    request: CompletionRequest,
    token: CancellationToken,
  ): Promise<CompletionResult | NoCompletionReason> {
    let outcome: Outcome = 'moved';
    while (outcome === 'moved') {
      const obstacle = await this.obstacle(token);
      if (obstacle !== undefined) return obstacle;
      // Both may have changed between the engine's becoming ready and this line.
      if (token.isCancellationRequested) return 'cancelled';
      if (this.report === undefined) return 'engine-failed';
      outcome = await this.asked(request, token);
    }
    return outcome;
  }

  private asked(request: CompletionRequest, token: CancellationToken): Promise<Outcome> {
    return new Promise(resolve => {
      const id = ++this.lastId;
      const cancellation = token.onCancellationRequested(() => {
        if (this.unanswered.has(id)) this.post({ kind: 'cancel', id });
        resolve('cancelled');
      });
      this.unanswered.set(id, result => {
        cancellation.dispose();
        resolve(result);
      });
      this.post({ kind: 'complete', id, request });
      if (this.unanswered.size === 1) this.watch();
    });
  }

  /** Waits until the engine is ready; gives the reason if it does not become so, or not in time. */
  private async obstacle(token: CancellationToken): Promise<NoCompletionReason | undefined> {
    if (token.isCancellationRequested) return 'cancelled';
    if (this.disposed || this.current.kind === 'stopped') return 'engine-not-ready';
    if (this.current.kind === 'ready') return undefined;
    if (this.current.kind === 'failed') return 'engine-failed';
    return new Promise(resolve => {
      const settle = (reason: NoCompletionReason | undefined): void => {
        clearTimeout(timer);
        cancellation.dispose();
        change.dispose();
        this.waiting.delete(settle);
        resolve(reason);
      };
      this.waiting.add(settle);
      const timer = setTimeout(() => {
        settle('engine-not-ready');
      }, this.limits.readyWaitMs);
      const change = this.onDidChangeState(({ kind }) => {
        if (kind === 'ready') settle(undefined);
        else if (kind === 'failed') settle('engine-failed');
        else if (kind === 'stopped') settle('engine-not-ready');
      });
      const cancellation = token.onCancellationRequested(() => {
        settle('cancelled');
      });
    });
  }

  private receive(raw: unknown): void {
    let message: FromWorker;
    try {
      message = parseMessage(fromWorkerSchema, raw, 'the extension');
    } catch (error) {
      this.recover(errorMessage(error));
      return;
    }
    switch (message.kind) {
      case 'log':
        this.logger[message.level](`engine: ${message.message}`);
        return;
      case 'loaded':
        if (message.id !== this.loadId) return;
        this.unwatch();
        for (const warning of message.report.warnings) this.logger.warn(`engine: ${warning}`);
        this.setState({ kind: 'ready', report: message.report });
        return;
      case 'failed':
        this.logger.error(`engine: ${message.message}`);
        if (message.id === this.loadId) this.fail(message.message);
        else this.answered(message.id, 'engine-failed');
        return;
      case 'completed':
        this.answered(message.id, message.result);
        return;
      case 'deviceChanged':
        this.changeDevice(message);
        this.workspaceMessages.fire(message);
        return;
      case 'homeLost':
        this.move(message.why);
        return;
      case 'modelSetAside':
      case 'deviceMeasured':
      case 'rates':
      case 'memory':
      case 'reading':
      case 'forgotten':
      case 'treeList':
      case 'treeStat':
      case 'treeRead':
      case 'readyToEnd':
      case 'evaluating':
      case 'evaluated':
      case 'notEvaluated':
      case 'chatEvent':
        this.workspaceMessages.fire(message);
        return;
      case 'trainingAlive':
      case 'trainingDevice':
      case 'trainingPhase':
      case 'trainingProgress':
      case 'trainingPaused':
      case 'trained':
      case 'notTrained':
        // Another worker trains; its client listens to it.
        return;
      default:
        message satisfies never;
    }
  }

  private changeDevice({ device, why, threads }: Extract<FromWorker, { kind: 'deviceChanged' }>): void {
    if (this.current.kind !== 'ready') return;
    this.logger.warn(`engine: ${device} goes on: ${why}`);
    this.setState({ kind: 'ready', report: { ...this.current.report, device, why, threads } });
  }

  private answered(id: number, result: CompletionResult | NoCompletionReason): void {
    this.unanswered.get(id)?.(result);
    this.unanswered.delete(id);
    this.unwatch();
    if (this.unanswered.size > 0) this.watch();
  }

  /** Starts another engine elsewhere, which is asked whatever this one has not answered. */
  private move(why: string): void {
    this.logger.warn(`the engine moves: ${why}`);
    this.homeProblem = why;
    this.abandonWorker('moved');
    this.start();
  }

  /** What to do after a death: start again after a while, or give up when it dies too often. */
  private recover(reason: string): void {
    const delayMs = this.budget.takeDelayMs(performance.now());
    if (delayMs === undefined) {
      const minutes = Math.round(this.limits.restarts.windowMs / 60_000);
      this.fail(`${reason} (and was restarted too often within ${minutes} min)`);
      return;
    }
    this.logger.warn(`${reason}; restarting in ${delayMs} ms`);
    this.abandonWorker('engine-failed');
    this.restartTimer = setTimeout(() => {
      this.start();
    }, delayMs);
    this.setState({ kind: 'restarting', message: reason });
  }

  private fail(message: string): void {
    this.logger.error(message);
    this.abandonWorker('engine-failed');
    this.setState({ kind: 'failed', message });
  }

  /** Ends the worker, its timers and its requests. Its late messages and exit are then ignored. */
  private abandonWorker(outcome: NoCompletionReason | 'moved'): void {
    clearTimeout(this.restartTimer);
    this.unwatch();
    const worker = this.worker;
    this.worker = undefined;
    if (worker !== undefined) {
      this.terminating = worker.terminate().catch((error: unknown) => {
        this.logger.warn(`the engine did not end cleanly: ${errorMessage(error)}`);
      });
    }
    const settles = [...this.unanswered.values()];
    this.unanswered.clear();
    for (const settle of settles) settle(outcome);
  }

  private post(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  private watch(): void {
    this.unwatch();
    const { loadTimeoutMs, requestTimeoutMs } = this.limits;
    const timeoutMs = this.current.kind === 'ready' ? requestTimeoutMs : loadTimeoutMs;
    this.watchdog = setTimeout(() => {
      this.recover(`the engine did not answer for ${timeoutMs / 1000} s`);
    }, timeoutMs);
  }

  private unwatch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = undefined;
  }

  private setState(state: EngineState): void {
    this.current = state;
    this.changes.fire(state);
  }
}
