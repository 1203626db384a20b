// An evaluation on the workspace: what it is asked, and what it measured.

import * as v from 'valibot';
import { workspaceSchema } from './workspace.ts';

export const evaluationRequestSchema = v.object({
  workspace: workspaceSchema,
  seed: v.number(),
  /** Tokens to score; lines and keys go in proportion. */
  tokens: v.number(),
  showThreshold: v.number(),
});

const configurationSchema = v.object({
  bitsPerByte: v.number(),
  tokenAccuracy: v.number(),
  lineExact: v.number(),
  lineSimilarity: v.number(),
  keystrokesSaved: v.number(),
  shown: v.number(),
  precision: v.number(),
  latencyMs: v.object({ p50: v.number(), p95: v.number() }),
});

export const evaluationReportSchema = v.object({
  /** Held-out files and bytes of these that were scored. */
  files: v.number(),
  bytes: v.number(),
  configs: v.object({
    network: configurationSchema,
    memory: configurationSchema,
    both: configurationSchema,
  }),
  sample: v.object({
    tokens: v.number(),
    cursors: v.number(),
    keys: v.number(),
    showThreshold: v.number(),
  }),
  workspace: v.object({ files: v.number(), tokens: v.number() }),
  heldOut: v.object({ files: v.number(), bytes: v.number() }),
  corpus: v.object({
    admittedFiles: v.number(),
    redactions: v.number(),
    redactedFiles: v.number(),
    /** Files and folders left out, by reason. */
    leftOut: v.record(
      v.string(),
      v.object({
        files: v.number(),
        folders: v.number(),
        examples: v.pipe(v.array(v.string()), v.readonly()),
      }),
    ),
  }),
  modelName: v.string(),
  parameters: v.number(),
  device: v.string(),
  threads: v.number(),
  seed: v.number(),
  elapsedMs: v.number(),
});

export type EvaluationRequest = v.InferOutput<typeof evaluationRequestSchema>;
export type EvaluationReport = v.InferOutput<typeof evaluationReportSchema>;
