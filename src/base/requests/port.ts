// One side of an ordered channel between two threads or processes, and the messages that requests put on it.

import * as v from 'valibot';
import type { Event } from '../event.ts';

/** A port is made and listened to in the same turn of the event loop, so that neither a message nor the end is missed. */
export interface Port {
  /** Throws where the message cannot be copied. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Fires for each message of the other side. */
  readonly onMessage: Event<unknown>;
  /** Fires once, with the reason, when no message will come any more. */
  readonly onDidClose: Event<string>;
}

const callFields = { api: v.string(), id: v.number() };

/** Optional, because a port that carries JSON, as that of a webview, drops what is undefined. */
const payload = v.optional(v.unknown());

export const callSchema = v.variant('kind', [
  v.object({ ...callFields, kind: v.literal('call'), method: v.string(), input: payload }),
  v.object({ ...callFields, kind: v.literal('cancel') }),
  v.object({ api: v.string(), kind: v.literal('event'), method: v.string(), input: payload }),
]);

export const answerSchema = v.variant('kind', [
  /** One of a stream. */
  v.object({ ...callFields, kind: v.literal('item'), output: payload }),
  /** The only answer of a request; of a stream, `output` is undefined and says that it has ended. */
  v.object({ ...callFields, kind: v.literal('answer'), output: payload }),
  v.object({
    ...callFields,
    kind: v.literal('failed'),
    message: v.string(),
    reason: v.picklist(['cancelled', 'user', 'fault']),
  }),
]);

export type CallMessage = v.InferOutput<typeof callSchema>;
export type AnswerMessage = v.InferOutput<typeof answerSchema>;

/** Parses what came in. Throws an error that names `what` and the first field that does not fit. */
export function parse<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`${what} is malformed: ${v.getDotPath(issue) ?? 'value'}: ${issue.message}`);
}

/** The call that a malformed message is about, if that can be told. */
export function idIn(message: unknown): number | undefined {
  const { id } = message as { readonly id?: unknown };
  return typeof id === 'number' ? id : undefined;
}

/** Whether a message is for one of the two sides of the API `name`; a port may carry messages of others. */
export function isOf(name: string, kinds: ReadonlySet<string>, message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { api, kind } = message as { readonly api?: unknown; readonly kind?: unknown };
  return api === name && typeof kind === 'string' && kinds.has(kind);
}
