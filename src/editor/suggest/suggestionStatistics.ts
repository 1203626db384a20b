// Counts what suggestions are worth to the user, on this machine only, and shows it: wires the tracker to VS Code's
// documents, its counts to the store, and the store to the page.

import type { Memento, Uri } from 'vscode';
import { workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { folderOf, nameOf } from '../../base/files.ts';
import type { Logger } from '../../base/logger.ts';
import type { AcceptedSuggestion } from './inlineProvider.ts';
import { StatisticsPanel } from '../reports/statisticsPanel.ts';
import { StatisticsStore } from '../reports/statisticsStore.ts';
import type { SuggestionFlow } from './suggestionFlow.ts';
import { SuggestionTracker } from './suggestionTracker.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';

export interface SuggestionStatisticsParts {
  readonly flow: Pick<SuggestionFlow, 'onDidFinish'>;
  /** The user's, not the workspace's. */
  readonly globalState: Memento;
  /** The workspace's own folder for data, whose name tells workspaces apart. */
  readonly storageUri: Uri | undefined;
  readonly logger: Logger;
}

export class SuggestionStatistics implements Disposable {
  readonly tracker: SuggestionTracker;
  private readonly owned = new DisposableStore();
  private readonly store: StatisticsStore;
  private panel: StatisticsPanel | undefined;

  constructor({ flow, globalState, storageUri, logger }: SuggestionStatisticsParts) {
    const workspaceId = storageUri === undefined ? 'none' : nameOf(folderOf(storageUri.path));
    const store = this.owned.add(new StatisticsStore({ state: globalState, workspaceId, logger }));
    this.store = store;
    this.tracker = new SuggestionTracker((key, amount) => {
      store.add(key, amount);
    });
    this.owned.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        this.tracker.changed(document.uri.toString(), contentChanges);
      }),
    );
    this.owned.add(
      flow.onDidFinish(outcome => {
        if (outcome.kind === 'given') store.addLatency(outcome.latencyMs);
      }),
    );
  }

  /** Memory is shown beside the statistics. */
  showBeside(memory: Pick<EditorMemory, 'status'>): void {
    this.panel = this.owned.add(new StatisticsPanel({ statistics: this.store, memory }));
  }

  show(): void {
    this.panel?.show();
  }

  accepted({ id, characters }: AcceptedSuggestion): void {
    this.tracker.accepted(id, characters);
  }

  /** Forgets the statistics of all workspaces. */
  async reset(): Promise<void> {
    this.tracker.clear();
    await this.store.reset();
    this.panel?.refresh();
  }

  /** Forgets the statistics of this workspace. */
  async forgetWorkspace(): Promise<void> {
    this.tracker.clear();
    await this.store.forget();
    this.panel?.refresh();
  }

  /** Resolves once all counts are written. */
  async shutDown(): Promise<void> {
    await this.store.flush();
  }

  dispose(): void {
    this.owned.dispose();
  }
}
