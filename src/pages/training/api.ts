// The training page's boundary: what the page shows, and what it asks of the extension. The page names trainings by their
// ids, so that only what there is can be used, exported or deleted.

import * as v from 'valibot';
import type { Calls } from '../../base/requests/api.ts';
import { defineApi, event } from '../../base/requests/api.ts';
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

const changeSchema = v.variant('kind', [
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

const nothing = v.void();
const training = v.object({ id: trainingIdSchema });

/** Served by the page. */
export const trainingPageApi = defineApi('trainingPage', { update: event(changeSchema) });

/** Served by the extension. What goes wrong with what the user asks for comes back as a notice. */
export const trainingHostApi = defineApi('trainingHost', {
  /** The page was loaded and knows nothing. */
  ready: event(nothing),
  train: event(nothing),
  /** Also of a training that was interrupted. */
  resume: event(nothing),
  pause: event(nothing),
  /** Trains although the machine is busy or on battery. */
  insist: event(nothing),
  stop: event(nothing),
  /** Of the training that runs or was interrupted; the user is asked. */
  discard: event(nothing),
  rollBack: event(nothing),
  /** Null for the base model. */
  use: event(v.object({ id: v.nullable(trainingIdSchema) })),
  export: event(training),
  remove: event(training),
  /** A line of the workspace, counted from 1. */
  openPlace: event(v.object({ path: v.string(), line: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) })),
});

/** The extension, as the page calls it. */
export type TrainingPageHost = Calls<typeof trainingHostApi>;
export type TrainingPageChange = v.InferOutput<typeof changeSchema>;
export type Run = NonNullable<Extract<TrainingPageChange, { kind: 'run' }>['run']>;
export type ListedTraining = v.InferOutput<typeof listedSchema>;
