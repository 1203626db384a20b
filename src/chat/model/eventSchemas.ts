// The shapes of an answer's events, for the boundaries that they cross: engine to extension, extension to page, and
// history kept on the disk.

import * as v from 'valibot';
import type { Author, ChatEvent, ChatTimings, Citation, EditTarget } from './types.ts';
import { chatCures, declineReasons } from './types.ts';

const lineSchema = v.pipe(v.number(), v.integer(), v.minValue(1));

export const authorSchema: v.GenericSchema<unknown, Author> = v.variant('kind', [
  v.object({ kind: v.literal('workspace') }),
  v.object({ kind: v.literal('model'), name: v.string() }),
  v.object({ kind: v.literal('endpoint'), name: v.string() }),
]);

export const citationSchema: v.GenericSchema<unknown, Citation> = v.object({
  path: v.string(),
  line: lineSchema,
  endLine: lineSchema,
  score: v.number(),
  languageId: v.string(),
  text: v.string(),
  symbol: v.optional(v.string()),
});

export const editTargetSchema: v.GenericSchema<unknown, EditTarget> = v.variant('kind', [
  v.object({ kind: v.literal('replace'), path: v.string(), line: lineSchema, endLine: lineSchema }),
  v.object({ kind: v.literal('insert'), path: v.string(), line: lineSchema, column: lineSchema }),
]);

export const timingsSchema: v.GenericSchema<unknown, ChatTimings> = v.object({
  firstMs: v.number(),
  totalMs: v.number(),
});

export const tokenSchema = v.object({ text: v.string(), confidence: v.nullable(v.number()) });

export const declineReasonSchema = v.picklist(declineReasons);

export const chatCureSchema = v.picklist(chatCures);

export const chatEventSchema: v.GenericSchema<unknown, ChatEvent> = v.variant('kind', [
  v.object({ kind: v.literal('author'), author: authorSchema }),
  v.object({ kind: v.literal('progress'), text: v.string() }),
  v.object({ kind: v.literal('markdown'), text: v.string() }),
  v.object({ kind: v.literal('snippet'), citation: citationSchema }),
  v.object({ kind: v.literal('code'), languageId: v.string(), target: v.optional(editTargetSchema) }),
  v.object({ kind: v.literal('token'), ...tokenSchema.entries }),
  v.object({
    kind: v.literal('declined'),
    reason: declineReasonSchema,
    text: v.string(),
    nearest: v.array(citationSchema),
    cure: v.optional(chatCureSchema),
  }),
  v.object({ kind: v.literal('done'), citations: v.array(citationSchema), timings: timingsSchema }),
  v.object({ kind: v.literal('stopped') }),
  v.object({ kind: v.literal('failed'), message: v.string() }),
]);
