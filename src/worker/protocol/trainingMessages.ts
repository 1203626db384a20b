// The part of the engine worker's messages that is about training. A worker that trains does nothing else.

import * as v from 'valibot';
import { progressSchema } from '../../train/progress.ts';
import { deviceOptionsSchema } from './deviceMessages.ts';
import { pauseReasons } from './pauseReasons.ts';
import { trainingOptionsSchema } from './trainingOptions.ts';
import { trainingReportSchema } from './trainingReport.ts';

const pauseRules = { pauseOnBattery: v.boolean(), pauseWhenBusy: v.boolean() };

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
  ...pauseRules,
});

export type TrainingRequest = v.InferOutput<typeof trainingRequestSchema>;
export type PauseRules = Pick<TrainingRequest, keyof typeof pauseRules>;

/**
 * Of a training that runs. `insist`: neither battery nor a busy machine pauses it any more. `suggesting`: somebody waits
 * for a suggestion, so the next step gives way for a moment.
 */
export const trainingControls = ['pause', 'resume', 'insist', 'stop', 'cancel', 'suggesting'] as const;
export type TrainingControl = (typeof trainingControls)[number];

export const toTrainingSchema = v.variant('kind', [
  v.object({ kind: v.literal('controlTraining'), control: v.picklist(trainingControls) }),
  v.object({ kind: v.literal('setPauseRules'), ...pauseRules }),
]);

export const fromTrainingSchema = v.variant('kind', [
  /** Now and then, so that a worker that hangs can be told from one that computes for long. */
  v.object({ kind: v.literal('trainingAlive') }),
  /** What it runs on. */
  v.object({ kind: v.literal('trainingDevice'), device: v.string(), threads: v.number() }),
  /** What is being done, in a few words; `judged` is the share of the judging that is done, absent before it. */
  v.object({
    kind: v.literal('trainingPhase'),
    what: v.string(),
    judged: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  }),
  v.object({ kind: v.literal('trainingProgress'), progress: progressSchema }),
  /** Null when it goes on. */
  v.object({ kind: v.literal('trainingPaused'), reason: v.nullable(v.picklist(pauseReasons)) }),
  v.object({ kind: v.literal('trained'), report: trainingReportSchema }),
  /** `problem` is for the user; null where it was cancelled. */
  v.object({ kind: v.literal('notTrained'), problem: v.nullable(v.string()) }),
]);

export type TrainingMessage = v.InferOutput<typeof fromTrainingSchema>;
