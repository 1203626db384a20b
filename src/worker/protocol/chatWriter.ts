// Who is to answer a question in words of its own: a larger model of a folder, or an endpoint.

import * as v from 'valibot';

export const chatWriterSchema = v.variant('kind', [
  /** The instruct model of a folder, Hugging Face layout. */
  v.object({ kind: v.literal('model'), folder: v.string(), runtimeFolder: v.string(), threads: v.number() }),
  /** An address that the user typed. */
  v.object({
    kind: v.literal('endpoint'),
    url: v.string(),
    model: v.string(),
    key: v.nullable(v.string()),
  }),
]);
export type ChatWriter = v.InferOutput<typeof chatWriterSchema>;
