// The one message file of the chat page's boundary. Both sides parse what they receive. The page names parts of answers by
// turn and place, so that only what an answer holds can be copied, inserted or applied.

import * as v from 'valibot';
import { chatCureSchema, chatEventSchema } from '../../chat/model/eventSchemas.ts';
import { turnSchema } from './conversation.ts';

/** What the page shows of the editor around it. */
const surroundingsSchema = v.object({
  /** Path of the file that questions see; null where none is open. */
  file: v.nullable(v.string()),
  /** `path:line-endLine` of the selection; null where nothing is selected. */
  selection: v.nullable(v.string()),
  hasWorkspace: v.boolean(),
  /** Host that questions are sent to, with lines of files; null where nothing is sent. */
  endpoint: v.nullable(v.string()),
  /** Why nothing can be answered now, as a sentence; null when it can. */
  obstacle: v.nullable(v.string()),
});

export const toPageSchema = v.variant('kind', [
  /** Everything, when a page opens and when turns come or go. */
  v.object({ kind: v.literal('turns'), turns: v.pipe(v.array(turnSchema), v.readonly()) }),
  v.object({ kind: v.literal('events'), turn: v.number(), events: v.array(chatEventSchema) }),
  v.object({ kind: v.literal('surroundings'), surroundings: surroundingsSchema }),
  /** Answers `listFiles` of the same id. */
  v.object({ kind: v.literal('files'), id: v.number(), paths: v.array(v.string()) }),
  /** Puts a text into the box and the focus behind it. */
  v.object({ kind: v.literal('compose'), text: v.string() }),
  /** Puts the focus into the box. */
  v.object({ kind: v.literal('focus') }),
  /** Says what an action did, or why it did not. */
  v.object({ kind: v.literal('notice'), text: v.string() }),
]);

const partReference = { turn: v.number(), part: v.pipe(v.number(), v.integer(), v.minValue(0)) };
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

export const fromPageSchema = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('ask'), text: v.string() }),
  v.object({ kind: v.literal('stop') }),
  /** Asks the question of a turn again, in its place. */
  v.object({ kind: v.literal('retry'), turn: v.number() }),
  /** Shows lines of a file of the workspace in an editor. */
  v.object({ kind: v.literal('open'), path: v.string(), line, endLine: line }),
  v.object({ kind: v.literal('openLink'), url: v.string() }),
  /** Runs the command that removes the reason why nothing was answered. */
  v.object({ kind: v.literal('cure'), cure: chatCureSchema }),
  /** Copies a part as it is, or the whole answer as Markdown where `part` is null. */
  v.object({ kind: v.literal('copy'), turn: v.number(), part: v.nullable(partReference.part) }),
  v.object({ kind: v.literal('insert'), ...partReference }),
  /** Shows the difference that generated code would make. */
  v.object({ kind: v.literal('apply'), ...partReference }),
  v.object({ kind: v.literal('listFiles'), id: v.number(), query: v.string() }),
]);

export type ToPage = v.InferOutput<typeof toPageSchema>;
export type FromPage = v.InferOutput<typeof fromPageSchema>;
export type Surroundings = Readonly<v.InferOutput<typeof surroundingsSchema>>;
