// Answers of the engine that still hold: at a place that was asked before (backspace, undo, prefetch), and while the
// user types, or accepts a part of, what was suggested. Keyed by the text on both sides of the cursor.

import type { DocumentWindow } from '../text/window.ts';
import { scanBrackets } from './brackets.ts';
import { openAtStart } from './windowStart.ts';
import type { CompletionItem, NoCompletionReason } from './types.ts';

export type CachedAnswer =
  | { readonly kind: 'items'; readonly items: readonly CompletionItem[] }
  | { readonly kind: 'none'; readonly reason: NoCompletionReason };

/**
 * UTF-16 code units next to the cursor that must be equal, on either side, where two windows differ in length because
 * the limits of a window cut them differently. Windows of equal extent are always compared whole.
 */
export const minCommonChars = 1_000;

/** Least recently used answers are dropped beyond `maxEntries`, counted over all documents. */
export class TypeThroughCache {
  private readonly maxEntries: number;
  /** Most recently used first. */
  private entries: Entry[] = [];

  constructor(maxEntries = 64) {
    this.maxEntries = Math.max(1, maxEntries);
  }

  /** Keeps `items` (best first) as the answer for `window`, in place of an earlier one. */
  store(window: DocumentWindow, items: readonly CompletionItem[]): void {
    if (items.length > 0) this.put(window, { kind: 'items', items });
  }

  /**
   * Keeps that nothing is suggested at `window`, unless the reason may be gone the next moment (`cancelled`,
   * `snoozed` …). What was silent for an automatic trigger need not be for `invoke`: that is for the caller to tell.
   */
  storeNone(window: DocumentWindow, reason: NoCompletionReason): void {
    if (isLasting[reason]) this.put(window, { kind: 'none', reason });
  }

  /**
   * The answer for just this place, else what is left of items of which the text before the cursor now holds the
   * first part; undefined where the engine must be asked. Items keep their order; none is empty.
   *
   * An item's probability p is that of its whole text; given that a part t was typed, it is p / P(t), so it can only
   * have risen. P(t) is not known: it is at least the sum over the items that begin with t, and it is estimated as
   * p^(share of the text that t is), as if each code unit were equally hard to guess. The larger of the two is taken.
   */
  lookup(window: DocumentWindow): CachedAnswer | undefined {
    const own = this.entries.filter(entry => entry.uri === window.uri);
    const same = own.find(entry => isSamePlace(entry, window));
    if (same !== undefined) {
      this.touch(same);
      return same.answer;
    }
    for (const entry of own) {
      const items = itemsTypedInto(entry, window);
      if (items.length === 0) continue;
      this.touch(entry);
      return { kind: 'items', items };
    }
    return undefined;
  }

  /** Forgets the answers for one document, or for all. */
  clear(uri?: string): void {
    this.entries = uri === undefined ? [] : this.entries.filter(entry => entry.uri !== uri);
  }

  private put({ uri, prefix, suffix }: DocumentWindow, answer: CachedAnswer): void {
    const others = this.entries.filter(
      entry => entry.uri !== uri || entry.prefix !== prefix || entry.suffix !== suffix,
    );
    this.entries = [{ uri, prefix, suffix, answer }, ...others].slice(0, this.maxEntries);
  }

  private touch(entry: Entry): void {
    this.entries = [entry, ...this.entries.filter(other => other !== entry)];
  }
}

interface Entry {
  readonly uri: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly answer: CachedAnswer;
}

/** Whether the same place would give the same answer if it were asked again at once. */
const isLasting: Readonly<Record<NoCompletionReason, boolean>> = {
  cancelled: false,
  'stale-document': false,
  disabled: false,
  snoozed: false,
  'language-off': false,
  'engine-not-ready': false,
  'engine-failed': false,
  'document-too-large': true,
  'line-too-long': true,
  'empty-document': true,
  'mid-word': true,
  'mid-line': true,
  'selected-suggestion': false,
  'low-probability': true,
  'nothing-generated': true,
  'only-whitespace': true,
  'repeats-suffix': true,
  'repeats-line': true,
  repetition: true,
  unbalanced: true,
  'cannot-heal': true,
  fragment: true,
  'too-short': true,
  secret: true,
};

function isSamePlace(entry: Entry, { prefix, suffix }: DocumentWindow): boolean {
  return sameEnd(entry.prefix, prefix, prefix.length) && sameStart(entry.suffix, suffix, 0);
}

