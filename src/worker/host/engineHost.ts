// The engine behind its API: loads models, and has each request done by the part that it is for. A request that fails is
// answered with its error; the engine goes on.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationSource } from '../../base/cancellation.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { Calls, Handlers } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import type { Port } from '../../base/requests/port.ts';
import { serve } from '../../base/requests/serve.ts';
import { SerialQueue } from '../../base/scheduling/serialQueue.ts';
import { Traffic } from '../../base/scheduling/traffic.ts';
import type { CompletionRequest, CompletionResult } from '../../complete/types.ts';
import { loadOnBestDevice } from '../engine/bestDevice.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import type { Engine } from '../engine/loadEngine.ts';
import { editorApi } from '../protocol/editorApi.ts';
import { engineApi, engineEvents } from '../protocol/engineApi.ts';
import type { EngineOptions, EngineReport } from '../protocol/engineOptions.ts';
import { trainingApi } from '../protocol/trainingApi.ts';
import { TrainingFolder, withModelInUse } from '../storage/trainingFolder.ts';
import { ChatHost } from './chatHost.ts';
import { EvaluationHost } from './evaluationHost.ts';
import { PostedMark } from './postedMark.ts';
import { postingLogger } from './postingLogger.ts';
import { trainingHandlers } from './trainingHost.ts';
import { WorkspaceHost } from './workspaceHost.ts';

/** Serves the APIs of an engine and of a training on the port; one worker is asked for one of the two. */
export function startEngine(home: EngineHome, port: Port): void {
  const editor = connect(editorApi, port).calls;
  const events = connect(engineEvents, port).calls;
  const logger = postingLogger(editor);
  const host = new EngineHost({ home, editor, events, logger });
  // Before the message is answered.
  port.onMessage(() => {
    host.mark.clear();
  });
  const onError = (message: string): void => {
    logger.error(message);
  };
  serve(engineApi, port, engineHandlers(host), onError);
  serve(trainingApi, port, trainingHandlers(home, editor), onError);
}

function engineHandlers(host: EngineHost): Handlers<typeof engineApi> {
  return {
    load: options => host.load(options),
    complete: (request, token) => host.complete(request, token),
    prefetch: request => host.prefetch(request),
    openWorkspace: workspace => host.loaded.workspace.open(workspace),
    closeWorkspace: () => host.loaded.workspace.close(),
    forgetWorkspace: () => host.loaded.workspace.forget(),
    filesChanged(paths) {
      host.parts?.workspace.changed(paths);
    },
    unsavedText({ path, text }) {
      host.parts?.workspace.unsaved(path, text);
    },
    rescanWorkspace() {
      host.parts?.workspace.rescan();
    },
    evaluate: (request, token) => host.loaded.evaluation.evaluate(request, token),
    ask: (question, token) => host.loaded.chat.ask(question, token),
    measure: async () => (await host.measure()) ?? null,
    prepareToEnd: async () => host.parts?.workspace.prepareToEnd(),
  };
}

interface EngineHostParts {
  readonly home: EngineHome;
  readonly editor: Calls<typeof editorApi>;
  readonly events: Calls<typeof engineEvents>;
  readonly logger: Logger;
}

/** What works with one loaded model. */
interface LoadedParts {
  readonly workspace: WorkspaceHost;
  readonly evaluation: EvaluationHost;
  readonly chat: ChatHost;
}

class EngineHost {
  readonly mark: PostedMark;
  /** Of the last model that was loaded; kept while another is loaded. */
  parts: LoadedParts | undefined;
  private readonly home: EngineHome;
  private readonly editor: EngineHostParts['editor'];
  private readonly events: EngineHostParts['events'];
  private readonly logger: Logger;
  /** What hangs or dies in it is no file's fault. */
  private readonly queue: SerialQueue;
  /** Requests that are not answered yet: what is done in the background waits for them. */
  private readonly traffic = new Traffic();
  private prefetching: CancellationSource | undefined;
  private engine: Engine | undefined;

  constructor({ home, editor, events, logger }: EngineHostParts) {
    this.home = home;
    this.editor = editor;
    this.events = events;
    this.logger = logger;
    const mark = new PostedMark(editor.reading, () => this.traffic.isBusy);
    this.mark = mark;
    this.queue = new SerialQueue(() => {
      mark.clear();
    });
  }

  /** Throws where no model was loaded yet. */
  get loaded(): LoadedParts {
    if (this.parts === undefined) throw new Error('no model is loaded');
    return this.parts;
  }

  async load(options: EngineOptions): Promise<EngineReport> {
    const { home, editor, events } = this;
    this.parts?.evaluation.cancel();
    this.parts?.chat.cancelAll();
    // In the queue, so that no request still runs on the engine that is replaced.
    const engine = await this.queue.run(async () => {
      this.engine?.dispose();
      this.engine = undefined;
      return withModelInUse(
        options.trainings === null ? undefined : new TrainingFolder(options.trainings, home.storage),
        options.modelFolder,
        folder => loadOnBestDevice(home, folder, options, { editor, events }),
        editor.modelSetAside,
      );
    });
    this.engine = engine;
    this.parts?.chat.dispose();
    this.parts = this.partsOf(engine, options);
    return { ...engine.report, home: home.name };
  }

  async complete(request: CompletionRequest, token: CancellationToken): Promise<CompletionResult> {
    // Whatever is computed for later gives way to what is asked for now.
    this.prefetching?.cancel();
    this.traffic.enter();
    try {
      return await this.queue.run(() => this.completed(request, token));
    } finally {
      this.traffic.leave();
    }
  }

  async prefetch(request: CompletionRequest): Promise<void> {
    this.prefetching?.cancel();
    const { token } = (this.prefetching = new CancellationSource());
    this.traffic.enter();
    try {
      await this.queue.run(async () => {
        if (!token.isCancellationRequested) await this.completed(request, token);
      });
    } catch (error) {
      this.logger.debug(`prefetch: ${errorMessage(error)}`);
    } finally {
      this.traffic.leave();
    }
  }

  measure(): Promise<Awaited<ReturnType<Engine['measure']>> | undefined> {
    return this.queue.run(async () => this.engine?.measure());
  }

  private async completed(request: CompletionRequest, token: CancellationToken): Promise<CompletionResult> {
    if (this.engine === undefined) throw new Error('no model is loaded');
    return this.engine.completer.complete(request, token);
  }

  private partsOf(engine: Engine, { devices }: EngineOptions): LoadedParts {
    const { home, editor, events, logger, mark, queue, traffic } = this;
    const workspace = new WorkspaceHost({
      ...{ home, engine, traffic, mark, logger },
      tree: editor,
      onState: events.memory,
    });
    return {
      workspace,
      evaluation: new EvaluationHost({
        ...{ engine, queue, traffic, mark },
        folders: described => workspace.folders(described),
      }),
      chat: new ChatHost({
        ...{ home, devices, engine, queue, traffic, editor },
        sources: (patienceMs, onWait, cancellation) => workspace.sources(patienceMs, onWait, cancellation),
      }),
    };
  }
}
