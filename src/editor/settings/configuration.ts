// The settings' two ends in VS Code: reading them as a SettingsSource, and changing them from commands.

import { commands, ConfigurationTarget, window, workspace } from 'vscode';
import type { Logger } from '../../base/logger.ts';
import type { LanguageSwitches } from './languages.ts';
import type { SettingKey, SettingProblem, SettingsSource } from './settings.ts';

const section = 'tinymemory';

export const editorSettings: SettingsSource = {
  read: key => workspace.getConfiguration(section).get(key),
  onDidChange: listener =>
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(section)) listener();
    }),
};

/**
 * Changes a setting where it takes effect: in the workspace if the workspace sets it, else for the user. Rejects
 * where VS Code cannot write its settings.
 */
export async function writeSetting(key: SettingKey, value: unknown): Promise<void> {
  const configuration = workspace.getConfiguration(section);
  await configuration.update(key, value, targetOf(key));
}

/** Changes one entry of `tinymemory.languages` and leaves the others as the user wrote them. */
export async function writeLanguageSwitch(languageId: string, on: boolean): Promise<void> {
  const inspected = workspace.getConfiguration(section).inspect<LanguageSwitches>('languages');
  const target = targetOf('languages');
  const written = target === ConfigurationTarget.Global ? inspected?.globalValue : inspected?.workspaceValue;
  await writeSetting('languages', { ...written, [languageId]: on });
}

/** Logs a wrong setting and shows it once, with a way to correct it. */
export function tellSettingProblem(logger: Logger): (problem: SettingProblem) => void {
  return ({ setting, message }) => {
    logger.warn(message);
    void showSettingProblem(setting, message);
  };
}

async function showSettingProblem(setting: string, message: string): Promise<void> {
  const open = 'Open Settings';
  const answer = await window.showWarningMessage(`TinyMemory: ${message}`, open);
  if (answer === open) await openSettings(setting);
}

/** Opens VS Code's settings, filtered. */
export async function openSettings(filter = section): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', filter);
}

function targetOf(key: SettingKey): ConfigurationTarget {
  const inspected = workspace.getConfiguration(section).inspect(key);
  return inspected?.workspaceValue === undefined ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
}
