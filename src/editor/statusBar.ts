// The status bar item: follows engine, settings, snooze, active editor and suggestions. A click opens the menu.

import { MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import { DisposableStore, toDisposable } from '../base/disposable.ts';
import type { EngineClient } from '../worker/client/client.ts';
import type { MeasuredRates } from '../worker/protocol/engineApi.ts';
import { isLanguageOn } from './settings/languages.ts';
import type { SettingsStore } from './settings/settings.ts';
import type { Snooze } from './settings/snooze.ts';
import { hoverCommands, statusView } from './statusView.ts';
import type { SuggestionFlow, SuggestionOutcome } from './suggest/suggestionFlow.ts';
import type { EditorMemory } from './memory/editorMemory.ts';

/** Thinking that ends sooner is not shown: the item would flicker at every keystroke. */
const thinkingShownAfterMs = 150;

export interface StatusBarParts {
  readonly client: EngineClient;
  readonly settings: SettingsStore;
  readonly snooze: Snooze;
  readonly flow: SuggestionFlow;
  readonly memory: Pick<EditorMemory, 'status' | 'onDidChange'>;
}

export function createStatusBar({ client, settings, snooze, flow, memory }: StatusBarParts): Disposable {
  const owned = new DisposableStore();
  const item = owned.add(window.createStatusBarItem('tinymemory.status', StatusBarAlignment.Right, 100));
  item.name = 'TinyMemory';
  item.command = 'tinymemory.showMenu';
  let thinking = false;
  let thinkingTimer: NodeJS.Timeout | undefined;
  let last: SuggestionOutcome | undefined;
  let rates: MeasuredRates | null | undefined;

  const render = (): void => {
    const id = window.activeTextEditor?.document.languageId;
    const view = statusView({
      enabled: settings.current.enable,
      snoozeEndsAtMs: snooze.endsAtMs,
      language: id === undefined ? undefined : { id, on: isLanguageOn(settings.current.languages, id) },
      engine: client.state,
      thinking,
      last,
      rates,
      memory: memory.status,
    });
    item.text = view.text;
    item.accessibilityInformation = { label: `TinyMemory: ${view.summary}`, role: 'button' };
    item.backgroundColor =
      view.kind === 'error' ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    const hover = new MarkdownString(view.hover, true);
    hover.isTrusted = { enabledCommands: hoverCommands };
    item.tooltip = hover;
  };
  const showThinking = (isThinking: boolean): void => {
    clearTimeout(thinkingTimer);
    if (isThinking) {
      thinkingTimer = setTimeout(() => {
        thinking = true;
        render();
      }, thinkingShownAfterMs);
    } else if (thinking) {
      thinking = false;
      render();
    }
  };

  owned.add(
    toDisposable(() => {
      clearTimeout(thinkingTimer);
    }),
  );
  owned.add(
    client.onDidChangeState(() => {
      // They were another engine's, or another device's.
      rates = undefined;
      render();
    }),
  );
  owned.add(
    client.onDidMeasureRates(measured => {
      rates = measured;
      render();
    }),
  );
  owned.add(settings.onDidChange(render));
  owned.add(memory.onDidChange(render));
  owned.add(snooze.onDidChange(render));
  owned.add(window.onDidChangeActiveTextEditor(render));
  owned.add(flow.onDidChangeActivity(showThinking));
  owned.add(
    flow.onDidFinish(outcome => {
      last = outcome;
      render();
    }),
  );
  render();
  item.show();
  return owned;
}
