// Models out of the extension and into it, as folders in Hugging Face's layout: what was trained can be taken elsewhere,
// and what somebody else made can be used here once an engine has loaded it.

import type { CancellationToken } from '../../base/cancellation.ts';
import { neverCancelled } from '../../base/cancellation.ts';
import type { Files } from '../../base/files.ts';
import { placeIn, writeFolder } from '../../base/files.ts';
import type { Logger } from '../../base/logger.ts';
import { checkedReader } from '../../model/checksums.ts';
import { EngineClient } from '../../worker/client/client.ts';
import type { StartWorker } from '../../worker/client/engineWorker.ts';
import { noEditorFiles } from '../../worker/client/serveEditor.ts';
import type { EngineOptions, EngineReport } from '../../worker/protocol/engineOptions.ts';

/**
 * Copies a model's folder to a new folder `name` in `target`, with a number behind it where there is one already; beside
 * the model's files stands a folder `adapter` where there is one to copy. Either all of it is written or nothing. Gives
 * the place. Rejects with a DamagedModelError where a file is not what its checksum says.
 */
export async function exportModel(
  files: Files,
  modelFolder: string,
  adapterFolder: string | undefined,
  target: string,
  name: string,
): Promise<string> {
  const model = await readFiles(files, modelFolder);
  if (model.size === 0)
    throw new Error(`what lies in ${modelFolder} cannot be listed here, so it stays there`);
  const place = await freePlace(files, placeIn(target, name));
  await writeFolder(files, place, model);
  if (adapterFolder !== undefined && (await files.exists(adapterFolder))) {
    await writeFolder(files, placeIn(place, 'adapter'), await readFiles(files, adapterFolder));
  }
  return place;
}

/** A name for a folder. */
export function folderName(modelName: string): string {
  const name = modelName
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|(?<![-.])[-.]+$/g, '')
    .slice(0, 64);
  return name === '' ? 'model' : name;
}

/**
 * Loads the model into an engine of its own, as it would be loaded for suggestions: whatever is missing, damaged or does
 * not fit is an error that names the file. Gives undefined when cancelled.
 */
export async function tryModel(
  startWorker: StartWorker,
  options: EngineOptions,
  logger: Logger,
  cancellation: CancellationToken = neverCancelled,
): Promise<EngineReport | undefined> {
  // One that crashes the engine is not tried again.
  const limits = { restarts: { delaysMs: [], windowMs: 60_000 } };
  const client = new EngineClient({ startWorker, options: undefined, files: noEditorFiles, logger, limits });
  try {
    return await new Promise((resolve, reject) => {
      client.onDidChangeState(state => {
        if (state.kind === 'ready') resolve(state.report);
        else if (state.kind === 'failed') reject(new Error(state.message));
      });
      cancellation.onCancellationRequested(() => {
        resolve(undefined);
      });
      client.restart(options);
    });
  } finally {
    await client.shutDown();
  }
}

async function readFiles(files: Files, folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  const checked = await checkedReader(folder, files);
  for (const { name, isFile } of await files.list(folder)) {
    const bytes = isFile ? await checked.read(placeIn(folder, name)) : undefined;
    if (bytes !== undefined) contents.set(name, bytes);
  }
  return contents;
}

async function freePlace(files: Files, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const place = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(await files.exists(place))) return place;
  }
}
