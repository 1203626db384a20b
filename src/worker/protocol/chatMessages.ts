// The messages of chat: questions to the engine, and the events of their answers. Part of the worker's one boundary,
// see messages.ts.

import * as v from 'valibot';
import { chatEventSchema } from '../../chat/model/eventSchemas.ts';
import { chatCommands, workspaceObstacles } from '../../chat/model/types.ts';

const referenceSchema = v.variant('kind', [
  v.object({ kind: v.literal('file'), path: v.string() }),
  v.object({
    kind: v.literal('selection'),
    path: v.string(),
    languageId: v.string(),
    startLine: v.number(),
    endLine: v.number(),
    text: v.string(),
  }),
]);

const factSchema = v.variant('kind', [
  v.object({
    kind: v.picklist(['definition', 'reference', 'symbol']),
    symbol: v.string(),
    path: v.string(),
    line: v.number(),
    endLine: v.number(),
  }),
  v.object({ kind: v.literal('hover'), symbol: v.string(), text: v.string() }),
]);

/** A ChatRequest; `window` is the schema of the active file. */
function requestSchema<S extends v.GenericSchema>(window: S) {
  return v.object({
    text: v.string(),
    command: v.optional(v.picklist(chatCommands)),
    references: v.pipe(v.array(referenceSchema), v.readonly()),
    activeFile: v.optional(window),
    languageServer: v.pipe(v.array(factSchema), v.readonly()),
    history: v.pipe(v.array(v.object({ question: v.string(), answer: v.string() })), v.readonly()),
    obstacle: v.optional(v.picklist(workspaceObstacles)),
  });
}

/** Who is to answer in words of its own. */
export const chatWriterSchema = v.variant('kind', [
  /** The instruct model of a folder, Hugging Face layout. */
  v.object({ kind: v.literal('model'), folder: v.string(), runtimeFolder: v.string(), threads: v.number() }),
  /** An address that the user typed. */
  v.object({
    kind: v.literal('endpoint'),
    url: v.string(),
    model: v.string(),
    key: v.nullable(v.string()),
  }),
]);
export type ChatWriter = v.InferOutput<typeof chatWriterSchema>;

export function askSchemas<S extends v.GenericSchema>(window: S) {
  return [
    /** Answered by `chatEvent` any number of times, the last of them `done`, `stopped` or `failed`. */
    v.object({
      kind: v.literal('ask'),
      id: v.number(),
      request: requestSchema(window),
      writer: v.optional(chatWriterSchema),
    }),
    v.object({ kind: v.literal('cancelAsk'), id: v.number() }),
  ] as const;
}

export const chatEventMessageSchema = v.object({
  kind: v.literal('chatEvent'),
  id: v.number(),
  event: chatEventSchema,
});
