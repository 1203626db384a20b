// The editor's end of a training: owns the worker that trains, passes the user's wishes on, and starts another worker
// where one dies or hangs, which goes on from the last checkpoint. A cancelled one ends, if need be by force.

import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { TrainingProgress } from '../../train/progress.ts';
import type { BlamedFiles } from '../storage/blamedFiles.ts';
import type { EngineWorker, StartWorker } from './engineWorker.ts';
import { listenTo } from './engineWorker.ts';
import type { FromWorker, ToWorker, TreeAnswer, TreeRequest, Workspace } from '../protocol/messages.ts';
import { fromWorkerSchema, parseMessage } from '../protocol/messages.ts';
import type { PauseReason } from '../protocol/pauseReasons.ts';
import type { RestartPolicy } from './restartBudget.ts';
import { RestartBudget } from './restartBudget.ts';
import type { PauseRules, TrainingControl, TrainingRequest } from '../protocol/trainingMessages.ts';
import type { TrainingReport } from '../protocol/trainingReport.ts';

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
  /** Answers a question about a folder of the workspace. Never rejects. */
  readonly askTree: (request: TreeRequest) => Promise<TreeAnswer>;
  /** Told of a file that ended a training, which is then left out. */
  readonly blamed: BlamedFiles;
  readonly logger: Logger;
  /** Told what was measured of the devices, so that it need not be measured again. */
  readonly onDeviceMeasured?: (measured: Extract<FromWorker, { kind: 'deviceMeasured' }>) => void;
  /** Told that the model in use is damaged and no longer in use: the training starts from the base model. */
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

export class TrainingClient implements Disposable {
  private readonly parts: TrainingClientParts;
  private readonly changes = new Emitter<TrainingState>(error => {
    this.parts.logger.error(`a listener to the training failed: ${errorMessage(error)}`);
  });
  private readonly budget: RestartBudget;
  private current: TrainingState = { kind: 'idle' };
  private worker: EngineWorker | undefined;
  /** Why the home that suits best is out of question. */
  private homeProblem: string | undefined;
  private wishes: { readonly workspace: Workspace; readonly request: TrainingRequest } | undefined;
  /** What the worker works on. */
  private reading: CorpusFile | undefined;
  private isPaused = false;
  private isInsisting = false;
  private judgedSinceMs: number | undefined;
  private isCancelled = false;
  private readonly limits: TrainingLimits;
  private restartTimer: NodeJS.Timeout | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private cancelTimer: NodeJS.Timeout | undefined;
  private terminating: Promise<unknown> = Promise.resolve();

  /** Fires after every change of `state`. */
  readonly onDidChangeState = this.changes.event;

