// What the extension host asks of a worker that trains, which does nothing else.

import * as v from 'valibot';
import { defineApi, event, stream } from '../../base/requests/api.ts';
import { progressSchema } from '../../train/progress.ts';
import { computeOptions } from './engineOptions.ts';
import { pauseReasons } from './pauseReasons.ts';
import { trainingOptionsSchema } from './trainingOptions.ts';
import { trainingReportSchema } from './trainingReport.ts';
import { workspaceSchema } from './workspace.ts';

const pauseRulesSchema = v.object({ pauseOnBattery: v.boolean(), pauseWhenBusy: v.boolean() });
export type PauseRules = v.InferOutput<typeof pauseRulesSchema>;

const trainingRequestSchema = v.object({
  /** Of the model to start from, unless one that was trained here is in use. */
  modelFolder: v.string(),
  ...computeOptions,
  /** Where trainings of this workspace are kept. */
  outputFolder: v.string(),
  options: trainingOptionsSchema,
  ...pauseRulesSchema.entries,
});
export type TrainingRequest = v.InferOutput<typeof trainingRequestSchema>;

/**
 * Of a training that runs. `insist`: neither battery nor a busy machine pauses it any more. `suggesting`: somebody waits
 * for a suggestion, so the next step gives way for a moment.
 */
const trainingControls = ['pause', 'resume', 'insist', 'stop', 'cancel', 'suggesting'] as const;
export type TrainingControl = (typeof trainingControls)[number];

const trainingUpdateSchema = v.variant('kind', [
  /** Now and then, so that a worker that hangs can be told from one that computes for long. */
  v.object({ kind: v.literal('alive') }),
  /** What it runs on. */
  v.object({ kind: v.literal('device'), device: v.string(), threads: v.number() }),
  /** What is being done, in a few words; `judged` is the share of the judging that is done, absent before it. */
  v.object({
    kind: v.literal('phase'),
    what: v.string(),
    judged: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  }),
  v.object({ kind: v.literal('progress'), progress: progressSchema }),
  /** Null when it goes on. */
  v.object({ kind: v.literal('paused'), reason: v.nullable(v.picklist(pauseReasons)) }),
  v.object({ kind: v.literal('report'), report: trainingReportSchema }),
]);
export type TrainingUpdate = v.InferOutput<typeof trainingUpdateSchema>;

export const trainingApi = defineApi('training', {
  /**
   * Trains; the last item is the report. Rejects with an error for the user, or a CancellationError after the control
   * `cancel`, once what the training left is deleted. Cancelling the call does the same as that control.
   */
  train: stream(
    v.object({ workspace: workspaceSchema, request: trainingRequestSchema }),
    trainingUpdateSchema,
  ),
  control: event(v.picklist(trainingControls)),
  setPauseRules: event(pauseRulesSchema),
});
