// The one message file of the training page's boundary. Both sides parse what they receive. The page names trainings by
// their ids, so that only what there is can be used, exported or deleted.

import * as v from 'valibot';
import { progressSchema } from '../../train/progress.ts';
import { pauseReasons } from '../../worker/protocol/pauseReasons.ts';
import {
  trainingIdSchema,
  trainingModes,
  trainingReportSchema,
} from '../../worker/protocol/trainingReport.ts';

/** A training that runs. */
const runSchema = v.object({
  mode: v.picklist(trainingModes),
  minutes: v.number(),
  steps: v.optional(v.number()),
  phase: v.string(),
  paused: v.nullable(v.picklist(pauseReasons)),
  /** What the user asked for that takes a while. */
  ending: v.nullable(v.picklist(['stop', 'cancel'])),
  /** Null before it is judged. */
  judging: v.nullable(v.object({ share: v.number(), elapsedMs: v.number() })),
  /** What it runs on, in words; null before that is known. */
  device: v.nullable(v.string()),
  progress: v.nullable(progressSchema),
});

const listedSchema = v.object({
  report: trainingReportSchema,
  /** Whether its model is still there. */
  hasModel: v.boolean(),
});

export const toPageSchema = v.variant('kind', [
  v.object({
    kind: v.literal('run'),
    /** Null where none runs. */
    run: v.nullable(runSchema),
    /** Why none can be started, as a sentence; null when one can. */
    obstacle: v.nullable(v.string()),
  }),
  v.object({
    kind: v.literal('trainings'),
    /** Finished ones, the latest first. */
    trainings: v.array(listedSchema),
    /** The one whose model is in use; null for the base model. */
    activeId: v.nullable(trainingIdSchema),
    /** Whether a training waits to be gone on with. */
    isUnfinished: v.boolean(),
  }),
  /** Says what an action did, or why it did not. */
  v.object({ kind: v.literal('notice'), text: v.string() }),
]);

export const fromPageSchema = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('train') }),
  /** Also of a training that was interrupted. */
  v.object({ kind: v.literal('resume') }),
  v.object({ kind: v.literal('pause') }),
  /** Trains although the machine is busy or on battery. */
  v.object({ kind: v.literal('insist') }),
  v.object({ kind: v.literal('stop') }),
  /** Of the training that runs or was interrupted; the user is asked. */
  v.object({ kind: v.literal('discard') }),
  v.object({ kind: v.literal('rollBack') }),
  /** Null for the base model. */
  v.object({ kind: v.literal('use'), id: v.nullable(trainingIdSchema) }),
  v.object({ kind: v.literal('export'), id: trainingIdSchema }),
  v.object({ kind: v.literal('remove'), id: trainingIdSchema }),
  /** A line of the workspace, counted from 1. */
  v.object({
    kind: v.literal('openPlace'),
    path: v.string(),
    line: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  }),
]);

export type ToPage = v.InferOutput<typeof toPageSchema>;
export type FromPage = v.InferOutput<typeof fromPageSchema>;
export type Run = NonNullable<Extract<ToPage, { kind: 'run' }>['run']>;
export type ListedTraining = v.InferOutput<typeof listedSchema>;
