// Line completion: at seeded cursors inside held-out lines the engine is asked for the rest of the line, whatever its
// doubts; all that follows the line is there, or nothing of it.

import type { Random } from '../base/random.ts';
import type { CompletionRequest, CompletionResult } from '../complete/types.ts';
import type { DocumentFormat } from './documentState.ts';
import { stateWindow } from './documentState.ts';
import { editSimilarity } from './similarity.ts';

/** A place where the rest of a line is asked for. Offsets are UTF-16 code units. */
export interface LineCursor {
  /** Index of the file. */
  readonly file: number;
  readonly offset: number;
  readonly lineEnd: number;
}

/** Text that must be left on the line, without white space at its end, in code units. */
const minRest = 3;
/** More than a text has code units. */
const offsetsPerFile = 2 ** 32;

/**
 * `count` different cursors, each place of each file as likely as another, fewer where there are not so many; sorted
 * by file and offset. None is in leading white space or inside a character.
 */
export function lineCursors(texts: readonly string[], count: number, random: Random): readonly LineCursor[] {
  // A number each: there are as many as characters, and this must not take long.
  const places: number[] = [];
  for (const [file, text] of texts.entries()) {
    let start = 0;
    for (const line of text.split('\n')) {
      const lineEnd = start + line.trimEnd().length;
      for (let at = start + line.search(/\S|$/); at + minRest <= lineEnd; at++) {
        if (!isLowSurrogate(text.charCodeAt(at))) places.push(file * offsetsPerFile + at);
      }
      start += line.length + 1;
    }
  }
  const chosen = Math.min(count, places.length);
  for (let at = 0; at < chosen; at++) {
    const other = at + Math.floor(random() * (places.length - at));
    const [a, b] = [places[at], places[other]];
    if (a !== undefined && b !== undefined) [places[at], places[other]] = [b, a];
  }
  const sorted = places.slice(0, chosen).sort((a, b) => a - b);
  return sorted.map(place => {
    const file = Math.floor(place / offsetsPerFile);
    const offset = place % offsetsPerFile;
    const text = texts[file] ?? '';
    return { file, offset, lineEnd: offset + text.slice(offset, endOfLine(text, offset)).trimEnd().length };
  });
}

export class LineFigures {
  cursors = 0;
  /** Those in renamed lines. */
  renamedCursors = 0;
  private exact = 0;
  private renamedExact = 0;
  private similarity = 0;

  get lineExact(): number {
    return this.exact / Math.max(1, this.cursors);
  }

  /** Of the renamed lines; 0 where there are none. */
  get renamedLineExact(): number {
    return this.renamedExact / Math.max(1, this.renamedCursors);
  }

  get lineSimilarity(): number {
    return this.similarity / Math.max(1, this.cursors);
  }

  /** Silence counts as an empty answer. White space at the end does not count. */
  add(answer: string, expected: string, isRenamed: boolean): void {
    this.cursors++;
    const [given, right] = [answer.trimEnd(), expected.trimEnd()];
    if (given === right) this.exact++;
    if (isRenamed) {
      this.renamedCursors++;
      if (given === right) this.renamedExact++;
    }
    this.similarity += editSimilarity(given, right);
  }
}

/** Asks for the rest of the line at one cursor; '' where there is no answer. */
export async function completeLine(
  complete: (request: CompletionRequest) => Promise<CompletionResult>,
  uri: string,
  text: string,
  { offset, lineEnd }: LineCursor,
  format: DocumentFormat,
  showsAfter: boolean,
): Promise<string> {
  const rest = text.slice(text.startsWith('\n', lineEnd) ? lineEnd : endOfLine(text, lineEnd));
  const after = showsAfter ? rest : '';
  const window = stateWindow(uri, format, { before: text.slice(0, offset), after });
  const result = await complete({
    window,
    trigger: 'invoke',
    alternatives: 1,
    showThreshold: 0,
    maxTokens: 48,
    multiLine: false,
  });
  return result.kind === 'completion' ? (result.items[0]?.text ?? '') : '';
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function isLowSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
}
