// What the completion pipeline takes and gives. Plain values: they cross the worker boundary as they are.

import type { DocumentWindow } from '../text/window.ts';

export interface CompletionRequest {
  readonly window: DocumentWindow;
  /** `invoke` is an explicit command of the user: the show threshold is dropped and alternatives are computed. */
  readonly trigger: 'automatic' | 'invoke';
  /** How many alternatives to offer for cycling at most, at least 1. */
  readonly alternatives: number;
  /** Lowest probability, in [0, 1], of the whole shown text for it to be shown on an automatic trigger. */
  readonly showThreshold: number;
  /** Longest suggestion, in tokens of the model. */
  readonly maxTokens: number;
  /** Whether a suggestion may run over the line end when a block was opened. */
  readonly multiLine: boolean;
}

/** The default of the editor's setting, which measurements use too. */
export const defaultShowThreshold = 0.35;

export interface CompletionItem {
  /** Inserted at the cursor; line ends and indentation are those of the document. Never empty. */
  readonly text: string;
  /** UTF-16 code units after the cursor, on its line, that `text` already contains and therefore replaces. */
  readonly replaceAfter: number;
  /** The engine's probability that exactly `text` is what follows, in [0, 1]. */
  readonly probability: number;
}

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

export interface CompletionTimings {
  /** From the arrival of the request in the engine to its answer, in milliseconds. */
  readonly totalMs: number;
  /** Runs of the network this answer took. */
  readonly runs: number;
  /** Tokens run through the network: of the prompt those that were not cached, and all of the suggestion. */
  readonly tokens: number;
}

export type CompletionResult =
  | {
      readonly kind: 'completion';
      /** Best first, no two with the same text, at least one. */
      readonly items: readonly CompletionItem[];
      /** `cache` where an earlier answer was typed into. */
      readonly source: 'network' | 'cache';
      readonly timings: CompletionTimings;
    }
  | { readonly kind: 'none'; readonly reason: NoCompletionReason; readonly timings: CompletionTimings };
