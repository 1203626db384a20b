// What must be put in place of what, to make one place of code of another that is built alike: names as a whole, words of
// names, and numbers. It is learnt from pairs of names that stand at the same place, the nearest first.

import { lexicalClasses, isName } from './lexer.ts';
import type { LexemeTable } from './lexemeTable.ts';
import type { NameParts, WordChange } from './nameParts.ts';
import { differingWords, namePartsOf, renameWords } from './nameParts.ts';

/** Pairs kept of one comparison. */
const maxPairs = 48;
/** Pairs whose words are compared: the nearest. */
const maxWordPairs = 8;
/** Names whose parts are remembered. */
const knownParts = 5_000;

export class Renaming {
  private readonly from = new Int32Array(maxPairs);
  private readonly to = new Int32Array(maxPairs);
  private count = 0;
  private differing = 0;
  private words: readonly WordChange[] | undefined;
  private step: number | undefined;
  private readonly table: LexemeTable;
  private readonly parts = new Map<number, NameParts>();

  constructor(table: LexemeTable) {
    this.table = table;
  }

  /** Whether any two names or numbers differ. */
  get changesAnything(): boolean {
    return this.differing > 0;
  }

  clear(): void {
    this.count = 0;
    this.differing = 0;
    this.words = undefined;
    this.step = undefined;
  }

  /**
   * Learns that the text `to` stands where the other place has `from`; nearer pairs come first. Says whether that is
   * `new`, was known (`agrees`), or contradicts a nearer pair (`conflicts`).
   */
  add(from: number, to: number): 'new' | 'agrees' | 'conflicts' {
    for (let pair = 0; pair < this.count; pair++) {
      if (this.from[pair] === from) return this.to[pair] === to ? 'agrees' : 'conflicts';
    }
    if (this.count < maxPairs) {
      this.from[this.count] = from;
      this.to[this.count++] = to;
      if (from !== to) this.differing++;
    }
    return 'new';
  }

  /**
   * What stands for a text of the other place: its number, or a text that has none yet. Undefined where that would be no
   * name.
   */
  apply(id: number, lexicalClass: number, family: number): string | undefined {
    const { table } = this;
    const text = table.text(id);
    for (let pair = 0; pair < this.count; pair++) {
      if (this.from[pair] === id) return table.text(this.to[pair] ?? id);
    }
    if (this.differing === 0) return text;
    if (lexicalClass === lexicalClasses.number) return this.applyToNumber(text);
    this.words ??= this.changedWords();
    if (this.words.length === 0) return text;
    const renamed = renameWords(text, this.words);
    if (renamed === undefined) return text;
    return isName(renamed, family, table) ? renamed : undefined;
  }

  /** Word changes that no nearer pair of names contradicts. */
  private changedWords(): readonly WordChange[] {
    const changes = new Map<string, WordChange>();
    let compared = 0;
    for (let pair = 0; pair < this.count && compared < maxWordPairs; pair++) {
      const [from, to] = [this.from[pair] ?? 0, this.to[pair] ?? 0];
      if (from === to) continue;
      compared++;
      for (const change of differingWords(this.partsOf(from), this.partsOf(to)) ?? []) {
        const key = change.from.join(' ');
        if (!changes.has(key)) changes.set(key, change);
      }
    }
    // Longer runs of words first: they say more.
    return [...changes.values()].sort((a, b) => b.from.length - a.from.length);
  }

  private partsOf(id: number): NameParts {
    const known = this.parts.get(id);
    if (known !== undefined) return known;
    if (this.parts.size === knownParts) this.parts.clear();
    const parts = namePartsOf(this.table.text(id));
    this.parts.set(id, parts);
    return parts;
  }

  /** A series goes on: where all numbers differ by the same, so does this one. */
  private applyToNumber(text: string): string {
    this.step ??= this.commonStep();
    if (this.step === 0 || !/^\d{1,9}$/.test(text)) return text;
    const next = Number(text) + this.step;
    return next < 0 ? text : String(next).padStart(text.startsWith('0') ? text.length : 0, '0');
  }

  /** By how much all whole numbers differ; 0 where they do not agree on it. */
  private commonStep(): number {
    let step: number | undefined;
    for (let pair = 0; pair < this.count; pair++) {
      const [from, to] = [this.from[pair] ?? 0, this.to[pair] ?? 0].map(id => this.table.text(id));
      if (from === to || !/^\d{1,9}$/.test(from ?? '') || !/^\d{1,9}$/.test(to ?? '')) continue;
      const difference = Number(to) - Number(from);
      if (step !== undefined && step !== difference) return 0;
      step = difference;
    }
    return step ?? 0;
  }
}
