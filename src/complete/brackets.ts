// What is open at the end of a text: brackets, strings, comments, tags and blocks of words, in any language. It does not
// parse: it errs towards "nothing is open" and recovers at line ends, since an error only costs a suggestion that is cut
// too much or too little. What the characters mean is data (`lexicalRules.ts`); `scanner.ts` walks along the text.

import { lexicalRules } from './lexicalRules.ts';
import type { BracketScan, OpenBracket, ScanOptions } from './openBracket.ts';
import { Scanner } from './scanner.ts';

/** What a text of the language is in where nothing is known of what stands before it. */
export function outermost(languageId: string): readonly OpenBracket[] {
  const rules = lexicalRules(languageId);
  if (rules.tags !== 'php') return [];
  const island = { kind: 'island', opener: '<?php', closer: '?>', index: 0, end: 0, indent: 0 } as const;
  return [{ ...island, rule: undefined, rules }];
}

/** Scans `text` as the continuation of a text that left `start` open. */
export function scanBrackets(
  text: string,
  languageId: string,
  start: readonly OpenBracket[] = outermost(languageId),
  options: ScanOptions = {},
): BracketScan {
  return new Scanner(text, lexicalRules(languageId), start, options).scan();
}
