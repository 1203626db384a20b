// The commands of the palette, the menu and the keybindings. A command that fails tells the user why.

import type { QuickPickItem } from 'vscode';
import { commands, QuickPickItemKind, window } from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import { writeLanguageSwitch, writeSetting } from './settings/configuration.ts';
import type { AcceptedSuggestion } from './suggest/inlineProvider.ts';
import { acceptedCommand } from './suggest/inlineProvider.ts';
import { isLanguageOn } from './settings/languages.ts';
import type { MenuEntry, MenuGroup, MenuState } from './menu.ts';
import { menuGroups, snoozeEntries } from './menu.ts';
import type { SettingsStore } from './settings/settings.ts';
import { registerHandlers } from './settings/registerHandlers.ts';
import type { Snooze } from './settings/snooze.ts';
import type { SuggestionStatistics } from './suggest/suggestionStatistics.ts';
import type { WorkspaceEvaluation } from './reports/workspaceEvaluation.ts';
import type { EditorMemory } from './memory/editorMemory.ts';

export interface CommandParts {
  readonly settings: SettingsStore;
  readonly snooze: Snooze;
  readonly logger: Logger;
  readonly showLog: () => void;
  readonly showReport: () => Promise<void>;
  readonly restartEngine: () => void;
  readonly memory: Pick<EditorMemory, 'forget' | 'remember' | 'status'>;
  readonly statistics: Pick<SuggestionStatistics, 'show' | 'reset' | 'accepted'>;
  readonly evaluation: Pick<WorkspaceEvaluation, 'run'>;
  readonly trainingKind: () => Promise<MenuState['training']>;
}

export function registerCommands(parts: CommandParts): Disposable {
  const { settings, snooze, logger, memory, statistics, evaluation } = parts;
  const handlers: Readonly<Record<string, (argument: unknown) => unknown>> = {
    'tinymemory.toggle': () => writeSetting('enable', !settings.current.enable),
    'tinymemory.toggleLanguage': () => toggleLanguage(settings),
    'tinymemory.snooze': minutes => snoozeFor(snooze, minutes),
    'tinymemory.suggest': () => commands.executeCommand('editor.action.inlineSuggest.trigger'),
    'tinymemory.showMenu': async () => {
      const training = await parts.trainingKind();
      const groups = menuGroups({
        enabled: settings.current.enable,
        isSnoozed: snooze.isSnoozed,
        language: activeLanguage(settings),
        memory: memory.status,
        training,
      });
      await pick('TinyMemory', groups);
    },
    'tinymemory.showLog': parts.showLog,
    'tinymemory.engineReport': parts.showReport,
    'tinymemory.restartEngine': parts.restartEngine,
    'tinymemory.forgetWorkspace': () => memory.forget(),
    'tinymemory.rememberWorkspace': () => memory.remember(),
    'tinymemory.evaluateWorkspace': () => evaluation.run(),
    'tinymemory.showStatistics': () => {
      statistics.show();
    },
    'tinymemory.resetStatistics': () => statistics.reset(),
    [acceptedCommand]: accepted => {
      // Only our own items carry this command.
      const suggestion = accepted as AcceptedSuggestion;
      logger.debug(`suggestion accepted, probability ${suggestion.probability}`);
      statistics.accepted(suggestion);
    },
  };
  return registerHandlers(handlers, logger);
}

function activeLanguage(settings: SettingsStore): { id: string; on: boolean } | undefined {
  const id = window.activeTextEditor?.document.languageId;
  return id === undefined ? undefined : { id, on: isLanguageOn(settings.current.languages, id) };
}

async function toggleLanguage(settings: SettingsStore): Promise<void> {
  const language = activeLanguage(settings);
  if (language === undefined) throw new Error('open a file of the language to switch first');
  await writeLanguageSwitch(language.id, !language.on);
}

/** Minutes of a keybinding's or the menu's argument, 0 to resume; without them the user is asked. */
async function snoozeFor(snooze: Snooze, minutes: unknown): Promise<void> {
  if (typeof minutes !== 'number' || !Number.isFinite(minutes)) {
    await pick('Snooze TinyMemory', [{ title: '', entries: snoozeEntries(snooze.isSnoozed) }]);
  } else if (minutes > 0) snooze.start(minutes);
  else snooze.resume();
}

/** A group without a title has no line above it. */
async function pick(title: string, groups: readonly MenuGroup[]): Promise<void> {
  const items = groups.flatMap(({ title: label, entries }): (QuickPickItem & Partial<MenuEntry>)[] => [
    ...(label === '' ? [] : [{ label, kind: QuickPickItemKind.Separator }]),
    ...entries,
  ]);
  const chosen = await window.showQuickPick(items, { title, placeHolder: 'Choose an action' });
  if (chosen?.command === undefined) return;
  await commands.executeCommand(chosen.command, ...(chosen.arguments ?? []));
}
