// What every worker, of an engine or of a training, asks and tells the extension host.

import * as v from 'valibot';
import { defineApi, event, request } from '../../base/requests/api.ts';
import { deviceTimesSchema } from './engineOptions.ts';
import { fileSchema } from './workspace.ts';

/** Kinds of entries as the letters of one string: file, folder, symbolic link, other. */
export const entryLetters = { file: 'f', folder: 'd', symlink: 'l', other: 'o' } as const;

/** A file system that is silent for so long is taken for dead; what was asked counts as unreadable. */
const files = { timeoutMs: 60_000 };

const inFolder = {
  /** The URI of a folder of the workspace, on a file system that only the editor reaches. */
  folder: v.string(),
  /** Relative to it; '' is the folder. */
  path: v.string(),
};

const listingSchema = v.object({
  names: v.array(v.string()),
  /** One of `entryLetters` for each name. */
  kinds: v.string(),
});

const statSchema = v.union([
  v.object({ sizeBytes: v.number(), mtimeMs: v.number() }),
  v.object({ error: v.string() }),
]);

export const editorApi = defineApi('editor', {
  log: event(
    v.object({ level: v.picklist(['trace', 'debug', 'info', 'warn', 'error']), message: v.string() }),
  ),
  /** The file that the worker works on from now on, null for none: if the worker dies, this file is to blame. */
  reading: event(v.nullable(fileSchema)),
  /** To be remembered, so that it is not measured again. */
  deviceMeasured: event(v.object({ key: v.string(), times: deviceTimesSchema })),
  /** The model that was trained here is damaged, and the one that was asked for is used instead. Says what is wrong, for the user. */
  modelSetAside: event(v.string()),
  /** This worker can do nothing more, by no fault of its own: start another without its device. Gives the reason. */
  handOver: event(v.string()),

  listFolder: request(v.object(inFolder), listingSchema, files),
  /** Of each path, in order. */
  statFiles: request(
    v.object({ folder: inFolder.folder, paths: v.array(v.string()) }),
    v.array(statSchema),
    files,
  ),
  readFile: request(
    v.object(inFolder),
    v.custom<Uint8Array>(value => value instanceof Uint8Array),
    files,
  ),
});

export type FileStatAnswer = v.InferOutput<typeof statSchema>;
/** What was measured of the devices, by adapter and work. */
export type MeasuredDevices = v.InferOutput<typeof editorApi.methods.deviceMeasured.input>;