function itemsTypedInto(entry: Entry, window: DocumentWindow): CompletionItem[] {
  if (entry.answer.kind === 'none') return [];
  const found: { item: CompletionItem; text: string; replaceAfter: number }[] = [];
  let typedProbability = 0;
  for (const item of entry.answer.items) {
    const count = typedCount(entry.prefix, window.prefix, item.text);
    if (count === 0) continue;
    const typed = item.text.slice(0, count);
    const left = refitted(item, typed, entry.suffix, window);
    if (left === undefined || found.some(other => other.text === left.text)) continue;
    if (!isSubsequence(window.suffix.slice(0, left.replaceAfter), left.text)) continue;
    found.push({ item, ...left });
    typedProbability = Math.max(typedProbability, item.probability ** (count / item.text.length));
  }
  const total = found.reduce((sum, { item }) => sum + item.probability, 0);
  const given = Math.min(1, Math.max(total, typedProbability));
  return found.map(({ item, text, replaceAfter }) => ({
    text,
    replaceAfter,
    probability: given > 0 ? item.probability / given : 0,
  }));
}

/** How many code units of `text` were typed after `before` to give `now`: some, but not all; 0 if they were not. */
function typedCount(before: string, now: string, text: string): number {
  for (let count = Math.min(text.length - 1, now.length); count > 0; count--) {
    if (now.charCodeAt(now.length - 1) !== text.charCodeAt(count - 1)) continue;
    const next = text.charCodeAt(count);
    if (next >= 0xdc00 && next <= 0xdfff) continue;
    const end = now.length - count;
    if (now.endsWith(text.slice(0, count)) && sameEnd(before, now, end)) return count;
  }
  return 0;
}

/**
 * What is left of an item when `typed`, its start, was typed and `before` had stood after the cursor; undefined if
 * the text that stands there now is not what it was, nor what an editor makes of it that closes brackets ahead.
 */
function refitted(
  item: CompletionItem,
  typed: string,
  before: string,
  window: DocumentWindow,
): { text: string; replaceAfter: number } | undefined {
  const { replaceAfter } = item;
  const { suffix: now, languageId, prefix } = window;
  const text = item.text.slice(typed.length);
  if (sameStart(before, now, 0)) return { text, replaceAfter };

  // The user typed over brackets which the editor had put there and which the item replaces.
  for (let count = 1; count <= Math.min(replaceAfter, before.length); count++) {
    if (sameStart(now, before, count)) return { text, replaceAfter: replaceAfter - count };
  }

  const around = scanBrackets(prefix.slice(0, -typed.length), languageId, openAtStart(window));
  const { open, openBefore } = scanBrackets(typed, languageId, around.open);
  const closers = closersAhead(
    open
      .slice(openBefore)
      .map(({ closer }) => closer)
      .reverse()
      .join(''),
    before,
    now,
  );
  if (closers === undefined) return undefined;
  const { closings } = scanBrackets(text, languageId, open);
  const visible = closers.replace(/\s/g, '');
  const closes = closings
    .map(({ closer }) => closer)
    .join('')
    .startsWith(visible);
  if (!/[\r\n]/.test(closers)) {
    if (closes) return { text, replaceAfter: closers.length + replaceAfter };
    return replaceAfter === 0 ? { text, replaceAfter } : undefined;
  }
  // The bracket stands on a line of its own, where nothing can be replaced: what the item repeats of it is left out.
  const shorter = text.endsWith(closers) ? text.slice(0, -closers.length) : '';
  return replaceAfter === 0 && shorter.trim() !== '' ? { text: shorter, replaceAfter } : undefined;
}

/** What the editor put after the cursor, `before` standing there: some of `expected`, perhaps on a line of its own. */
function closersAhead(expected: string, before: string, now: string): string | undefined {
  for (let count = 1; count <= Math.min(now.length, longestClosers); count++) {
    const visible = now.slice(0, count).replace(/\s/g, '');
    if (!expected.startsWith(visible)) return undefined;
    if (visible !== '' && sameStart(before, now, count)) return now.slice(0, count);
  }
  return undefined;
}

/** White space and closing brackets that an editor adds at most. */
const longestClosers = 200;

function isSubsequence(part: string, whole: string): boolean {
  let from = 0;
  for (let at = 0; at < part.length; at++) {
    from = whole.indexOf(part.charAt(at), from) + 1;
    if (from === 0) return false;
  }
  return true;
}

/** Whether `stored` and `now` up to `end` are the same text; where one window reaches further back, as far as both do. */
function sameEnd(stored: string, now: string, end: number): boolean {
  const common = Math.min(stored.length, end);
  if (stored.length !== end && common < minCommonChars) return false;
  const near = Math.min(common, nearChars);
  if (stored.slice(stored.length - near) !== now.slice(end - near, end)) return false;
  return stored.slice(stored.length - common) === now.slice(end - common, end);
}

/** The same after the cursor, with `now` from `start` on. */
function sameStart(stored: string, now: string, start: number): boolean {
  const length = now.length - start;
  const common = Math.min(stored.length, length);
  if (stored.length !== length && common < minCommonChars) return false;
  const near = Math.min(common, nearChars);
  if (stored.slice(0, near) !== now.slice(start, start + near)) return false;
  return stored.slice(0, common) === now.slice(start, start + common);
}

/** Compared first, since different places mostly differ there already. */
const nearChars = 64;