  constructor(parts: TrainingClientParts) {
    this.parts = parts;
    this.budget = new RestartBudget(parts.restarts ?? restarts);
    this.limits = { ...usualLimits, ...parts.limits };
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
    this.homeProblem = undefined;
    this.budget.reset();
    const unknown = { device: undefined, progress: undefined, paused: undefined };
    this.setState({ kind: 'running', phase: 'starting', ...unknown, ending: undefined, judging: undefined });
    this.startWorker();
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
      if (this.worker === undefined) {
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
    this.post({ kind: 'controlTraining', control });
    if (control === 'stop' || control === 'cancel') this.setRunning({ ending: control });
  }

  /** When a training that runs pauses by itself from now on. */
  setPauseRules({ pauseOnBattery, pauseWhenBusy }: PauseRules): void {
    if (this.wishes === undefined) return;
    const { workspace, request } = this.wishes;
    this.wishes = { workspace, request: { ...request, pauseOnBattery, pauseWhenBusy } };
    this.post({ kind: 'setPauseRules', pauseOnBattery, pauseWhenBusy });
  }

  /** Resolves once a worker that was ended can write nothing any more, or after a while if that cannot be had. */
  async ended(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>(resolve => {
      timer = setTimeout(resolve, this.limits.cancelMs);
    });
    await Promise.race([this.terminating, patience]);
    clearTimeout(timer);
  }

  /** Ends the worker where it is; a later training goes on from its checkpoint. */
  async shutDown(): Promise<void> {
    this.dispose();
    await this.terminating;
  }

  dispose(): void {
    this.abandonWorker();
    this.changes.dispose();
  }

  private startWorker(): void {
    const { wishes } = this;
    if (wishes === undefined) return;
    this.reading = undefined;
    try {
      const worker = this.parts.startWorker(this.homeProblem);
      this.worker = worker;
      listenTo(worker, 'the training', {
        message: message => {
          if (this.worker === worker) this.receive(message);
        },
        died: reason => {
          if (this.worker === worker) this.recover(reason);
        },
      });
      const workspace = this.parts.blamed.without(wishes.workspace);
      this.post({ kind: 'train', ...wishes, workspace });
      this.watch();
      for (const control of this.standing()) this.post({ kind: 'controlTraining', control });
    } catch (error) {
      this.recover(`the training could not be started: ${errorMessage(error)}`);
    }
  }

  private receive(raw: unknown): void {
    let message: FromWorker;
    try {
      message = parseMessage(fromWorkerSchema, raw, 'the extension');
    } catch (error) {
      this.recover(errorMessage(error));
      return;
    }
    this.watch();
    switch (message.kind) {
      case 'trainingAlive':
        return;
      case 'log':
        this.parts.logger[message.level](`training: ${message.message}`);
        return;
      case 'reading':
        this.reading = message.file ?? undefined;
        return;
      case 'treeList':
      case 'treeStat':
      case 'treeRead':
        this.answer(message);
        return;
      case 'trainingDevice':
        this.setRunning({ device: { name: message.device, threads: message.threads } });
        return;
      case 'trainingPhase':
        this.setRunning({ phase: message.what, judging: this.judging(message.judged) });
        return;
      case 'trainingProgress':
        this.setRunning({ phase: 'training', progress: message.progress });
        return;
      case 'trainingPaused':
        this.setRunning({ paused: message.reason ?? undefined });
        return;
      case 'trained':
        this.end({ kind: 'finished', report: message.report });
        return;
      case 'notTrained':
        this.end(
          message.problem === null ? { kind: 'cancelled' } : { kind: 'failed', message: message.problem },
        );
        return;
      case 'homeLost':
        this.move(message.why);
        return;
      case 'deviceMeasured':
        this.parts.onDeviceMeasured?.(message);
        return;
      case 'modelSetAside':
        this.parts.onModelSetAside?.(message.problem);
        return;
      case 'deviceChanged':
      case 'rates':
      case 'loaded':
      case 'completed':
      case 'failed':
      case 'memory':
      case 'forgotten':
      case 'readyToEnd':
      case 'evaluating':
      case 'evaluated':
      case 'notEvaluated':
      case 'chatEvent':
        this.parts.logger.warn(`training: an unexpected ${message.kind}`);
        return;
      default:
        message satisfies never;
    }
  }

  private answer(request: TreeRequest): void {
    this.parts.askTree(request).then(
      answer => {
        this.post(answer);
      },
      (error: unknown) => {
        this.parts.logger.error(`training: ${request.kind} was not answered: ${errorMessage(error)}`);
      },
    );
  }

  private judging(share: number | undefined): { share: number; elapsedMs: number } | undefined {
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

  /** Starts another worker elsewhere, which goes on from the last checkpoint. */
  private move(why: string): void {
    if (this.isCancelled) {
      this.endByForce();
      return;
    }
    this.abandonWorker();
    this.parts.logger.warn(`the training moves: ${why}`);
    this.homeProblem = why;
    this.setRunning({ phase: 'going on elsewhere', device: undefined, judging: this.judging(undefined) });
    this.startWorker();
  }

  private recover(reason: string): void {
    if (this.isCancelled) {
      this.endByForce();
      return;
    }
    this.abandonWorker();
    if (this.reading !== undefined) this.parts.blamed.blame(this.reading, 'the training');
    this.reading = undefined;
    const delayMs = this.budget.takeDelayMs(performance.now());
    if (delayMs === undefined) {
      this.end({
        kind: 'failed',
        message: `${reason}, again and again; what was learnt is in the checkpoint`,
      });
      return;
    }
    this.parts.logger.warn(`${reason}; going on from the last checkpoint in ${delayMs} ms`);
    this.setRunning({ phase: 'going on after a crash', judging: this.judging(undefined) });
    this.restartTimer = setTimeout(() => {
      this.startWorker();
    }, delayMs);
  }

  /** Ends a training that was cancelled with its worker, which may be unable to do it. */
  private endByForce(): void {
    this.end({ kind: 'cancelled' });
    // It writes nothing any more once it has ended.
    this.terminating = this.terminating.then(this.parts.discard).catch((error: unknown) => {
      this.parts.logger.warn(`what the training left could not be deleted: ${errorMessage(error)}`);
    });
  }

  /** From now on the worker may say nothing for a while, and then is asked to live once more. */
  private watch(): void {
    clearTimeout(this.watchdog);
    if (this.worker === undefined) return;
    const { silentMs, graceMs } = this.limits;
    this.watchdog = setTimeout(() => {
      this.watchdog = setTimeout(() => {
        this.recover(`the training said nothing for ${silentMs / 60_000} minutes`);
      }, graceMs);
    }, silentMs);
  }

  private end(state: TrainingState): void {
    this.abandonWorker();
    this.wishes = undefined;
    this.setState(state);
  }

  private abandonWorker(): void {
    for (const timer of [this.restartTimer, this.watchdog, this.cancelTimer]) clearTimeout(timer);
    this.cancelTimer = undefined;
    const { worker } = this;
    this.worker = undefined;
    if (worker === undefined) return;
    this.terminating = worker.terminate().catch((error: unknown) => {
      this.parts.logger.warn(`the training did not end cleanly: ${errorMessage(error)}`);
    });
  }

  private post(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  private setRunning(change: Partial<Omit<Extract<TrainingState, { kind: 'running' }>, 'kind'>>): void {
    if (this.current.kind === 'running') this.setState({ ...this.current, ...change });
  }

  private setState(state: TrainingState): void {
    this.current = state;
    this.changes.fire(state);
  }
}
