// Why nothing was suggested, in words for the hover and the log. Each ends a sentence that begins with "no suggestion:".

import type { NoCompletionReason } from '../../complete/types.ts';

export const silenceTexts: Readonly<Record<NoCompletionReason, string>> = {
  cancelled: 'you typed on before there was one',
  'stale-document': 'the document changed meanwhile',
  disabled: 'suggestions are switched off',
  snoozed: 'suggestions are snoozed',
  'language-off': 'suggestions are switched off for this language',
  'engine-not-ready': 'the model is still loading',
  'engine-failed': 'the engine failed',
  'document-too-large': 'the document is too large',
  'line-too-long': 'the line is too long',
  'empty-document': 'the document is empty',
  'mid-word': 'the cursor is inside a word',
  'mid-line': 'code follows the cursor on its line',
  'selected-suggestion': "nothing continues the suggest widget's selected item",
  'low-probability': 'the model was not sure enough (setting tinymemory.showThreshold)',
  'nothing-generated': 'the model had nothing to add',
  'only-whitespace': 'only white space would follow',
  'repeats-suffix': 'it would repeat what already follows',
  'repeats-line': 'it would repeat a line nearby',
  repetition: 'the model repeated itself',
  unbalanced: 'its brackets would not match',
  'cannot-heal': 'no token of the model continues the word at the cursor',
  fragment: 'it would end where something must follow',
  'too-short': 'it would save no more than a key or two',
  secret: 'it would be the placeholder of a secret',
};

/** As the log and the hover say it; `name` is what a bug report quotes. */
export function silenceText(name: NoCompletionReason): string {
  return `${silenceTexts[name]} (${name})`;
}
