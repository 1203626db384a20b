// The turns of a conversation and how an answer's events build one. Extension and page both hold the turns and apply the
// same events, so a page that is opened late or loaded anew shows what the others show.

import * as v from 'valibot';
import type { ChatEvent } from '../../chat/model/types.ts';
import {
  authorSchema,
  chatCureSchema,
  citationSchema,
  declineReasonSchema,
  editTargetSchema,
  timingsSchema,
  tokenSchema,
} from '../../chat/model/types.ts';

const partSchema = v.variant('kind', [
  v.object({ kind: v.literal('author'), author: authorSchema }),
  v.object({ kind: v.literal('markdown'), text: v.string() }),
  v.object({ kind: v.literal('snippet'), citation: citationSchema }),
  v.object({
    kind: v.literal('code'),
    languageId: v.string(),
    target: v.optional(editTargetSchema),
    tokens: v.pipe(v.array(tokenSchema), v.readonly()),
  }),
  v.object({
    kind: v.literal('declined'),
    reason: declineReasonSchema,
    text: v.string(),
    nearest: v.pipe(v.array(citationSchema), v.readonly()),
    cure: v.optional(chatCureSchema),
  }),
  v.object({ kind: v.literal('failed'), message: v.string() }),
]);

export const turnSchema = v.object({
  /** Grows from turn to turn of a workspace. */
  id: v.number(),
  /** As it was typed. */
  question: v.string(),
  /** What was handed along, as shown: `src/a.ts`, `src/a.ts:3-9`. */
  attached: v.pipe(v.array(v.string()), v.readonly()),
  parts: v.pipe(v.array(partSchema), v.readonly()),
  /** What is being done right now; '' for nothing worth telling. */
  progress: v.string(),
  status: v.picklist(['running', 'done', 'stopped', 'failed']),
  timings: v.optional(timingsSchema),
});

export type AnswerPart = Readonly<v.InferOutput<typeof partSchema>>;
export type PartOf<K extends AnswerPart['kind']> = Extract<AnswerPart, { readonly kind: K }>;
export type Turn = Readonly<v.InferOutput<typeof turnSchema>>;

/** A turn that waits for its first event. */
export function startTurn(id: number, question: string, attached: readonly string[]): Turn {
  return { id, question, attached, parts: [], progress: '', status: 'running' };
}

/** The turn after an event. What comes after the end is dropped. */
export function applyEvent(turn: Turn, event: ChatEvent): Turn {
  if (turn.status !== 'running') return turn;
  const { parts } = turn;
  const last = parts.at(-1);
  const withParts = (next: readonly AnswerPart[]): Turn => ({ ...turn, parts: next, progress: '' });
  switch (event.kind) {
    case 'progress':
      return { ...turn, progress: event.text };
    case 'markdown':
      return last?.kind === 'markdown'
        ? withParts([...parts.slice(0, -1), { ...last, text: last.text + event.text }])
        : withParts([...parts, { kind: 'markdown', text: event.text }]);
    case 'code':
      return withParts([
        ...parts,
        { kind: 'code', languageId: event.languageId, target: event.target, tokens: [] },
      ]);
    case 'token': {
      const token = { text: event.text, confidence: event.confidence };
      return last?.kind === 'code'
        ? withParts([...parts.slice(0, -1), { ...last, tokens: [...last.tokens, token] }])
        : withParts([...parts, { kind: 'code', languageId: 'plaintext', tokens: [token] }]);
    }
    case 'author':
      // One who has said nothing need not be named.
      return withParts([...(last?.kind === 'author' ? parts.slice(0, -1) : parts), event]);
    case 'snippet':
    case 'declined':
      return withParts([...parts, event]);
    case 'done':
      return { ...turn, progress: '', status: 'done', timings: event.timings };
    case 'stopped':
      return { ...turn, progress: '', status: 'stopped' };
    case 'failed':
      return {
        ...turn,
        parts: [...parts, { kind: 'failed', message: event.message }],
        progress: '',
        status: 'failed',
      };
    default:
      return event satisfies never;
  }
}

/** The text of a block of generated code. */
export function codeOf({ tokens }: PartOf<'code'>): string {
  return tokens.map(({ text }) => text).join('');
}
