// Shows the statistics page in an editor tab: one at a time, drawn anew when it is shown again or reset.

import type { WebviewPanel } from 'vscode';
import { ViewColumn, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { freshNonce } from '../webviews/nonce.ts';
import type { StatisticsStore } from './statisticsStore.ts';
import { pageCommands, statisticsPage } from './statisticsView.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';

export interface StatisticsPanelParts {
  readonly statistics: Pick<StatisticsStore, 'all' | 'today'>;
  readonly memory: Pick<EditorMemory, 'status'>;
}

export class StatisticsPanel implements Disposable {
  private readonly parts: StatisticsPanelParts;
  private panel: WebviewPanel | undefined;

  constructor(parts: StatisticsPanelParts) {
    this.parts = parts;
  }

  show(): void {
    if (this.panel === undefined) {
      const title = 'What TinyMemory did for you';
      const options = { enableScripts: false, enableCommandUris: pageCommands, localResourceRoots: [] };
      const panel = window.createWebviewPanel('tinymemory.statistics', title, ViewColumn.Active, options);
      panel.onDidDispose(() => {
        this.panel = undefined;
      });
      this.panel = panel;
    } else this.panel.reveal();
    this.refresh();
  }

  /** Draws the page anew if it is open. */
  refresh(): void {
    if (this.panel === undefined) return;
    const { statistics, memory } = this.parts;
    const nonce = freshNonce();
    this.panel.webview.html = statisticsPage({
      all: statistics.all(),
      today: statistics.today,
      memory: memory.status,
      nonce,
    });
  }

  dispose(): void {
    this.panel?.dispose();
  }
}
