// Finds the places of the document and the workspace that are built like the cursor's, and what they go on with once their
// names are replaced by the cursor's.

import { boundary } from '../contextSort.ts';
import type { Alignment } from './alignment.ts';
import { align, alignBelow } from './alignment.ts';
import type { Indentations } from './continuation.ts';
import { continuationAt, indentationBefore } from './continuation.ts';
import type { DocumentStructure } from './documentStructure.ts';
import { isWord } from './documentStructure.ts';
import { lexicalClasses } from './lexer.ts';
import { Renaming } from './renaming.ts';
import type { PlaceFilter, StructuralSegment, Structure } from './structuralSegment.ts';

/** Classes before a place that must agree. */
const minAgreeing = 4;
/** Places compared of the document, and of each segment of the workspace. */
const maxLocalPlaces = 48;
const maxPlaces = 48;
/** The best places, whose continuations are written. */
const maxAnalogies = 10;
/** Bytes written beyond those that the cursor is within. */
const continuationBytes = 20;
const localBonus = 1;

/** A place that is built alike, and what the cursor's text goes on with if it does as the place does. */
export interface Analogy extends Alignment {
  /** What follows all the document's bytes, one character a byte; begins within a word where the cursor is in one. */
  readonly bytes: string;
  /** Where the lexeme begins that the cursor is within or that comes next, less its blank: an offset in the document's bytes. */
  readonly from: number;
  /** Whether that lexeme is another than the place has, and if so, whether it is written anywhere else. */
  readonly isRenamed: boolean;
  readonly isKnown: boolean;
  /** Whether it is a number. */
  readonly isNumber: boolean;
  /** Whether the place is in the document at hand. */
  readonly isLocal: boolean;
  /** Lexemes between the place and the cursor, of a local place. */
  readonly distance: number;
  /** How well the lines below the place go with what stands below the cursor, as a score. */
  readonly below: number;
  /** Whether the word at the cursor counts as finished. */
  readonly endsWord: boolean;
}

interface Found extends Alignment {
  readonly structure: Structure;
  readonly place: number;
  readonly isLocal: boolean;
  readonly below: number;
}

export class AnalogyFinder {
  private readonly document: DocumentStructure;
  private readonly renaming: Renaming;
  /** Places compared since it was made; a measure of work. */
  compared = 0;

  constructor(document: DocumentStructure) {
    this.document = document;
    this.renaming = new Renaming(document.table);
  }

  /** The best analogies of the document's end, the best first. */
  find(segments: readonly StructuralSegment[], filter: PlaceFilter): readonly Analogy[] {
    const { document } = this;
    const last = document.lexemeCount - 1;
    if (last < 0) return [];
    const isInWord =
      isWord(document.classes[last] ?? boundary) && document.lexemeEnd(last) === document.sizeBytes;
    const analogies = this.findBefore(last + 1, isInWord, segments, filter);
    return isInWord ? [...this.findBefore(last, false, segments, filter), ...analogies] : analogies;
  }

  private findBefore(
    end: number,
    endsWord: boolean,
    segments: readonly StructuralSegment[],
    filter: PlaceFilter,
  ): readonly Analogy[] {
    const { document } = this;
    const best: Found[] = [];
    document.findPlaces(end, minAgreeing, maxLocalPlaces, place => {
      this.compare(document, place, end, true, best);
    });
    for (const segment of segments) {
      const places: number[] = [];
      segment.find(document.classes, end, minAgreeing, maxPlaces, filter, places);
      for (const place of places) this.compare(segment, place, end, false, best);
    }
    const here = indentationBefore(document, end, document.table);
    return best.flatMap(found => this.written(found, end, endsWord, here, filter.family));
  }

  /** Puts the place among the best, if it is one of them. */
  private compare(structure: Structure, place: number, end: number, isLocal: boolean, best: Found[]): void {
    this.compared++;
    const alignment = align(structure, place, this.document, end, this.renaming);
    const below = this.alignBelow(structure, place);
    const score = alignment.score + (isLocal ? localBonus : 0) + below;
    if (best.length === maxAnalogies && score <= (best.at(-1)?.score ?? 0)) return;
    let at = best.length;
    while (at > 0 && (best[at - 1]?.score ?? 0) < score) at--;
    best.splice(at, 0, { ...alignment, score, structure, place, isLocal, below });
    if (best.length > maxAnalogies) best.pop();
  }

  private alignBelow(structure: Structure, place: number): number {
    return alignBelow(structure, place, this.document, this.document.start - 1, this.renaming);
  }

  private written(
    { structure, place, isLocal, below, ...alignment }: Found,
    end: number,
    endsWord: boolean,
    here: string,
    family: number,
  ): readonly Analogy[] {
    const { document, renaming } = this;
    const { table } = document;
    align(structure, place, document, end, renaming);
    this.alignBelow(structure, place);
    const from = end === 0 ? 0 : document.lexemeEnd(end - 1);
    const typed = document.text(from);
    const indentations: Indentations = { there: indentationBefore(structure, place, table), here };
    const wanted = typed.length + continuationBytes;
    const written = continuationAt(structure, place, renaming, indentations, family, table, wanted);
    const bytes = written && beyond(written.bytes, typed);
    if (written === undefined || bytes === undefined) return [];
    const { isRenamed, isKnown } = written;
    const distance = isLocal ? (place < document.start ? place : end - place) : 0;
    const isNumber = structure.classes[place] === lexicalClasses.number;
    return [{ ...alignment, bytes, from, isRenamed, isKnown, isNumber, isLocal, distance, below, endsWord }];
  }
}

/** What of a continuation comes after what is typed of it; undefined where it does not begin so. */
function beyond(continuation: string, typed: string): string | undefined {
  if (typed === '') return continuation;
  const word = typed.trimStart();
  const text = continuation.startsWith(' ') ? continuation.slice(1) : continuation;
  if (word === '' && text === continuation) return undefined;
  return text.startsWith(word) && text.length > word.length ? text.slice(word.length) : undefined;
}
