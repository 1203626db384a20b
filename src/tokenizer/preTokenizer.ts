// The pre-tokenizers of tokenizer.json that byte-level BPE models use. The library trusts what it reads, so it is given
// only what was checked here, written the one way that it treats as the file means it.

import * as v from 'valibot';
import { isLinearPattern } from './linearPattern.ts';

const longestString = 100;

const byteLevelSchema = v.object({
  type: v.literal('ByteLevel'),
  add_prefix_space: v.optional(v.boolean(), false),
  // Files of older versions of the tokenizers library do not have it.
  use_regex: v.optional(v.boolean(), true),
});

const digitsSchema = v.object({
  type: v.literal('Digits'),
  individual_digits: v.optional(v.boolean(), false),
});

const punctuationSchema = v.object({
  type: v.literal('Punctuation'),
  behavior: v.literal('Contiguous', 'is not Contiguous, the one behavior of Punctuation that runs here'),
});

const regexSchema = v.object({
  Regex: v.pipe(
    v.string(),
    v.check(isLinearPattern, ({ input }) => `is a pattern that might take forever, ${shown(input)}`),
    v.check(isRegExp, ({ input }) => `is no regular expression that runs here, ${shown(input)}`),
  ),
});

const stringSchema = v.object({ String: v.pipe(v.string(), v.nonEmpty(), v.maxLength(longestString)) });

const splitSchema = v.pipe(
  v.object({
    type: v.literal('Split'),
    pattern: v.union([regexSchema, stringSchema], issue => issue.issues?.[0].message ?? issue.message),
    behavior: v.picklist(['Isolated', 'Removed']),
    invert: v.optional(v.boolean(), false),
  }),
  v.check(
    ({ behavior, invert }) => behavior === 'Isolated' || invert,
    'removes text, which no model of code can do without',
  ),
  // What an inverted pattern leaves out becomes a piece of its own, so that no text is ever lost.
  v.transform(({ type, pattern }) => ({ type, pattern, behavior: 'Isolated' as const, invert: false })),
);

const singleSchema = v.variant('type', [byteLevelSchema, digitsSchema, punctuationSchema, splitSchema]);

const sequenceSchema = v.object({
  type: v.literal('Sequence'),
  pretokenizers: v.pipe(v.array(singleSchema), v.maxLength(16)),
});

/** A pre-tokenizer that runs here in linear time. */
export const preTokenizerSchema = v.variant('type', [...singleSchema.options, sequenceSchema]);

function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern.replaceAll('(?i:', '(?:'), 'u');
    return true;
  } catch {
    return false;
  }
}

function shown(pattern: string): string {
  return JSON.stringify(pattern.length > longestString ? `${pattern.slice(0, longestString)}…` : pattern);
}
