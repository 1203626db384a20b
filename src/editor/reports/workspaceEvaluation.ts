// The command "Evaluate on This Workspace": runs the evaluation in the engine's worker, shows what it is doing in a
// notification that can cancel it, and opens the report in an editor tab.

import type { WebviewPanel } from 'vscode';
import { ProgressLocation, ViewColumn, window } from 'vscode';
import { CancellationSource } from '../../base/cancellation.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import type { EvaluationEngine } from '../../worker/client/evaluationClient.ts';
import { evaluateWorkspace } from '../../worker/client/evaluationClient.ts';
import type { EvaluationReport } from '../../worker/protocol/evaluation.ts';
import type { Workspace } from '../../worker/protocol/workspace.ts';
import { evaluationPage, evaluationTitle } from './evaluationView.ts';
import { freshNonce } from '../webviews/nonce.ts';
import type { LongWork } from '../settings/longWork.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';

export interface WorkspaceEvaluationParts {
  readonly client: EvaluationEngine;
  readonly settings: Pick<SettingsStore, 'current'>;
  /** Knows which files the workspace has, by which rules. */
  readonly memory: Pick<EditorMemory, 'description'>;
  readonly longWork: LongWork;
  readonly logger: Logger;
}

/** A fifth of the command line's: a minute or two. */
const tokens = 8_000;
/** The command line's default, so that both hold out the same files. */
const seed = 0;

export class WorkspaceEvaluation implements Disposable {
  private readonly parts: WorkspaceEvaluationParts;
  private panel: WebviewPanel | undefined;
  private running: CancellationSource | undefined;

  constructor(parts: WorkspaceEvaluationParts) {
    this.parts = parts;
    parts.longWork.add('evaluation', () => this.running !== undefined);
  }

  /** Resolves when the report is open or the user cancelled; rejects with an Error for the user. */
  async run(): Promise<void> {
    const { memory, logger } = this.parts;
    const workspace = memory.description();
    if (workspace.folders.length === 0) throw new Error('open a folder to evaluate on');
    if (this.running !== undefined) throw new Error('an evaluation runs already; wait for it or cancel it');
    if (this.parts.longWork.isRunning('training') && !(await this.wantsItBeside())) return;
    const cancellation = new CancellationSource();
    this.running = cancellation;
    let report;
    try {
      report = await this.measure(workspace, cancellation);
    } finally {
      this.running = undefined;
    }
    if (report === undefined || cancellation.token.isCancellationRequested) return;
    logger.info(`evaluated on this workspace in ${(report.elapsedMs / 1000).toFixed(0)} s`);
    this.show(report);
  }

  /** Cancels the evaluation that runs, and closes the report, which names files. */
  forgetWorkspace(): void {
    this.running?.cancel();
    this.panel?.dispose();
  }

  dispose(): void {
    this.running?.cancel();
    this.panel?.dispose();
  }

  private async wantsItBeside(): Promise<boolean> {
    const evaluate = 'Evaluate Anyway';
    const detail =
      'Beside it an evaluation makes both slower, and together they take more than a gigabyte of memory. Its latency figures ' +
      'will be worse than usual.';
    const options = { modal: true, detail };
    const question = 'A training on this workspace is running.';
    return (await window.showWarningMessage(question, options, evaluate)) === evaluate;
  }

  private async measure(
    workspace: Workspace,
    cancellation: CancellationSource,
  ): Promise<EvaluationReport | undefined> {
    const { client, settings } = this.parts;
    const { showThreshold } = settings.current;
    const options = {
      location: ProgressLocation.Notification,
      title: 'TinyMemory: evaluating on this workspace',
      cancellable: true,
    };
    return window.withProgress(options, async (progress, user) => {
      const cancelled = user.onCancellationRequested(() => {
        cancellation.cancel();
      });
      try {
        return await evaluateWorkspace(
          client,
          { workspace, seed, tokens, showThreshold },
          what => {
            // Notifications make links of brackets, which names of files may hold.
            progress.report({ message: what.replaceAll(/[[\]]/g, '') });
          },
          cancellation.token,
        );
      } finally {
        cancelled.dispose();
      }
    });
  }

  private show(report: EvaluationReport): void {
    if (this.panel === undefined) {
      const options = { enableScripts: false, enableCommandUris: false, localResourceRoots: [] };
      const panel = window.createWebviewPanel(
        'tinymemory.evaluation',
        evaluationTitle,
        ViewColumn.Active,
        options,
      );
      panel.onDidDispose(() => {
        this.panel = undefined;
      });
      this.panel = panel;
    } else this.panel.reveal();
    this.panel.webview.html = evaluationPage(report, freshNonce());
  }
}
