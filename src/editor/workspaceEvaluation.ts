// The command "Evaluate on This Workspace": runs the evaluation in the engine's worker, shows what it is doing in a
// notification that can cancel it, and opens the report in an editor tab.

import type { WebviewPanel } from 'vscode';
import { ProgressLocation, ViewColumn, window } from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import type { EvaluationEngine } from '../worker/evaluationClient.ts';
import { evaluateWorkspace } from '../worker/evaluationClient.ts';
import type { EvaluationReport } from '../worker/messages.ts';
import { evaluationPage, evaluationTitle } from './evaluationView.ts';
import { freshNonce } from './nonce.ts';
import type { SettingsStore } from './settings.ts';
import type { EditorMemory } from './workspaceMemory.ts';

export interface WorkspaceEvaluationParts {
  readonly client: EvaluationEngine;
  readonly settings: Pick<SettingsStore, 'current'>;
  /** Knows which files the workspace has, by which rules. */
  readonly memory: Pick<EditorMemory, 'description'>;
  readonly logger: Logger;
}

/** A fifth of the command line's: a minute or two. */
const tokens = 8_000;
/** The command line's default, so that both hold out the same files. */
const seed = 0;

export class WorkspaceEvaluation implements Disposable {
  private readonly parts: WorkspaceEvaluationParts;
  private panel: WebviewPanel | undefined;

  constructor(parts: WorkspaceEvaluationParts) {
    this.parts = parts;
  }

  /** Resolves when the report is open or the user cancelled; rejects with an Error for the user. */
  async run(): Promise<void> {
    const { client, settings, memory, logger } = this.parts;
    const workspace = memory.description();
    if (workspace.folders.length === 0) throw new Error('open a folder to evaluate on');
    const showThreshold = settings.current.showThreshold;
    const options = {
      location: ProgressLocation.Notification,
      title: 'TinyMemory: evaluating on this workspace',
      cancellable: true,
    };
    const report = await window.withProgress(options, (progress, cancellation) =>
      evaluateWorkspace(
        client,
        { workspace, seed, tokens, showThreshold },
        what => {
          // Notifications make links of brackets, which names of files may hold.
          progress.report({ message: what.replaceAll(/[[\]]/g, '') });
        },
        cancellation,
      ),
    );
    if (report === undefined) return;
    logger.info(`evaluated on this workspace in ${(report.elapsedMs / 1000).toFixed(0)} s`);
    this.show(report);
  }

  dispose(): void {
    this.panel?.dispose();
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
