// The shape of a question, for the boundary between extension and engine.

import * as v from 'valibot';
import { documentWindowSchema } from '../../text/window.ts';
import { chatCommands, workspaceObstacles } from './types.ts';

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

export const chatRequestSchema = v.object({
  text: v.string(),
  command: v.optional(v.picklist(chatCommands)),
  references: v.pipe(v.array(referenceSchema), v.readonly()),
  activeFile: v.optional(documentWindowSchema),
  languageServer: v.pipe(v.array(factSchema), v.readonly()),
  history: v.pipe(v.array(v.object({ question: v.string(), answer: v.string() })), v.readonly()),
  obstacle: v.optional(v.picklist(workspaceObstacles)),
});
