// The editor's end of a training: owns the worker that trains, passes the user's wishes on, and starts another worker
// where one dies, which goes on from the last checkpoint.

import type { Disposable } from '../base/disposable.ts';
import { Emitter } from '../base/event.ts';
import type { Logger } from '../base/logger.ts';
import { errorMessage } from '../base/logger.ts';
import type { TrainingProgress } from '../train/progress.ts';
import type { EngineWorker, StartWorker } from './engineWorker.ts';
import { listenTo } from './engineWorker.ts';
import type { FromWorker, ToWorker, TreeAnswer, TreeRequest, Workspace } from './messages.ts';
import { fromWorkerSchema, parseMessage } from './messages.ts';
import type { PauseReason } from './pauseReasons.ts';
import type { RestartPolicy } from './restartBudget.ts';
import { RestartBudget } from './restartBudget.ts';
import type { PauseRules, TrainingControl, TrainingRequest } from './trainingMessages.ts';
import type { TrainingReport } from './trainingReport.ts';

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
  readonly logger: Logger;
  /** Told what was measured of the devices, so that it need not be measured again. */
  readonly onDeviceMeasured?: (measured: Extract<FromWorker, { kind: 'deviceMeasured' }>) => void;
  /** For tests, which cannot wait that long. */
  readonly restarts?: RestartPolicy;
}

const restarts: RestartPolicy = { delaysMs: [500, 5_000, 30_000], windowMs: 600_000 };

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
  private isPaused = false;
  private isInsisting = false;
  private judgedSinceMs: number | undefined;
  private restartTimer: NodeJS.Timeout | undefined;
  private terminating: Promise<unknown> = Promise.resolve();

  /** Fires after every change of `state`. */
  readonly onDidChangeState = this.changes.event;

  constructor(parts: TrainingClientParts) {
    this.parts = parts;
    this.budget = new RestartBudget(parts.restarts ?? restarts);
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
    this.homeProblem = undefined;
    this.budget.reset();
    const unknown = { device: undefined, progress: undefined, paused: undefined };
    this.setState({ kind: 'running', phase: 'starting', ...unknown, ending: undefined, judging: undefined });
    this.startWorker();
  }

  /** Does nothing unless a training runs. What is stopped is judged and kept if it is better; what is cancelled is lost. */
  control(control: TrainingControl): void {
    if (this.current.kind !== 'running') return;
    if (control === 'pause' || control === 'resume' || control === 'insist')
      this.isPaused = control === 'pause';
    if (control === 'insist') this.isInsisting = true;
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
      this.post({ kind: 'train', ...wishes });
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
    switch (message.kind) {
      case 'log':
        this.parts.logger[message.level](`training: ${message.message}`);
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
    this.abandonWorker();
    this.parts.logger.warn(`the training moves: ${why}`);
    this.homeProblem = why;
    this.setRunning({ phase: 'going on elsewhere', device: undefined, judging: this.judging(undefined) });
    this.startWorker();
  }

  private recover(reason: string): void {
    this.abandonWorker();
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

  private end(state: TrainingState): void {
    this.abandonWorker();
    this.wishes = undefined;
    this.setState(state);
  }

  private abandonWorker(): void {
    clearTimeout(this.restartTimer);
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
