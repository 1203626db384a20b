// The editor's end of the engine: loads the model and asks for completions, of whichever worker the supervisor runs. Nothing
// that happens in the engine may reject into the editor's provider, so every completion is answered, at worst by `none` with
// a reason.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError } from '../../base/cancellation.ts';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { Calls } from '../../base/requests/api.ts';
import type { Port } from '../../base/requests/port.ts';
import type { CompletionRequest, CompletionResult, NoCompletionReason } from '../../complete/types.ts';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { AvoidedDevice } from '../../runtime/deviceChoice.ts';
import type { MeasuredDevices } from '../protocol/editorApi.ts';
import type { engineApi, MeasuredRates } from '../protocol/engineApi.ts';
import type { EngineOptions, EngineReport } from '../protocol/engineOptions.ts';
import type { MemoryState } from '../protocol/memoryState.ts';
import { EngineConnection } from './engineConnection.ts';
import type { EngineLimits } from './engineLimits.ts';
import { engineLimits } from './engineLimits.ts';
import type { StartWorker } from './engineWorker.ts';
import type { LifecycleState } from './lifecycle.ts';
import type { EditorFiles } from './serveEditor.ts';
import type { EndCause } from './supervisor.ts';
import { WorkerSupervisor } from './supervisor.ts';

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
  /** Reads files that only the editor reaches. */
  readonly files: EditorFiles;
  readonly logger: Logger;
  /** For tests, which cannot wait that long. */
  readonly limits?: Partial<EngineLimits>;
}

export class EngineClient implements Disposable {
  private readonly parts: EngineClientParts;
  private readonly onListenerError = (error: unknown): void => {
    this.parts.logger.error(`a listener to the engine failed: ${errorMessage(error)}`);
  };
  private readonly changes = new Emitter<EngineState>(this.onListenerError);
  private readonly memoryStates = new Emitter<MemoryState>(this.onListenerError);
  private readonly reads = new Emitter<CorpusFile | null>(this.onListenerError);
  private readonly measurements = new Emitter<MeasuredDevices>(this.onListenerError);
  private readonly setAside = new Emitter<string>(this.onListenerError);
  private readonly rates = new Emitter<MeasuredRates | null>(this.onListenerError);
  private readonly limits: EngineLimits;
  private readonly supervisor: WorkerSupervisor;
  private options: EngineOptions | undefined;
  private avoid: AvoidedDevice | undefined;
  private connection: EngineConnection | undefined;
  /** Of the engine that runs, once it is loaded. */
  private loaded: EngineReport | undefined;
  private current: EngineState = { kind: 'stopped' };
  /** Requests that wait for the engine to become ready. */
  private readonly waiting = new Set<(reason: NoCompletionReason) => void>();
  private disposed = false;

  /** Fires after every change of `state`; a ready engine that falls back to another device is ready once more. */
  readonly onDidChangeState = this.changes.event;
  /** Fires with what memory holds. */
  readonly onDidChangeMemory = this.memoryStates.event;
  /** Fires with the file that the engine works on from then on, null for none. */
  readonly onDidRead = this.reads.event;
  readonly onDidMeasureDevices = this.measurements.event;
  /** Fires where the model that was trained here is damaged and another is used, with what is wrong, for the user. */
  readonly onDidSetModelAside = this.setAside.event;
  /** Fires with what `measure` gives. */
  readonly onDidMeasureRates = this.rates.event;

  /** Starts the worker at once, in the background, if there are options. */
  constructor(parts: EngineClientParts) {
    this.parts = parts;
    this.options = parts.options;
    this.limits = { ...engineLimits, ...parts.limits };
    const { loadTimeoutMs, requestTimeoutMs, restarts } = this.limits;
    this.supervisor = new WorkerSupervisor({
      who: 'the engine',
      limits: { startMs: loadTimeoutMs, silenceMs: requestTimeoutMs, graceMs: 0, restarts },
      silentFor: ms => `did not answer for ${ms / 1000} s`,
      logger: parts.logger,
      startWorker: () => {
        const device = this.options?.devices?.setting ?? 'auto';
        return parts.startWorker({ device, avoid: this.avoid });
      },
      onStart: port => {
        this.load(port);
      },
      onEnd: cause => {
        this.connection?.end(cause);
        this.connection = undefined;
      },
      onHandOver: reason => {
        parts.logger.warn(`the engine falls back to another home: ${reason}`);
        this.avoid = { device: 'webgpu', reason };
      },
      onState: state => {
        this.follow(state);
      },
    });
    this.start();
  }

  get state(): EngineState {
    return this.current;
  }

