// What memory holds of the workspace, as the engine reports it.

import * as v from 'valibot';

const memorySize = { files: v.number(), tokens: v.number(), sizeBytes: v.number() };

export const memoryStateSchema = v.variant('kind', [
  v.object({ kind: v.literal('off') }),
  /** It answers with what it holds already. `total` is 0 until the files are counted. */
  v.object({ kind: v.literal('indexing'), ...memorySize, done: v.number(), total: v.number() }),
  v.object({
    kind: v.literal('ready'),
    ...memorySize,
    /** Files and folders left out, by reason. */
    leftOut: v.record(v.string(), v.number()),
    /** Of the last look at the whole workspace: how long it took, and how many files were read for it. */
    elapsedMs: v.number(),
    filesRead: v.number(),
    /** Whether it outlives the session. */
    isKept: v.boolean(),
  }),
]);

export type MemoryState = v.InferOutput<typeof memoryStateSchema>;
