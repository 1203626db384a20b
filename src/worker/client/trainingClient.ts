// The editor's end of a training: owns the worker that trains, passes the user's wishes on, and starts another worker
// where one dies or hangs, which goes on from the last checkpoint. A cancelled one ends, if need be by force.

import { CancellationError } from '../../base/cancellation.ts';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { Calls } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import type { Port } from '../../base/requests/port.ts';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { AvoidedDevice } from '../../runtime/deviceChoice.ts';
import type { TrainingProgress } from '../../train/progress.ts';
import type { MeasuredDevices } from '../protocol/editorApi.ts';
import type { PauseReason } from '../protocol/pauseReasons.ts';
import type {
  PauseRules,
  TrainingControl,
  TrainingRequest,
  TrainingUpdate,
} from '../protocol/trainingApi.ts';
import { trainingApi } from '../protocol/trainingApi.ts';
import type { TrainingReport } from '../protocol/trainingReport.ts';
import type { Workspace } from '../protocol/workspace.ts';
import type { BlamedFiles } from '../storage/blamedFiles.ts';
import type { StartWorker } from './engineWorker.ts';
import type { LifecycleState } from './lifecycle.ts';
import type { RestartPolicy } from './restartBudget.ts';
import type { EditorFiles } from './serveEditor.ts';
import { serveEditor } from './serveEditor.ts';
import { WorkerSupervisor } from './supervisor.ts';

export type TrainingState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      /** What is being done, in a few words. */
      readonly phase: string;
      /** What it runs on; undefined before that is known. */
      readonly device: { readonly name: string; readonly threads: number } | undefined;
      /** Undefined before the first step. */
      readonly progress: TrainingProgress | undefined;
      readonly paused: PauseReason | undefined;
      /** What the user asked for that takes a while to come about. */
      readonly ending: 'stop' | 'cancel' | undefined;
      /** Share of the judging that is done, and how long that took; undefined before it. */
      readonly judging: { readonly share: number; readonly elapsedMs: number } | undefined;
    }
  | { readonly kind: 'finished'; readonly report: TrainingReport }
  | { readonly kind: 'cancelled' }
  /** `message` is for the user. */
  | { readonly kind: 'failed'; readonly message: string };

export interface TrainingClientParts {
  readonly startWorker: StartWorker;
  /** Reads files that only the editor reaches. */
  readonly files: EditorFiles;
  /** Told of a file that ended a training, which is then left out. */
  readonly blamed: BlamedFiles;
  readonly logger: Logger;
  /** Called with what was measured of the devices, so that it need not be measured again. */
  readonly onDeviceMeasured?: (measured: MeasuredDevices) => void;
  /** Called where the model in use is damaged and no longer in use: the training starts from the base model. */
  readonly onModelSetAside?: (problem: string) => void;
  /** Deletes what a training left that did not come to its end. */
  readonly discard: () => Promise<void>;
  /** For tests, which cannot wait that long. */
  readonly restarts?: RestartPolicy;
  readonly limits?: Partial<TrainingLimits>;
}

export interface TrainingLimits {
  /** So long a worker that is alive may say nothing: a step of a large model takes minutes on a slow machine. */
  readonly silentMs: number;
  /** After that it may say so yet: a machine that slept counted that time, and wakes with its messages still under way. */
  readonly graceMs: number;
  /** How long a worker may take to end a training that is cancelled. */
  readonly cancelMs: number;
}

const restarts: RestartPolicy = { delaysMs: [500, 5_000, 30_000], windowMs: 600_000 };
const usualLimits: TrainingLimits = { silentMs: 600_000, graceMs: 30_000, cancelMs: 15_000 };

type Running = Extract<TrainingState, { kind: 'running' }>;

export class TrainingClient implements Disposable {
  private readonly parts: TrainingClientParts;
  private readonly changes = new Emitter<TrainingState>(error => {
    this.parts.logger.error(`a listener to the training failed: ${errorMessage(error)}`);
  });
  private readonly limits: TrainingLimits;
  private readonly supervisor: WorkerSupervisor;
  private current: TrainingState = { kind: 'idle' };
  private wishes: { readonly workspace: Workspace; readonly request: TrainingRequest } | undefined;
  private avoid: AvoidedDevice | undefined;
  /** Of the worker that runs. */
  private calls: Calls<typeof trainingApi> | undefined;
  private connection: DisposableStore | undefined;
  /** What the worker works on. */
  private reading: CorpusFile | undefined;
  private isPaused = false;
  private isInsisting = false;
  private judgedSinceMs: number | undefined;
  private isCancelled = false;
  private cancelTimer: NodeJS.Timeout | undefined;
  private discarding: Promise<unknown> = Promise.resolve();

