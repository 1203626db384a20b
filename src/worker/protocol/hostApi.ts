// What an engine without a disk, in a worker of a browser or of a webview, asks of the extension host, which reaches
// files, holds locks, knows the disk and may use the network.

import * as v from 'valibot';
import { defineApi, request, stream } from '../../base/requests/api.ts';
import { buffersIn } from '../../base/requests/buffers.ts';
import type { PlainMessagePort } from '../../base/requests/messagePort.ts';

/** The first message to such a worker. */
export interface WebWorkerStart<Port = PlainMessagePort> {
  /** To the extension host, which serves `hostApi` on it. */
  readonly host: Port;
  /** The place of the extension's folder. */
  readonly extension: string;
  /** Whether another home is better at everything but WebGPU, so that work that cannot have it is to move there. */
  readonly isForWebGpuAlone: boolean;
}

const place = v.string();
const lockId = v.number();
const bytes = v.custom<Uint8Array>(value => value instanceof Uint8Array);
const nothing = v.void();

const filePiece = v.object({
  bytes,
  /** Bytes of the file that follow. */
  restBytes: v.number(),
});
export type FilePiece = v.InferOutput<typeof filePiece>;

/** The methods of Files, Locks, ReadDiskRules and AskEndpoint. */
export const hostApi = defineApi('host', {
  /** A file piece by piece, each with the bytes that follow it; no piece at all where there is no such file. */
  read: stream(place, filePiece, { transfer: buffersIn }),
  write: request(v.object({ place, bytes }), nothing),
  list: request(place, v.array(v.object({ name: v.string(), isFile: v.boolean() }))),
  exists: request(place, v.boolean()),
  rename: request(v.object({ place, to: v.string() }), nothing),
  remove: request(place, nothing),

  /** The lock that was acquired; null where somebody holds it. It ends with the port at the latest. */
  lock: request(place, v.nullable(lockId)),
  unlock: request(lockId, nothing),
  isLockHeld: request(lockId, v.boolean()),
  /** Whether somebody else holds the lock of this place. */
  isLocked: request(place, v.boolean()),

  diskRules: request(
    place,
    v.object({
      ignoreCase: v.boolean(),
      outer: v.nullable(
        v.object({
          prefix: v.string(),
          exclude: v.string(),
          files: v.array(v.object({ folder: v.string(), git: v.string(), own: v.string() })),
        }),
      ),
    }),
  ),
  /** What the endpoint says, as it says it. */
  ask: stream(
    v.object({
      endpoint: v.object({ url: v.string(), model: v.string(), key: v.nullable(v.string()) }),
      messages: v.array(v.object({ role: v.picklist(['system', 'user']), content: v.string() })),
    }),
    v.string(),
  ),
});
