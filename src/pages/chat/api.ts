// The chat page's boundary: what the page shows, and what it asks of the extension. The page names parts of answers by turn
// and place, so that only what an answer holds can be copied, inserted or applied.

import * as v from 'valibot';
import type { Calls } from '../../base/requests/api.ts';
import { defineApi, event, request } from '../../base/requests/api.ts';
import { chatCureSchema, chatEventSchema } from '../../chat/model/types.ts';
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

const changeSchema = v.variant('kind', [
  /** Everything, when a page opens and when turns come or go. */
  v.object({ kind: v.literal('turns'), turns: v.pipe(v.array(turnSchema), v.readonly()) }),
  v.object({ kind: v.literal('events'), turn: v.number(), events: v.array(chatEventSchema) }),
  v.object({ kind: v.literal('surroundings'), surroundings: surroundingsSchema }),
  /** Puts a text into the box and the focus behind it. */
  v.object({ kind: v.literal('compose'), text: v.string() }),
  /** Puts the focus into the box. */
  v.object({ kind: v.literal('focus') }),
  /** Says what an action did, or why it did not. */
  v.object({ kind: v.literal('notice'), text: v.string() }),
]);

const turn = v.number();
const part = v.pipe(v.number(), v.integer(), v.minValue(0));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

export type ChatPageChange = v.InferOutput<typeof changeSchema>;

/** Served by the page. The schema only checks, so what goes in has the type of what comes out. */
export const chatPageApi = defineApi('chatPage', {
  update: event(changeSchema as v.GenericSchema<ChatPageChange>),
});

/** Served by the extension. What goes wrong with what the user asks for comes back as a notice. */
export const chatHostApi = defineApi('chatHost', {
  /** The page was loaded and knows nothing. */
  ready: event(v.void()),
  ask: event(v.object({ text: v.string() })),
  stop: event(v.void()),
  /** Asks the question of a turn again, in its place. */
  retry: event(v.object({ turn })),
  /** Shows lines of a file of the workspace in an editor. */
  open: event(v.object({ path: v.string(), line, endLine: line })),
  openLink: event(v.object({ url: v.string() })),
  /** Runs the command that removes the reason why nothing was answered. */
  cure: event(v.object({ cure: chatCureSchema })),
  /** Copies a part as it is, or the whole answer as Markdown where `part` is null. */
  copy: event(v.object({ turn, part: v.nullable(part) })),
  insert: event(v.object({ turn, part })),
  /** Shows the difference that generated code would make. */
  apply: event(v.object({ turn, part })),
  /** Paths of the workspace that fit what was typed behind an @. */
  listFiles: request(v.object({ query: v.string() }), v.array(v.string())),
});

/** The extension, as the page calls it. */
export type ChatPageHost = Calls<typeof chatHostApi>;
export type Surroundings = Readonly<v.InferOutput<typeof surroundingsSchema>>;
