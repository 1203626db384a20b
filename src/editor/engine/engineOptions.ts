// What the engine is to load: the model that was trained on this workspace, where one is in use, else that of the
// settings.

import { Uri } from 'vscode';
import { placeIn } from '../../base/files.ts';
import type { EngineOptions } from '../../worker/protocol/engineOptions.ts';
import { TrainingFolder } from '../../worker/storage/trainingFolder.ts';
import type { EditorHome } from './editorHome.ts';
import type { Settings } from '../settings/settings.ts';

/** Where trainings of a workspace are kept; undefined where VS Code has no place for it. */
export function trainingFolder(
  { placeOf, storage }: Pick<EditorHome, 'placeOf' | 'storage'>,
  storageUri: Uri | undefined,
): TrainingFolder | undefined {
  const place = storageUri === undefined ? undefined : placeOf(storageUri);
  return place === undefined ? undefined : new TrainingFolder(placeIn(place, 'trainings'), storage);
}

/** A path of the settings, in which `~/` is the user's folder. */
export function expandHome(disk: EditorHome['disk'], path: string): string {
  return path.replace(/^~(?=[/\\])/, home => disk?.userFolder ?? home);
}

/** `extensionUri` is where the bundled model and the runtime lie. */
export function engineOptions(
  { placeOf, disk }: Pick<EditorHome, 'placeOf' | 'disk'>,
  extensionUri: Uri,
  { modelFolder, threads }: Settings,
  trainings: TrainingFolder | undefined,
): EngineOptions {
  const shipped = (path: string): string => placeOf(Uri.joinPath(extensionUri, path)) ?? '';
  return {
    modelFolder: modelFolder === '' ? shipped('models/bundled') : expandHome(disk, modelFolder),
    trainings: trainings?.path ?? null,
    runtimeFolder: shipped('dist/runtime'),
    threads,
  };
}
