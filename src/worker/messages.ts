// The one message file of the engine worker's boundary. Both sides parse what they receive, so that a bundle
// of another version, or a bug, is an error that names the message and never an undefined deep inside.

import * as v from 'valibot';
import { noCompletionReasons } from '../complete/types.ts';

const windowSchema = v.object({
  uri: v.string(),
  path: v.string(),
  languageId: v.string(),
  version: v.number(),
  eol: v.picklist(['\n', '\r\n']),
  indentation: v.object({ kind: v.picklist(['spaces', 'tabs']), size: v.number() }),
  prefix: v.string(),
  suffix: v.string(),
  startLine: v.number(),
});

const completionRequestSchema = v.object({
  window: windowSchema,
  trigger: v.picklist(['automatic', 'invoke']),
  alternatives: v.number(),
  showThreshold: v.number(),
  maxTokens: v.number(),
  multiLine: v.boolean(),
});

const timingsSchema = v.object({ totalMs: v.number(), runs: v.number(), tokens: v.number() });

const completionResultSchema = v.variant('kind', [
  v.object({
    kind: v.literal('completion'),
    items: v.pipe(
      v.array(v.object({ text: v.string(), replaceAfter: v.number(), probability: v.number() })),
      v.readonly(),
    ),
    source: v.picklist(['network', 'cache']),
    timings: timingsSchema,
  }),
  v.object({ kind: v.literal('none'), reason: v.picklist(noCompletionReasons), timings: timingsSchema }),
]);

export const engineOptionsSchema = v.object({
  /** Folder of the model, Hugging Face layout. */
  modelFolder: v.string(),
  /** Folder that holds onnxruntime-web's wasm and mjs files. */
  runtimeFolder: v.string(),
  /** Threads of the Wasm runtime; 0 chooses from the cores. */
  threads: v.number(),
});

const engineReportSchema = v.object({
  modelName: v.string(),
  parameters: v.number(),
  contextTokens: v.number(),
  device: v.string(),
  threads: v.number(),
  loadMs: v.number(),
  /** What the user should know: no SharedArrayBuffer, say. */
  warnings: v.array(v.string()),
});

export const toWorkerSchema = v.variant('kind', [
  v.object({ kind: v.literal('load'), id: v.number(), options: engineOptionsSchema }),
  /** Answered by exactly one `completed` or `failed`, also when cancelled: the client takes long silence for a hang. */
  v.object({ kind: v.literal('complete'), id: v.number(), request: completionRequestSchema }),
  /** Computes a completion for later and answers nothing. */
  v.object({ kind: v.literal('prefetch'), request: completionRequestSchema }),
  v.object({ kind: v.literal('cancel'), id: v.number() }),
]);

export const fromWorkerSchema = v.variant('kind', [
  v.object({ kind: v.literal('loaded'), id: v.number(), report: engineReportSchema }),
  v.object({ kind: v.literal('completed'), id: v.number(), result: completionResultSchema }),
  /** The request failed; the worker goes on. `message` is for the user. */
  v.object({ kind: v.literal('failed'), id: v.number(), message: v.string() }),
  v.object({
    kind: v.literal('log'),
    level: v.picklist(['trace', 'debug', 'info', 'warn', 'error']),
    message: v.string(),
  }),
]);

export type EngineOptions = v.InferOutput<typeof engineOptionsSchema>;
export type EngineReport = v.InferOutput<typeof engineReportSchema>;
export type ToWorker = v.InferOutput<typeof toWorkerSchema>;
export type FromWorker = v.InferOutput<typeof fromWorkerSchema>;

/** Parses a message on receipt. Throws an error that names `side` and the first wrong field. */
export function parseMessage<S extends v.GenericSchema>(
  schema: S,
  message: unknown,
  side: string,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, message);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? 'message';
  throw new Error(`${side} received a malformed message: ${path}: ${issue.message}`);
}
