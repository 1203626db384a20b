// What the completion pipeline takes and gives. Plain values: they cross the worker boundary as they are.

import * as v from 'valibot';
import { documentWindowSchema } from '../text/window.ts';

export const completionRequestSchema = v.object({
  window: documentWindowSchema,
  /** `invoke` is an explicit command of the user: the show threshold is dropped and alternatives are computed. */
  trigger: v.picklist(['automatic', 'invoke']),
  /** How many alternatives to offer for cycling at most, at least 1. */
  alternatives: v.number(),
  /** Lowest probability, in [0, 1], of the whole shown text for it to be shown on an automatic trigger. */
  showThreshold: v.number(),
  /** Longest suggestion, in tokens of the model. */
  maxTokens: v.number(),
  /** Whether a suggestion may run over the line end when a block was opened. */
  multiLine: v.boolean(),
});

export type CompletionRequest = Readonly<v.InferOutput<typeof completionRequestSchema>>;

/** The default of the editor's setting, which measurements use too. */
export const defaultShowThreshold = 0.35;

const completionItemSchema = v.object({
  /** Inserted at the cursor; line ends and indentation are those of the document. Never empty. */
  text: v.string(),
  /** UTF-16 code units after the cursor, on its line, that `text` already contains and therefore replaces. */
  replaceAfter: v.number(),
  /** The engine's probability that exactly `text` is what follows, in [0, 1]. */
  probability: v.number(),
});

export type CompletionItem = Readonly<v.InferOutput<typeof completionItemSchema>>;

/** Why nothing is suggested. Every silence has one of these names; they are shown in the log and on hover. */
export const noCompletionReasons = [
  'cancelled',
  'stale-document',
  'disabled',
  'snoozed',
  'language-off',
  'engine-not-ready',
  'engine-failed',
  'document-too-large',
  'line-too-long',
  'empty-document',
  'mid-word',
  'mid-line',
  'selected-suggestion',
  'low-probability',
  'nothing-generated',
  'only-whitespace',
  'repeats-suffix',
  'repeats-line',
  'repetition',
  'unbalanced',
  'cannot-heal',
  'fragment',
  'too-short',
  'secret',
] as const;

export type NoCompletionReason = (typeof noCompletionReasons)[number];

const completionTimingsSchema = v.object({
  /** From the arrival of the request in the engine to its answer, in milliseconds. */
  totalMs: v.number(),
  /** Runs of the network this answer took. */
  runs: v.number(),
  /** Tokens run through the network: of the prompt those that were not cached, and all of the suggestion. */
  tokens: v.number(),
});

export const completionResultSchema = v.variant('kind', [
  v.object({
    kind: v.literal('completion'),
    /** Best first, no two with the same text, at least one. */
    items: v.pipe(v.array(completionItemSchema), v.readonly()),
    /** `cache` where an earlier answer was typed into. */
    source: v.picklist(['network', 'cache']),
    timings: completionTimingsSchema,
  }),
  v.object({
    kind: v.literal('none'),
    reason: v.picklist(noCompletionReasons),
    timings: completionTimingsSchema,
  }),
]);

export type CompletionResult = Readonly<v.InferOutput<typeof completionResultSchema>>;
