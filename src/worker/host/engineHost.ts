// The engine behind its messages: receives them, queues requests, and answers. A request that fails is answered with its
// error; the engine goes on.

import { CancellationSource } from '../../base/cancellation.ts';
import { errorMessage } from '../../base/logger.ts';
import { SerialQueue } from '../../base/scheduling/serialQueue.ts';
import type { CompletionRequest } from '../../complete/types.ts';
import { ChatHost } from './chatHost.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import { EvaluationHost } from './evaluationHost.ts';
import type { Engine } from '../engine/loadEngine.ts';
import { loadOnBestDevice } from '../engine/bestDevice.ts';
import type { EngineOptions, EvaluationRequest, FromWorker, ToWorker } from '../protocol/messages.ts';
import { parseMessage, toWorkerSchema } from '../protocol/messages.ts';
import { PostedMark } from './postedMark.ts';
import { TrainingFolder, withModelInUse } from '../storage/trainingFolder.ts';
import { TrainingHost } from './trainingHost.ts';
import { Traffic } from '../../base/scheduling/traffic.ts';
import { WorkspaceHost } from './workspaceHost.ts';

/** Gives what is to be called with each message; `post` takes the answers. */
export function startEngine(
  home: EngineHome,
  post: (message: FromWorker) => void,
): (message: unknown) => void {
  const host = new EngineHost(home, post);
  return message => {
    try {
      host.receive(parseMessage(toWorkerSchema, message, 'the engine worker'));
    } catch (error) {
      post({ kind: 'log', level: 'error', message: errorMessage(error) });
    }
  };
}

class EngineHost {
  private readonly mark: PostedMark;
  /** What hangs or dies in it is no file's fault. */
  private readonly queue: SerialQueue;
  private readonly running = new Map<number, CancellationSource>();
  private prefetching: CancellationSource | undefined;
  private engine: Engine | undefined;
  private workspace: WorkspaceHost | undefined;
  private evaluation: EvaluationHost | undefined;
  private training: TrainingHost | undefined;
  private chat: ChatHost | undefined;
  /** Requests that are not answered yet: what is done in the background waits for them. */
  private readonly traffic = new Traffic();

  constructor(
    private readonly home: EngineHome,
    private readonly post: (message: FromWorker) => void,
  ) {
    const mark = new PostedMark(post, () => this.traffic.isBusy);
    this.mark = mark;
    this.queue = new SerialQueue(() => {
      mark.clear();
    });
  }

