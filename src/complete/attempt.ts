// Decides before any run of the network that nothing will be suggested. A place where a suggestion could only be
// in the way costs nothing then, and the silence has its name.

import { currentLine, type DocumentWindow } from '../text/window.ts';
import { isProse } from './languages.ts';
import type { CompletionRequest, NoCompletionReason } from './types.ts';

/** UTF-16 code units before the cursor on its line above which a line counts as generated or minified. */
export const longLineChars = { code: 1_000, prose: 4_000 } as const;

/**
 * Why nothing can be suggested at the cursor, or undefined where it is worth asking the network. An explicit
 * command (`invoke`) is also answered within a line and on long lines, but never inside a word or a character.
 */
export function silenceBefore(
  window: DocumentWindow,
  trigger: CompletionRequest['trigger'],
): NoCompletionReason | undefined {
  const { prefix, suffix } = window;
  if (window.path === '' && prefix.trim() === '' && suffix.trim() === '') return 'empty-document';
  if (splitsCharacter(prefix, suffix)) return 'mid-word';
  if (prefix.endsWith('\r') && suffix.startsWith('\n')) return 'mid-line';
  const startsWord = identifierAtStart.test(suffix);
  if (trigger === 'invoke')
    return startsWord && identifierAtEnd.test(prefix.slice(-2)) ? 'mid-word' : undefined;

  const { before, after } = currentLine(window);
  const limit = isProse(window.languageId) ? longLineChars.prose : longLineChars.code;
  if (before.length > limit || after.length > limit) return 'line-too-long';
  if (startsWord) return 'mid-word';
  return closesOnly(after) ? undefined : 'mid-line';
}

/**
 * Whether the rest of a line holds nothing that a suggestion could run into: white space, closing brackets, quotes
 * and tags, then at most an ending such as `;`, `,`, `:`, `{` or `=> {`.
 */
export function closesOnly(rest: string): boolean {
  const trimmed = rest.trim();
  return trimmed.length <= longestClosing && closing.test(trimmed);
}

/** Beyond this the rest of a line is no closing; it also bounds the work of the pattern. */
const longestClosing = 60;

const closing = /^[)\]}>'"`\s]*(?:\*\/|-->|\/>|(?:<\/[\w.:-]*>)+)?[)\]};,]*\s?(?:=>)?\s?[:{;,]?[)\]};,]*$/;

const identifierAtStart = /^[\p{L}\p{N}_$]/u;
const identifierAtEnd = /[\p{L}\p{N}_$]$/u;

function splitsCharacter(prefix: string, suffix: string): boolean {
  if (/[\ud800-\udbff]$/.test(prefix.slice(-1)) && /^[\udc00-\udfff]/.test(suffix)) return true;
  return (
    prefix !== '' &&
    (/^[\p{M}\u200d]/u.test(suffix) || (prefix.endsWith('\u200d') && /^\p{So}/u.test(suffix)))
  );
}
