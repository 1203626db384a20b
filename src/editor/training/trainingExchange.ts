// "Export Model..." and "Import Model...": asks where to and from, and what an imported model is to be used for.

import type { Uri } from 'vscode';
import { commands, ConfigurationTarget, ProgressLocation, window, workspace } from 'vscode';
import { nameOf } from '../../base/files.ts';
import type { Logger } from '../../base/logger.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import type { StartWorker } from '../../worker/client/engineWorker.ts';
import type { EngineOptions } from '../../worker/protocol/engineOptions.ts';
import type { TrainingFolder } from '../../worker/storage/trainingFolder.ts';
import type { EditorHome } from '../engine/editorHome.ts';
import { exportModel, folderName, tryModel } from './trainingExport.ts';
import type { TrainingModels } from './trainingModels.ts';

export interface TrainingExchangeParts {
  readonly home: EditorHome;
  readonly client: Pick<EngineClient, 'report'>;
  readonly startWorker: StartWorker;
  /** Of the engine as it runs now. */
  readonly engineOptions: () => EngineOptions;
  readonly folder: TrainingFolder | undefined;
  readonly models: TrainingModels;
  readonly logger: Logger;
}

/**
 * Exports the model of a training, or the one in use, to a folder that the user chooses unless it is given. Gives the
 * place of what was written; undefined where the user thinks better of it. Rejects with an Error for the user.
 */
export async function exportByDialog(
  parts: TrainingExchangeParts,
  id?: string,
  chosen?: Uri,
): Promise<string | undefined> {
  const { home, client, engineOptions, folder, models } = parts;
  const { trainings, activeId } = await models.list();
  const exported = id ?? activeId;
  const report = trainings.find(training => training.report.id === exported)?.report;
  const target =
    chosen ?? (await chooseFolder('Export Model', 'Export Here', 'A folder for the model is made in it'));
  if (target === undefined) return undefined;
  const isTrained = exported !== undefined && folder !== undefined;
  const place = await exportModel(
    home.storage.files,
    isTrained ? folder.modelFolder(exported) : engineOptions().modelFolder,
    isTrained ? folder.adapterFolder(exported) : undefined,
    placeOf(target, home),
    folderName(report?.modelName ?? client.report?.modelName ?? 'model'),
  );
  void tellExported(place, home);
  return place;
}

/** Has a model used that lies in a folder, once an engine has loaded it. Rejects with an Error for the user. */
export async function importByDialog(parts: TrainingExchangeParts, chosen?: Uri): Promise<void> {
  const { home, startWorker, engineOptions, models, logger } = parts;
  const source = chosen ?? (await chooseFolder('Import Model', 'Import', 'A folder in Hugging Face layout'));
  if (source === undefined) return;
  const modelFolder = placeOf(source, home);
  const options = { ...engineOptions(), modelFolder, trainings: null };
  const progress = {
    location: ProgressLocation.Notification,
    title: `TinyMemory: trying the model in ${nameOf(source.path).replaceAll(/[[\]]/g, '')}`,
    cancellable: true,
  };
  const report = await window.withProgress(progress, (_, cancellation) =>
    tryModel(startWorker, options, logger, cancellation),
  );
  if (report === undefined) return;
  const target = await chooseTarget(report.modelName);
  if (target === undefined) return;
  const configuration = workspace.getConfiguration('tinymemory');
  await configuration.update('modelFolder', modelFolder, target);
  // It was chosen over whatever was trained here.
  if ((await models.list()).activeId !== undefined) await models.use(undefined);
}

async function chooseTarget(modelName: string): Promise<ConfigurationTarget | undefined> {
  const choices = [
    { label: 'For this workspace', target: ConfigurationTarget.Workspace },
    { label: 'For all workspaces', target: ConfigurationTarget.Global },
  ];
  const offered = (workspace.workspaceFolders ?? []).length > 0 ? choices : choices.slice(1);
  const title = `${modelName} works: where is it to be used?`;
  return (await window.showQuickPick(offered, { title, placeHolder: 'Sets tinymemory.modelFolder' }))?.target;
}

async function chooseFolder(title: string, openLabel: string, detail: string): Promise<Uri | undefined> {
  const options = { canSelectFiles: false, canSelectFolders: true, canSelectMany: false };
  return (await window.showOpenDialog({ ...options, title: `${title}: ${detail}`, openLabel }))?.[0];
}

function placeOf(uri: Uri, home: EditorHome): string {
  const place = home.placeOf(uri);
  if (place === undefined)
    throw new Error('choose a folder on the disk of the machine that TinyMemory runs on');
  return place;
}

async function tellExported(place: string, { disk, uriOf }: EditorHome): Promise<void> {
  const show = 'Show in File Manager';
  const choices = disk === undefined ? [] : [show];
  const answer = await window.showInformationMessage(`TinyMemory: the model is in ${place}`, ...choices);
  if (answer === show) await commands.executeCommand('revealFileInOS', uriOf(place));
}
