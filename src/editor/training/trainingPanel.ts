// The training view in an editor tab, one at a time: tells the page what runs and what was trained, and does what it asks
// for. The page is not trusted: what it sends is parsed, and names only trainings that there are.

import { counted } from '../../base/counted.ts';
import * as v from 'valibot';
import type { WebviewPanel } from 'vscode';
import { Uri, ViewColumn, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { FromPage, Run, ToPage } from '../../pages/training/messages.ts';
import { fromPageSchema } from '../../pages/training/messages.ts';
import { openPlace } from '../webviews/chatPlaces.ts';
import { fillWebview } from '../webviews/interactiveWebview.ts';
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

export const panelType = 'tinymemory.training';
const title = 'Training';

export class TrainingPanel implements Disposable {
  private readonly parts: TrainingPanelParts;
  private readonly owned = new DisposableStore();
  private panel: WebviewPanel | undefined;
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
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    panel.iconPath = Uri.joinPath(extensionUri, 'media/icon.png');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      void this.receive(message);
    });
    fillWebview(panel.webview, extensionUri, 'training', title);
  }

  private async receive(raw: unknown): Promise<void> {
    const parsed = v.safeParse(fromPageSchema, raw);
    if (!parsed.success) {
      const problem = v.summarize(parsed.issues);
      this.parts.logger.warn(`training view: dropped a message of the wrong shape: ${problem}`);
      return;
    }
    try {
      await this.handle(parsed.output);
    } catch (error) {
      this.parts.logger.warn(`training view: ${parsed.output.kind}: ${errorMessage(error)}`);
      this.post({ kind: 'notice', text: errorMessage(error) });
    }
  }

  private async handle(message: FromPage): Promise<void> {
    const { session, models, actions } = this.parts;
    switch (message.kind) {
      case 'ready':
        this.isReady = true;
        this.tellRun();
        await this.tellTrainings();
        return;
      case 'train':
        await actions.train();
        return;
      case 'resume':
        await actions.resume();
        return;
      case 'discard':
        await actions.discard();
        return;
      case 'pause':
      case 'insist':
      case 'stop':
        session.control(message.kind);
        return;
      case 'rollBack':
        await actions.rollBack();
        return;
      case 'use':
        await models.use(message.id ?? undefined);
        return;
      case 'export':
        await actions.exportModel(message.id);
        return;
      case 'remove':
        await actions.remove(message.id);
        return;
      case 'openPlace':
        await openPlace(message.path, message.line, message.line);
        return;
      default:
        message satisfies never;
    }
  }

  /** The list is told anew; what goes wrong is logged, for nobody waits for it. */
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

  private post(message: ToPage): void {
    // A page that is hidden or gone drops it; it asks for everything when it comes back.
    if (this.isReady) void this.panel?.webview.postMessage(message);
  }
}