  /** Fires after every change of `state`. */
  readonly onDidChangeState = this.changes.event;

  constructor(parts: TrainingClientParts) {
    this.parts = parts;
    this.limits = { ...usualLimits, ...parts.limits };
    const { silentMs, graceMs } = this.limits;
    this.supervisor = new WorkerSupervisor({
      who: 'the training',
      limits: { startMs: silentMs, silenceMs: silentMs, graceMs, restarts: parts.restarts ?? restarts },
      silentFor: ms => `said nothing for ${ms / 60_000} minutes`,
      logger: parts.logger,
      startWorker: () => {
        const device = this.wishes?.request.devices?.setting ?? 'auto';
        return parts.startWorker({ device, avoid: this.avoid });
      },
      onStart: port => {
        this.train(port);
      },
      onEnd: () => {
        this.connection?.dispose();
        this.connection = undefined;
        this.calls = undefined;
      },
      onHandOver: reason => {
        parts.logger.warn(`the training falls back to another home: ${reason}`);
        this.avoid = { device: 'webgpu', reason };
        const judging = this.judging(undefined);
        if (!this.isCancelled) this.setRunning({ phase: 'going on elsewhere', device: undefined, judging });
      },
      onState: state => {
        this.follow(state);
      },
    });
  }

  get state(): TrainingState {
    return this.current;
  }

  /** Trains in a worker of its own. Throws where a training runs already. */
  start(workspace: Workspace, request: TrainingRequest): void {
    if (this.current.kind === 'running') throw new Error('a training runs already; stop it first');
    this.wishes = { workspace, request };
    this.isPaused = false;
    this.isInsisting = false;
    this.isCancelled = false;
    this.avoid = undefined;
    const unknown = { device: undefined, progress: undefined, paused: undefined };
    this.setState({ kind: 'running', phase: 'starting', ...unknown, ending: undefined, judging: undefined });
    this.supervisor.start();
  }

  /**
   * Does nothing unless a training runs. What is stopped is judged and kept if it is better; what is cancelled is lost, and
   * ends within `cancelMs` whatever its worker does.
   */
  control(control: TrainingControl): void {
    if (this.current.kind !== 'running') return;
    if (control === 'pause' || control === 'resume' || control === 'insist')
      this.isPaused = control === 'pause';
    if (control === 'insist') this.isInsisting = true;
    if (control === 'cancel') {
      if (this.calls === undefined) {
        this.endByForce();
        return;
      }
      this.isCancelled = true;
      this.cancelTimer ??= setTimeout(() => {
        this.parts.logger.warn(
          `the training did not end within ${this.limits.cancelMs / 1000} s: its worker is ended`,
        );
        this.endByForce();
      }, this.limits.cancelMs);
    }
    this.calls?.control(control);
    if (control === 'stop' || control === 'cancel') this.setRunning({ ending: control });
  }

  /** When a training that runs pauses by itself from now on. */
  setPauseRules({ pauseOnBattery, pauseWhenBusy }: PauseRules): void {
    if (this.wishes === undefined) return;
    const { workspace, request } = this.wishes;
    this.wishes = { workspace, request: { ...request, pauseOnBattery, pauseWhenBusy } };
    this.calls?.setPauseRules({ pauseOnBattery, pauseWhenBusy });
  }

  /** Resolves once a worker that was ended can write nothing any more, or after a while if that cannot be had. */
  async ended(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>(resolve => {
      timer = setTimeout(resolve, this.limits.cancelMs);
    });
    await Promise.race([this.supervisor.ended.then(() => this.discarding), patience]);
    clearTimeout(timer);
  }

  /** Ends the worker where it is; a later training goes on from its checkpoint. */
  async shutDown(): Promise<void> {
    this.dispose();
    await this.supervisor.ended;
    await this.discarding;
  }

  dispose(): void {
    clearTimeout(this.cancelTimer);
    this.supervisor.dispose();
    this.changes.dispose();
  }

