// What a training was and what it bought: kept beside the model that it made, listed, and shown.

import * as v from 'valibot';
import { progressSchema } from '../../train/progress.ts';

export const trainingModes = ['full', 'lora', 'scratch'] as const;
export type TrainingMode = (typeof trainingModes)[number];

const trainingEnds = ['finished', 'no-longer-improves', 'exploded', 'stopped'] as const;

/** Names a training's folder. */
export const trainingIdSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));

const judgedSchema = v.object({
  bitsPerByte: v.number(),
  tokenAccuracy: v.number(),
  lineExact: v.number(),
  lineSimilarity: v.number(),
  networkBitsPerByte: v.number(),
});

export const trainingReportSchema = v.object({
  formatVersion: v.literal(1),
  id: trainingIdSchema,
  /** ISO 8601, UTC. */
  startedAt: v.string(),
  mode: v.picklist(trainingModes),
  /** The model that it started from, and that it is compared with. */
  baseName: v.string(),
  modelName: v.string(),
  /** Of the model, and those of them, or of its adapters, that were trained. */
  parameters: v.number(),
  trainedParameters: v.number(),
  device: v.string(),
  threads: v.number(),
  /** Files that were learnt, that ended the training early, and that judge. */
  files: v.object({ training: v.number(), validation: v.number(), heldOut: v.number() }),
  end: v.picklist(trainingEnds),
  bestStep: v.number(),
  progress: progressSchema,
  /** On the files that judge, with memory of all others. */
  before: judgedSchema,
  after: judgedSchema,
  /** Whether the model was better and is kept. */
  kept: v.boolean(),
  /** Lines of the files that judge, completed by both. */
  samples: v.array(
    v.object({
      path: v.string(),
      line: v.number(),
      expected: v.string(),
      before: v.string(),
      after: v.string(),
    }),
  ),
});

export type TrainingReport = v.InferOutput<typeof trainingReportSchema>;
