// The part of the engine worker's messages that is about training. A worker that trains does nothing else.

import * as v from 'valibot';
import { progressSchema } from '../train/progress.ts';
import { deviceOptionsSchema } from './deviceMessages.ts';
import { pauseReasons } from './pauseReasons.ts';
import { trainingOptionsSchema } from './trainingOptions.ts';
import { trainingReportSchema } from './trainingReport.ts';

export const trainingRequestSchema = v.object({
  /** Of the model to start from, unless one that was trained here is in use. */
  modelFolder: v.string(),
  runtimeFolder: v.string(),
  /** Threads of the runtime; 0 chooses from the cores. */
  threads: v.number(),
  devices: v.optional(deviceOptionsSchema),
  /** Where trainings of this workspace are kept. */
  outputFolder: v.string(),
  options: trainingOptionsSchema,
  pauseOnBattery: v.boolean(),
  pauseWhenBusy: v.boolean(),
});

export type TrainingRequest = v.InferOutput<typeof trainingRequestSchema>;

/** Of a training that runs. `suggesting`: somebody waits for a suggestion, so the next step gives way for a moment. */
export const trainingControls = ['pause', 'resume', 'stop', 'cancel', 'suggesting'] as const;
export type TrainingControl = (typeof trainingControls)[number];

export const toTrainingSchema = v.object({
  kind: v.literal('controlTraining'),
  control: v.picklist(trainingControls),
});

export const fromTrainingSchema = v.variant('kind', [
  /** What it runs on. */
  v.object({ kind: v.literal('trainingDevice'), device: v.string(), threads: v.number() }),
  /** What is being done, in a few words. */
  v.object({ kind: v.literal('trainingPhase'), what: v.string() }),
  v.object({ kind: v.literal('trainingProgress'), progress: progressSchema }),
  /** Null when it goes on. */
  v.object({ kind: v.literal('trainingPaused'), reason: v.nullable(v.picklist(pauseReasons)) }),
  v.object({ kind: v.literal('trained'), report: trainingReportSchema }),
  /** `problem` is for the user; null where it was cancelled. */
  v.object({ kind: v.literal('notTrained'), problem: v.nullable(v.string()) }),
]);

export type TrainingMessage = v.InferOutput<typeof fromTrainingSchema>;
