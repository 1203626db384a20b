// Models out of the extension and into it, as folders in Hugging Face's layout: what was trained can be taken elsewhere,
// and what somebody else made can be used here once an engine has loaded it.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CancellationToken } from '../base/cancellation.ts';
import { neverCancelled } from '../base/cancellation.ts';
import type { Logger } from '../base/logger.ts';
import { EngineClient } from '../worker/client.ts';
import type { StartWorker } from '../worker/engineThread.ts';
import type { EngineOptions, EngineReport } from '../worker/messages.ts';
import { writeModelFolder } from '../worker/trainingFolder.ts';

/**
 * Copies a model's folder to a new folder `name` in `target`, with a number behind it where there is one already; beside
 * the model's files stands a folder `adapter` where there is one to copy. Either all of it is written or nothing. Gives
 * the path.
 */
export async function exportModel(
  modelFolder: string,
  adapterFolder: string | undefined,
  target: string,
  name: string,
): Promise<string> {
  const path = await freePath(join(target, name));
  await writeModelFolder(path, await readFiles(modelFolder));
  if (adapterFolder !== undefined && (await exists(adapterFolder))) {
    await writeModelFolder(join(path, 'adapter'), await readFiles(adapterFolder));
  }
  return path;
}

/** A name for a folder. */
export function folderName(modelName: string): string {
  const name = modelName
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
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
  const client = new EngineClient({ startWorker, options: undefined, logger, limits });
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

async function readFiles(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) files.set(entry.name, await readFile(join(folder, entry.name)));
  }
  return files;
}

async function freePath(wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(await exists(path))) return path;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
