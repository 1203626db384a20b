// Finds out what became of each suggestion. VS Code tells only of one thing, that a suggestion was accepted whole; the
// rest is read from the document's changes: a change that inserts a beginning of what was suggested is a part accepted
// or a key that types it. Pure; text is compared and not kept beyond the suggestion at hand.

import type { CountKey } from '../reports/statistics.ts';

export interface TextChange {
  readonly rangeOffset: number;
  readonly text: string;
}

type Outcome = Extract<CountKey, 'acceptedWhole' | 'acceptedPart' | 'typedThrough' | 'rejected'>;

interface Shown {
  readonly id: number;
  readonly uri: string;
  /** Where what is left of it would be inserted. */
  offset: number;
  /** What is left of each alternative. */
  texts: readonly string[];
  hasAcceptedPart: boolean;
}

export class SuggestionTracker {
  private readonly count: (key: CountKey, amount: number) => void;
  private current: Shown | undefined;
  /** The suggestion that ended last, in case VS Code tells afterwards that it was accepted. */
  private ended: { readonly id: number; readonly outcome: Outcome; readonly characters: number } | undefined;
  private lastId = 0;

  /** `count` adds to a count, or takes back from it what proved wrong. */
  constructor(count: (key: CountKey, amount: number) => void) {
    this.count = count;
  }

  /**
   * Notes that alternatives are offered at an offset of a document. Gives the suggestion's number, for `accepted`:
   * that of the suggestion at hand where they are what is left of it.
   */
  offered(uri: string, offset: number, texts: readonly string[]): number {
    const { current } = this;
    const continues =
      current?.uri === uri &&
      current.offset === offset &&
      current.texts.some(
        text => text !== '' && texts.some(other => other.startsWith(text) || text.startsWith(other)),
      );
    if (current !== undefined && continues) {
      current.texts = texts;
      return current.id;
    }
    this.end();
    this.current = { id: ++this.lastId, uri, offset, texts, hasAcceptedPart: false };
    this.count('shown', 1);
    return this.lastId;
  }

  /** Notes a change of a document. */
  changed(uri: string, changes: readonly TextChange[]): void {
    const { current } = this;
    const [change, ...others] = changes;
    if (current?.uri !== uri || change === undefined) return;
    const { rangeOffset, text } = change;
    const left =
      others.length > 0 || rangeOffset !== current.offset || text === ''
        ? []
        : current.texts.filter(candidate => candidate.startsWith(text)).map(rest => rest.slice(text.length));
    if (left.length === 0) {
      this.end();
      return;
    }
    current.texts = left;
    current.offset += text.length;
    const typed = isTyped(text);
    if (!typed) {
      current.hasAcceptedPart = true;
      this.count('characters', text.length);
    }
    if (left.includes('')) this.end(typed ? 'typedThrough' : 'acceptedPart', typed ? 0 : text.length);
  }

  /** Notes that VS Code inserted all that was left of a suggestion. */
  accepted(id: number, characters: number): void {
    if (this.current?.id === id) {
      this.current = undefined;
      this.count('characters', characters);
    } else if (this.ended?.id === id) {
      this.count(this.ended.outcome, -1);
      this.count('characters', characters - this.ended.characters);
      this.ended = undefined;
    } else return;
    this.count('acceptedWhole', 1);
  }

  /** Forgets the suggestion at hand without a verdict. */
  clear(): void {
    this.current = undefined;
    this.ended = undefined;
  }

  /** `characters`: those counted for the last change, in case it was an acceptance of all that was left. */
  private end(outcome: Outcome = 'rejected', characters = 0): void {
    const { current } = this;
    if (current === undefined) return;
    this.current = undefined;
    const counted = current.hasAcceptedPart ? 'acceptedPart' : outcome;
    this.ended = { id: current.id, outcome: counted, characters };
    this.count(counted, 1);
  }
}

/** One character, a bracket or quote that the editor closes by itself, or a line end with its indentation. */
function isTyped(text: string): boolean {
  return /^.$/su.test(text) || /^(?:\(\)|\[\]|\{\}|""|''|``|<>)$/.test(text) || text.trim() === '';
}