  receive(message: ToWorker): void {
    this.mark.clear();
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
      case 'openWorkspace':
        void this.report(() => this.opened().open(message.workspace));
        return;
      case 'closeWorkspace':
        void this.report(() => this.opened().close());
        return;
      case 'forgetWorkspace':
        void this.forget(message.id);
        return;
      case 'filesChanged':
        this.workspace?.changed(message.paths);
        return;
      case 'unsavedText':
        this.workspace?.unsaved(message.path, message.text);
        return;
      case 'rescanWorkspace':
        this.workspace?.rescan();
        return;
      case 'evaluateWorkspace':
        void this.evaluate(message.id, message.request);
        return;
      case 'cancelEvaluation':
        this.evaluation?.cancel(message.id);
        return;
      case 'ask':
        if (this.chat !== undefined) void this.chat.ask(message);
        else
          this.post({
            kind: 'chatEvent',
            id: message.id,
            event: { kind: 'failed', message: 'no model is loaded' },
          });
        return;
      case 'cancelAsk':
        this.chat?.cancel(message.id);
        return;
      case 'treeListed':
      case 'treeStats':
      case 'treeFile':
      case 'treeFailed':
        this.workspace?.answer(message);
        this.training?.answer(message);
        return;
      case 'measure':
        void this.report(() => this.measure(message.id));
        return;
      case 'prepareToEnd':
        void this.report(async () => {
          await this.workspace?.prepareToEnd();
          this.post({ kind: 'readyToEnd' });
        });
        return;
      case 'train':
        this.training ??= new TrainingHost(this.home, this.post);
        void this.training.train(message.workspace, message.request);
        return;
      case 'controlTraining':
        this.training?.control(message.control);
        return;
      case 'setPauseRules':
        this.training?.setPauseRules(message);
        return;
      default:
        message satisfies never;
    }
  }

  private async load(id: number, options: EngineOptions): Promise<void> {
    const { home } = this;
    this.evaluation?.cancel();
    this.chat?.cancelAll();
    // In the queue, so that no request still runs on the engine that is replaced.
    const engine = await this.queue.run(async () => {
      this.engine?.dispose();
      this.engine = undefined;
      return withModelInUse(
        options.trainings === null ? undefined : new TrainingFolder(options.trainings, home.storage),
        options.modelFolder,
        folder => loadOnBestDevice(home, folder, options, this.post),
        problem => {
          this.post({ kind: 'modelSetAside', problem });
        },
      );
    });
    this.engine = engine;
    const workspace = new WorkspaceHost(home, engine, this.traffic, this.post, this.mark);
    this.workspace = workspace;
    const { queue, traffic, post, mark } = this;
    this.evaluation = new EvaluationHost({
      engine,
      folders: described => workspace.folders(described),
      queue,
      traffic,
      mark,
      post,
    });
    this.chat?.dispose();
    this.chat = new ChatHost({
      home,
      devices: options.devices,
      engine,
      sources: (patienceMs, onWait, cancellation) => workspace.sources(patienceMs, onWait, cancellation),
      queue,
      traffic,
      post,
    });
    this.post({ kind: 'loaded', id, report: { ...engine.report, home: home.name } });
  }

  private async complete(id: number, request: CompletionRequest): Promise<void> {
    const cancellation = new CancellationSource();
    this.running.set(id, cancellation);
    this.traffic.enter();
    try {
      const result = await this.queue.run(() =>
        this.loaded().completer.complete(request, cancellation.token),
      );
      this.post({ kind: 'completed', id, result });
    } finally {
      this.running.delete(id);
      this.traffic.leave();
    }
  }

  private async prefetch(request: CompletionRequest, cancellation: CancellationSource): Promise<void> {
    this.traffic.enter();
    try {
      await this.queue.run(async () => {
        if (!cancellation.token.isCancellationRequested) {
          await this.loaded().completer.complete(request, cancellation.token);
        }
      });
    } catch (error) {
      this.post({ kind: 'log', level: 'debug', message: `prefetch: ${errorMessage(error)}` });
    } finally {
      this.traffic.leave();
    }
  }

  private async measure(id: number): Promise<void> {
    const rates = await this.queue.run(async () => this.engine?.measure());
    this.post({ kind: 'rates', id, rates: rates ?? null });
  }

  private loaded(): Engine {
    if (this.engine === undefined) throw new Error('no model is loaded');
    return this.engine;
  }

  private async forget(id: number): Promise<void> {
    let problem: string | null = null;
    try {
      await this.opened().forget();
    } catch (error) {
      problem = errorMessage(error);
    }
    this.post({ kind: 'forgotten', id, problem });
  }

  private async evaluate(id: number, request: EvaluationRequest): Promise<void> {
    if (this.evaluation !== undefined) await this.evaluation.evaluate(id, request);
    else this.post({ kind: 'notEvaluated', id, problem: 'no model is loaded' });
  }

  private opened(): WorkspaceHost {
    if (this.workspace === undefined) throw new Error('no model is loaded');
    return this.workspace;
  }

  /** For what nobody waits for: what goes wrong is told in the log. */
  private async report(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.post({ kind: 'log', level: 'error', message: errorMessage(error) });
    }
  }

  private async answer(id: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.post({ kind: 'failed', id, message: errorMessage(error) });
    }
  }
}
