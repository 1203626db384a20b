// The training view in an editor tab, one at a time: tells the page what runs and what was trained, and does what it asks
// for. The page is not trusted: what it sends is parsed, and names only trainings that there are.

import { counted } from '../../base/counted.ts';
import type { WebviewPanel } from 'vscode';
import { Uri, ViewColumn, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { Run, TrainingPageChange } from '../../pages/training/api.ts';
import { trainingHostApi, trainingPageApi } from '../../pages/training/api.ts';
import type { Calls, Handlers } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import { serve } from '../../base/requests/serve.ts';
import { openPlace } from '../webviews/chatPlaces.ts';
import { fillWebview } from '../webviews/interactiveWebview.ts';
import { saying } from '../webviews/saying.ts';
import { webviewPort } from '../webviews/webviewPort.ts';
import type { TrainingModels } from './trainingModels.ts';
import type { TrainingSession } from './trainingSession.ts';

export interface TrainingPanelParts {
  readonly extensionUri: Uri;
  readonly session: Pick<
    TrainingSession,
    'state' | 'options' | 'obstacle' | 'interrupted' | 'onDidChange' | 'control'
  >;
  readonly models: Pick<TrainingModels, 'list' | 'onDidChange' | 'use'>;
  /** Does what the commands do; what it rejects with is for the user. */
  readonly actions: {
    train(): Promise<void>;
    resume(): Promise<void>;
    discard(): Promise<void>;
    rollBack(): Promise<void>;
    exportModel(id: string): Promise<void>;
    remove(id: string): Promise<void>;
  };
  readonly logger: Logger;
}

const panelType = 'tinymemory.training';
const title = 'Training';

export class TrainingPanel implements Disposable {
  private readonly parts: TrainingPanelParts;
  private readonly owned = new DisposableStore();
  private panel: WebviewPanel | undefined;
  private page: Calls<typeof trainingPageApi> | undefined;
  private isReady = false;

  constructor(parts: TrainingPanelParts) {
    this.parts = parts;
    const { session, models } = parts;
    this.owned.add(
      session.onDidChange(({ kind }) => {
        this.tellRun();
        if (kind !== 'running') this.refreshTrainings();
      }),
    );
    this.owned.add(
      models.onDidChange(() => {
        this.refreshTrainings();
      }),
    );
    this.owned.add(
      window.registerWebviewPanelSerializer(panelType, {
        deserializeWebviewPanel: panel => {
          this.adopt(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  show(): void {
    if (this.panel === undefined)
      this.adopt(window.createWebviewPanel(panelType, title, ViewColumn.Active, {}));
    else this.panel.reveal();
  }

  dispose(): void {
    this.owned.dispose();
    this.panel?.dispose();
  }

  private adopt(panel: WebviewPanel): void {
    const { extensionUri } = this.parts;
    this.panel?.dispose();
    this.panel = panel;
    this.isReady = false;
    const owned = new DisposableStore();
    const port = webviewPort(panel.webview, owned);
    this.page = owned.add(connect(trainingPageApi, port)).calls;
    owned.add(
      serve(trainingHostApi, port, this.handlers(), message => {
        this.parts.logger.warn(`training view: ${message}`);
      }),
    );
    panel.onDidDispose(() => {
      owned.dispose();
      if (this.panel === panel) this.panel = undefined;
    });
    panel.iconPath = Uri.joinPath(extensionUri, 'media/icon.png');
    fillWebview(panel.webview, extensionUri, 'training', title);
  }

  private handlers(): Handlers<typeof trainingHostApi> {
    const { session, models, actions } = this.parts;
    return {
      ready: () => {
        this.isReady = true;
        this.tellRun();
        return this.tellTrainings();
      },
      train: this.saying('train', () => actions.train()),
      resume: this.saying('resume', () => actions.resume()),
      discard: this.saying('discard', () => actions.discard()),
      pause: () => {
        session.control('pause');
      },
      insist: () => {
        session.control('insist');
      },
      stop: () => {
        session.control('stop');
      },
      rollBack: this.saying('rollBack', () => actions.rollBack()),
      use: this.saying('use', ({ id }) => models.use(id ?? undefined)),
      export: this.saying('export', ({ id }) => actions.exportModel(id)),
      remove: this.saying('remove', ({ id }) => actions.remove(id)),
      openPlace: this.saying('openPlace', ({ path, line }) => openPlace(path, line, line)),
    };
  }

  private saying<T>(name: string, act: (input: T) => Promise<unknown>): (input: T) => Promise<void> {
    const parts = {
      page: 'training view',
      logger: this.parts.logger,
      notice: (text: string) => {
        this.post({ kind: 'notice', text });
      },
    };
    return saying(parts, name, act);
  }

  /** Sends the list again. Nobody waits for it, so errors are logged. */
  private refreshTrainings(): void {
    this.tellTrainings().catch((error: unknown) => {
      this.parts.logger.error(`training view: the trainings could not be listed: ${errorMessage(error)}`);
    });
  }

  private tellRun(): void {
    const { session } = this.parts;
    this.post({ kind: 'run', run: this.run(), obstacle: session.obstacle ?? null });
  }

  private run(): Run | null {
    const { state, options } = this.parts.session;
    if (state.kind !== 'running' || options === undefined) return null;
    const { phase, progress = null, paused = null, ending = null, judging = null, device } = state;
    return {
      mode: options.mode.kind,
      minutes: options.minutes,
      ...(options.steps === undefined ? {} : { steps: options.steps }),
      phase,
      progress,
      paused,
      ending,
      judging,
      device: device === undefined ? null : `${device.name}, ${counted(device.threads, 'thread')}`,
    };
  }

  private async tellTrainings(): Promise<void> {
    if (!this.isReady) return;
    const { models, session } = this.parts;
    const [{ trainings, activeId = null }, interrupted] = await Promise.all([
      models.list(),
      session.interrupted(),
    ]);
    const isUnfinished = interrupted !== undefined;
    this.post({ kind: 'trainings', trainings: [...trainings], activeId, isUnfinished });
  }

  private post(message: TrainingPageChange): void {
    // A page that is hidden or gone drops it; it asks for everything when it comes back.
    if (this.isReady) this.page?.update(message);
  }
}
