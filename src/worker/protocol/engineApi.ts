// What the extension host asks of an engine, and what only an engine tells it.

import * as v from 'valibot';
import { defineApi, event, request, stream } from '../../base/requests/api.ts';
import { chatEventSchema, chatRequestSchema } from '../../chat/model/types.ts';
import { completionRequestSchema, completionResultSchema } from '../../complete/types.ts';
import { chatWriterSchema } from './chatWriter.ts';
import { engineOptionsSchema, engineReportSchema } from './engineOptions.ts';
import { evaluationReportSchema, evaluationRequestSchema } from './evaluation.ts';
import { memoryStateSchema } from './memoryState.ts';
import { workspaceSchema } from './workspace.ts';

const nothing = v.void();

const evaluationUpdateSchema = v.variant('kind', [
  /** What is being done, in a few words. */
  v.object({ kind: v.literal('progress'), what: v.string() }),
  v.object({ kind: v.literal('report'), report: evaluationReportSchema }),
]);
export type EvaluationUpdate = v.InferOutput<typeof evaluationUpdateSchema>;

const questionSchema = v.object({ request: chatRequestSchema, writer: v.optional(chatWriterSchema) });
export type ChatQuestion = v.InferOutput<typeof questionSchema>;

/** Of decoding. */
const ratesSchema = v.object({ promptTokensPerSecond: v.number(), tokenMs: v.number() });
export type MeasuredRates = v.InferOutput<typeof ratesSchema>;

export const engineApi = defineApi('engine', {
  /** Loads a model in place of the one that is loaded. Rejects with an error for the user. */
  load: request(engineOptionsSchema, engineReportSchema),
  /** Answered also when cancelled, and within seconds: the client takes long silence for a hang. */
  complete: request(completionRequestSchema, completionResultSchema),
  /** Computes a completion for later. */
  prefetch: event(completionRequestSchema),

  /** Remembers this workspace from now on; one that is open already is looked at anew, with the new rules. */
  openWorkspace: event(workspaceSchema),
  /** Switches memory off; what is kept on the disk stays. */
  closeWorkspace: event(nothing),
  /** Switches memory off and deletes all that was kept. Rejects with what could not be deleted, for the user. */
  forgetWorkspace: request(nothing, nothing),
  /** Paths, as memory knows them, of files that were created, changed or deleted. */
  filesChanged: event(v.array(v.string())),
  /** The text of a document that is not saved; null when the file on the disk counts again. */
  unsavedText: event(v.object({ path: v.string(), text: v.nullable(v.string()) })),
  /** Too much changed to name it, or a rule did: look at the whole workspace. */
  rescanWorkspace: event(nothing),

  /** The last item is the report. */
  evaluate: stream(evaluationRequestSchema, evaluationUpdateSchema),
  /** The last item is `done`, `stopped` or `failed`. */
  ask: stream(questionSchema, chatEventSchema),
  /** Measures how fast the engine decodes; null where no model is loaded. */
  measure: request(nothing, v.nullable(ratesSchema), { timeoutMs: 10_000 }),
  /** Saves what is to be kept. */
  prepareToEnd: request(nothing, nothing),
});

/** In the other direction, beside `editorApi`. */
export const engineEvents = defineApi('engineEvents', {
  memory: event(memoryStateSchema),
  /** The engine fell back to another device, and goes on. */
  deviceChanged: event(v.object({ device: v.string(), why: v.string(), threads: v.number() })),
});
