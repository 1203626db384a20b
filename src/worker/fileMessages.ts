// The message file of the boundary between an engine in a browser and the extension host, which reaches files for it.
// Both sides parse what they receive.

import * as v from 'valibot';

const bytesSchema = v.custom<Uint8Array>(value => value instanceof Uint8Array);
const asked = { id: v.number(), place: v.string() };

/** The methods of Files; each is answered by exactly one answer of its id. */
export const fileRequestSchema = v.variant('kind', [
  v.object({ kind: v.literal('read'), ...asked }),
  v.object({ kind: v.literal('write'), ...asked, bytes: bytesSchema }),
  v.object({ kind: v.literal('list'), ...asked }),
  v.object({ kind: v.literal('exists'), ...asked }),
  v.object({ kind: v.literal('rename'), ...asked, to: v.string() }),
  v.object({ kind: v.literal('remove'), ...asked }),
]);

export const fileAnswerSchema = v.variant('kind', [
  /** To `read`; null where there is no such file. */
  v.object({ kind: v.literal('content'), id: v.number(), bytes: v.nullable(bytesSchema) }),
  v.object({
    kind: v.literal('entries'),
    id: v.number(),
    entries: v.array(v.object({ name: v.string(), isFile: v.boolean() })),
  }),
  v.object({ kind: v.literal('existence'), id: v.number(), exists: v.boolean() }),
  v.object({ kind: v.literal('done'), id: v.number() }),
  v.object({ kind: v.literal('failed'), id: v.number(), message: v.string() }),
]);

export type FileRequest = v.InferOutput<typeof fileRequestSchema>;
export type FileAnswer = v.InferOutput<typeof fileAnswerSchema>;
