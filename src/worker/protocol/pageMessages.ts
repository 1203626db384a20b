// The message file of the boundary between the extension host and the page of a webview in which engines live. The page
// passes on what the two say to each other, each engine by its number, and knows none of its meaning.

import * as v from 'valibot';
import { answerSchema, callSchema } from '../../base/requests/port.ts';

const worker = v.number();

export const toPageSchema = v.variant('kind', [
  /** Starts an engine. */
  v.object({
    kind: v.literal('start'),
    worker,
    script: v.custom<Uint8Array<ArrayBuffer>>(value => value instanceof Uint8Array),
    /** The place of the extension's folder. */
    extension: v.string(),
  }),
  v.object({ kind: v.literal('message'), worker, message: v.unknown() }),
  /** To what the engine asked of the extension host. */
  v.object({ kind: v.literal('answer'), worker, answer: answerSchema }),
  v.object({ kind: v.literal('end'), worker }),
]);

export const fromPageSchema = v.variant('kind', [
  /** The page was loaded and has no engine. */
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('message'), worker, message: v.unknown() }),
  /** What the engine asks of the extension host. */
  v.object({ kind: v.literal('call'), worker, call: callSchema }),
  /** The engine does not run any more. */
  v.object({ kind: v.literal('crashed'), worker, message: v.string() }),
]);

export type ToPage = v.InferOutput<typeof toPageSchema>;
export type FromPage = v.InferOutput<typeof fromPageSchema>;
