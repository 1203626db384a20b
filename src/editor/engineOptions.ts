// What the engine is to load: the model that was trained on this workspace, where one is in use, else that of the
// settings.

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Uri } from 'vscode';
import type { EngineOptions } from '../worker/messages.ts';
import { TrainingFolder } from '../worker/trainingFolder.ts';
import type { Settings } from './settings.ts';

/** Where trainings of a workspace are kept; undefined where VS Code has no place for it on this machine's disk. */
export function trainingFolder(storageUri: Uri | undefined): TrainingFolder | undefined {
  return storageUri?.scheme === 'file' ? new TrainingFolder(join(storageUri.fsPath, 'trainings')) : undefined;
}

/** `extensionPath` is where the bundled model and the runtime lie. */
export function engineOptions(
  extensionPath: string,
  settings: Settings,
  trainings: TrainingFolder | undefined,
): EngineOptions {
  return {
    modelFolder: trainings?.activeModelFolder() ?? baseModelFolder(extensionPath, settings.modelFolder),
    runtimeFolder: join(extensionPath, 'dist/runtime'),
    threads: settings.threads,
  };
}

/** The model that nothing was trained of: that of the setting, or the bundled one. */
function baseModelFolder(extensionPath: string, setting: string): string {
  if (setting === '') return join(extensionPath, 'models/bundled');
  return setting.replace(/^~(?=[/\\])/, () => homedir());
}