  /** Has the worker that was just started train, from the last checkpoint on. */
  private train(port: Port): void {
    const { wishes, supervisor, parts } = this;
    if (wishes === undefined) return;
    this.reading = undefined;
    const connection = new DisposableStore();
    const isCurrent = (): boolean => this.connection === connection;
    const onMalformed = (fault: string): void => {
      if (isCurrent()) supervisor.died(fault);
    };
    // Whatever it says, it lives.
    connection.add(
      port.onMessage(() => {
        supervisor.heard(true);
      }),
    );
    const { calls } = connection.add(connect(trainingApi, port, { onMalformed }));
    connection.add(
      serveEditor(port, {
        log: ({ level, message }) => {
          parts.logger[level](`training: ${message}`);
        },
        reading: file => {
          this.reading = file ?? undefined;
        },
        deviceMeasured: measured => parts.onDeviceMeasured?.(measured),
        modelSetAside: problem => parts.onModelSetAside?.(problem),
        handOver: reason => {
          supervisor.handOver(reason);
        },
        files: parts.files,
        onMalformed,
      }),
    );
    this.connection = connection;
    this.calls = calls;
    const workspace = parts.blamed.without(wishes.workspace);
    void this.follows(calls.train({ ...wishes, workspace }), isCurrent);
    supervisor.ready();
    supervisor.heard(true);
  }

  /** Never rejects. */
  private async follows(updates: AsyncIterable<TrainingUpdate>, isCurrent: () => boolean): Promise<void> {
    try {
      for await (const update of updates) if (isCurrent()) this.receive(update);
      if (isCurrent()) this.supervisor.died('the training ended without a report');
    } catch (error) {
      if (!isCurrent()) return;
      if (error instanceof CancellationError) this.end({ kind: 'cancelled' });
      else this.end({ kind: 'failed', message: errorMessage(error) });
    }
  }

  private receive(update: TrainingUpdate): void {
    switch (update.kind) {
      case 'alive':
        return;
      case 'device':
        this.setRunning({ device: { name: update.device, threads: update.threads } });
        return;
      case 'phase':
        this.setRunning({ phase: update.what, judging: this.judging(update.judged) });
        return;
      case 'progress':
        this.setRunning({ phase: 'training', progress: update.progress });
        return;
      case 'paused':
        this.setRunning({ paused: update.reason ?? undefined });
        return;
      case 'report':
        this.end({ kind: 'finished', report: update.report });
        return;
      default:
        update satisfies never;
    }
  }

  private judging(share: number | undefined): Running['judging'] {
    const nowMs = performance.now();
    this.judgedSinceMs = share === undefined ? undefined : (this.judgedSinceMs ?? nowMs);
    return share === undefined ? undefined : { share, elapsedMs: nowMs - (this.judgedSinceMs ?? nowMs) };
  }

  /** What another worker must be told to stand where the one before stood. */
  private standing(): readonly TrainingControl[] {
    const ending = this.current.kind === 'running' ? this.current.ending : undefined;
    return [
      ...(this.isInsisting ? (['insist'] as const) : []),
      ...(this.isPaused ? (['pause'] as const) : []),
      ...(ending === undefined ? [] : [ending]),
    ];
  }

  private follow(state: LifecycleState): void {
    switch (state.kind) {
      case 'restarting':
      case 'failed':
        this.afterDeath(state);
        return;
      case 'starting':
        if (this.isCancelled) this.endByForce();
        return;
      case 'ready':
        for (const control of this.standing()) this.calls?.control(control);
        return;
      case 'stopped':
        return;
      default:
        state satisfies never;
    }
  }

  private afterDeath(state: Extract<LifecycleState, { kind: 'restarting' | 'failed' }>): void {
    if (this.isCancelled) {
      this.endByForce();
      return;
    }
    if (this.reading !== undefined) this.parts.blamed.blame(this.reading, 'the training');
    this.reading = undefined;
    if (state.kind === 'failed') {
      const message = `${state.reason}, again and again; what was learnt is in the checkpoint`;
      this.end({ kind: 'failed', message });
      return;
    }
    this.parts.logger.warn(`${state.reason}; going on from the last checkpoint in ${state.delayMs} ms`);
    this.setRunning({ phase: 'going on after a crash', judging: this.judging(undefined) });
  }

  /** Ends a training that was cancelled with its worker, which may be unable to do it. */
  private endByForce(): void {
    this.end({ kind: 'cancelled' });
    // It writes nothing any more once it has ended.
    this.discarding = this.supervisor.ended.then(this.parts.discard).catch((error: unknown) => {
      this.parts.logger.warn(`what the training left could not be deleted: ${errorMessage(error)}`);
    });
  }

  private end(state: TrainingState): void {
    clearTimeout(this.cancelTimer);
    this.cancelTimer = undefined;
    this.wishes = undefined;
    this.supervisor.stop();
    this.setState(state);
  }

  private setRunning(change: Partial<Omit<Running, 'kind'>>): void {
    if (this.current.kind === 'running') this.setState({ ...this.current, ...change });
  }

  private setState(state: TrainingState): void {
    this.current = state;
    this.changes.fire(state);
  }
}