  /** What the loaded engine said of itself; undefined unless ready. */
  get report(): EngineReport | undefined {
    return this.current.kind === 'ready' ? this.current.report : undefined;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** What can be asked of the engine; undefined unless it is ready. */
  get calls(): Calls<typeof engineApi> | undefined {
    return this.current.kind === 'ready' ? this.connection?.calls : undefined;
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
    this.calls?.prefetch(request);
    return this.calls !== undefined;
  }

  /** How fast the engine decodes; null where it is not ready, ends, or is silent for too long. */
  async measure(): Promise<MeasuredRates | null> {
    const rates = (await this.calls?.measure().catch(() => null)) ?? null;
    this.rates.fire(rates);
    return rates;
  }

  /**
   * Starts the engine afresh, with new options if given, whatever state it is in; earlier deaths are forgotten, and a
   * device that was avoided is tried again.
   */
  restart(options?: EngineOptions): void {
    this.avoid = undefined;
    this.reload(options);
  }

  /** The same for another model alone: the engine stays in the home that it has come to live in. */
  reload(options: EngineOptions | undefined = this.options): void {
    this.options = options;
    this.start();
  }

  /** Ends the thread and frees its memory until `restart`. Requests are answered `engine-not-ready` meanwhile. */
  stop(): void {
    this.supervisor.stop();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.supervisor.dispose();
    for (const settle of this.waiting) settle('cancelled');
    const { changes, memoryStates, reads, measurements, setAside, rates } = this;
    for (const emitter of [changes, memoryStates, reads, measurements, setAside, rates]) emitter.dispose();
  }

  /** Disposes, and resolves once the thread has ended. */
  async shutDown(): Promise<void> {
    this.dispose();
    await this.supervisor.ended;
  }

  private start(): void {
    if (this.options !== undefined) this.supervisor.start();
  }

  private load(port: Port): void {
    const { options, supervisor } = this;
    if (options === undefined) return;
    const connection = new EngineConnection(port, {
      ...this.parts,
      supervisor,
      onMemory: state => {
        this.memoryStates.fire(state);
      },
      onReading: file => {
        this.reads.fire(file);
      },
      onMeasured: measured => {
        this.measurements.fire(measured);
      },
      onSetAside: problem => {
        this.setAside.fire(problem);
      },
      onDevice: changed => {
        this.changeDevice(changed);
      },
    });
    this.connection = connection;
    connection.calls.load(options).then(
      report => {
        if (this.connection !== connection) return;
        for (const warning of report.warnings) this.parts.logger.warn(`engine: ${warning}`);
        this.loaded = report;
        supervisor.ready();
      },
      (error: unknown) => {
        if (this.connection === connection) supervisor.refused(errorMessage(error));
      },
    );
  }

  private async resultOrReason(
    request: CompletionRequest,
    token: CancellationToken,
  ): Promise<CompletionResult | NoCompletionReason> {
    for (;;) {
      const obstacle = await this.obstacle(token);
      if (obstacle !== undefined) return obstacle;
      // Both may have changed between the engine's becoming ready and this line.
      if (token.isCancellationRequested) return 'cancelled';
      const { calls, connection } = this;
      if (calls === undefined || connection === undefined) return 'engine-failed';
      try {
        return await calls.complete(request, token);
      } catch (error) {
        if (error instanceof CancellationError) return 'cancelled';
        // Another engine is asked the same.
        if (connection.endedBy === 'handedOver') continue;
        if (connection.endedBy !== undefined) return reasonOf(connection.endedBy);
        this.parts.logger.error(`engine: ${errorMessage(error)}`);
        return 'engine-failed';
      }
    }
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

  private follow(state: LifecycleState): void {
    const { logger } = this.parts;
    switch (state.kind) {
      case 'stopped':
        this.setState(state);
        return;
      case 'starting':
        this.setState({ kind: 'loading' });
        return;
      case 'ready':
        if (this.loaded !== undefined) this.setState({ kind: 'ready', report: this.loaded });
        return;
      case 'restarting':
        logger.warn(`${state.reason}; restarting in ${state.delayMs} ms`);
        this.setState({ kind: 'restarting', message: state.reason });
        return;
      case 'failed': {
        const minutes = Math.round(this.limits.restarts.windowMs / 60_000);
        const tooOften = state.isTooOften ? ` (and was restarted too often within ${minutes} min)` : '';
        const message = `${state.reason}${tooOften}`;
        logger.error(message);
        this.setState({ kind: 'failed', message });
        return;
      }
      default:
        state satisfies never;
    }
  }

  private changeDevice(changed: Pick<EngineReport, 'device' | 'why' | 'threads'>): void {
    if (this.current.kind !== 'ready') return;
    this.parts.logger.warn(`engine: falls back to ${changed.device}: ${changed.why}`);
    this.setState({ kind: 'ready', report: { ...this.current.report, ...changed } });
  }

  private setState(state: EngineState): void {
    this.current = state;
    this.changes.fire(state);
  }
}

/** What becomes of requests that a worker did not answer before it was ended. */
function reasonOf(cause: EndCause): NoCompletionReason {
  switch (cause) {
    case 'start':
    case 'stop':
      return 'engine-not-ready';
    case 'dispose':
      return 'cancelled';
    case 'ready':
    case 'heard':
    case 'died':
    case 'refused':
    case 'handedOver':
    case 'timedOut':
      return 'engine-failed';
    default:
      return cause satisfies never;
  }
}
