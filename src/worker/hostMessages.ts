// The message file of the boundary between an engine without a disk, in a worker of a browser or of a webview, and the
// extension host, which reaches files, holds locks and knows the disk for it. Both sides parse what they receive.

import * as v from 'valibot';

/** What is needed of a MessagePort. */
export interface HostPort {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

/** What a worker is told first. */
export interface WebWorkerStart<Port = HostPort> {
  /** To the extension host. */
  readonly host: Port;
  /** The place of the extension's folder. */
  readonly extension: string;
  /** Whether another home is better at everything but WebGPU, so that work that cannot have it is to move there. */
  readonly isForWebGpuAlone: boolean;
}

const bytesSchema = v.custom<Uint8Array>(value => value instanceof Uint8Array);
const asked = { id: v.number(), place: v.string() };

/**
 * The methods of Files and Locks, ReadDiskRules and AskEndpoint; each is answered by exactly one answer of its id, but for
 * the pieces of a file and of what an endpoint says.
 */
export const hostRequestSchema = v.variant('kind', [
  v.object({ kind: v.literal('read'), ...asked }),
  v.object({ kind: v.literal('write'), ...asked, bytes: bytesSchema }),
  v.object({ kind: v.literal('list'), ...asked }),
  v.object({ kind: v.literal('exists'), ...asked }),
  v.object({ kind: v.literal('rename'), ...asked, to: v.string() }),
  v.object({ kind: v.literal('remove'), ...asked }),
  v.object({ kind: v.literal('lock'), ...asked }),
  v.object({ kind: v.literal('unlock'), ...asked }),
  v.object({ kind: v.literal('isLocked'), ...asked }),
  v.object({ kind: v.literal('isLockOwn'), ...asked }),
  v.object({ kind: v.literal('diskRules'), ...asked }),
  v.object({
    kind: v.literal('ask'),
    id: v.number(),
    endpoint: v.object({ url: v.string(), model: v.string(), key: v.nullable(v.string()) }),
    messages: v.array(v.object({ role: v.picklist(['system', 'user']), content: v.string() })),
  }),
  /** Ends an `ask`, if it goes on yet. */
  v.object({ kind: v.literal('stopAsking'), id: v.number(), asked: v.number() }),
]);

export const hostAnswerSchema = v.variant('kind', [
  /** To `read`, before `content`: what comes next of a large file, in its order, and how much of it is to come then. */
  v.object({ kind: v.literal('piece'), id: v.number(), bytes: bytesSchema, restBytes: v.number() }),
  /** To `read`: the file, or what is left of it after its pieces; null where there is no such file. */
  v.object({ kind: v.literal('content'), id: v.number(), bytes: v.nullable(bytesSchema) }),
  v.object({
    kind: v.literal('entries'),
    id: v.number(),
    entries: v.array(v.object({ name: v.string(), isFile: v.boolean() })),
  }),
  /** To `exists`, `lock` (whether it was acquired), `isLocked` and `isLockOwn`. */
  v.object({ kind: v.literal('verdict'), id: v.number(), is: v.boolean() }),
  v.object({
    kind: v.literal('rules'),
    id: v.number(),
    ignoreCase: v.boolean(),
    outer: v.nullable(
      v.object({
        prefix: v.string(),
        exclude: v.string(),
        files: v.array(v.object({ folder: v.string(), git: v.string(), own: v.string() })),
      }),
    ),
  }),
  /** To `ask`, before `done`: what the endpoint says next. */
  v.object({ kind: v.literal('said'), id: v.number(), text: v.string() }),
  v.object({ kind: v.literal('done'), id: v.number() }),
  v.object({ kind: v.literal('failed'), id: v.number(), message: v.string() }),
]);

export type HostRequest = v.InferOutput<typeof hostRequestSchema>;
export type HostAnswer = v.InferOutput<typeof hostAnswerSchema>;
