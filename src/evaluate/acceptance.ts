// Accepts what typing would show at seeded places of files that parse, and asks a parser whether they still do. A
// suggestion that breaks a file is no whole name, argument, call, statement or block, whatever its probability.

import type { Random } from '../base/random.ts';
import type { CompletionRequest, CompletionResult } from '../complete/types.ts';
import { scanBrackets } from '../complete/brackets.ts';
import type { DocumentFormat, DocumentState } from './documentState.ts';
import { stateWindow } from './documentState.ts';
import { typingRequest } from './typing.ts';

/** Whether a file of this path could hold `text` without a syntax error; undefined where no parser knows its language. */
export type Parses = (text: string, path: string) => Promise<boolean | undefined>;

/** A place in a file as an editor has it while its line is being written. Offsets are UTF-16 code units. */
export interface WrittenPlace extends DocumentState {
  /** Index of the file. */
  readonly file: number;
  readonly offset: number;
}

/** A suggestion after which a file no longer parses. */
export interface Break {
  readonly path: string;
  /** Both 1-based, as `complete FILE:LINE:COLUMN` takes them. */
  readonly line: number;
  readonly column: number;
  /** What was inserted. */
  readonly text: string;
}

export class AcceptanceFigures {
  /** Places at which the file parsed before, and was asked about. */
  places = 0;
  shown = 0;
  /** Code units shown, over all suggestions. */
  shownChars = 0;
  readonly breaks: Break[] = [];

  /** Share of the shown suggestions that break what parsed; 0 where none was shown. */
  get brokenShare(): number {
    return this.shown === 0 ? 0 : this.breaks.length / this.shown;
  }
}

/**
 * Places without end, in random order: every line with text is as likely as any other, and on each the start, where a
 * statement is begun, as likely as all that follows it together. Of the rest of the line only those brackets and
 * quotes are there that close what is open at the cursor, since an editor types them ahead.
 */
export function* writtenPlaces(
  files: readonly { readonly text: string; readonly languageId: string }[],
  random: Random,
): Generator<WrittenPlace, void, undefined> {
  const lines = files.flatMap(({ text }, file) => filledLines(text).map(line => ({ ...line, file })));
  while (lines.length > 0) {
    const line = lines[Math.floor(random() * lines.length)];
    if (line === undefined) return;
    const { file, start, end } = line;
    const within = random() < 0.5 ? 0 : Math.ceil(random() * (end - start));
    const { text = '', languageId = '' } = files[file] ?? {};
    const offset = characterStart(text, start + within);
    const before = text.slice(0, offset);
    const { open } = scanBrackets(before, languageId);
    const { closings } = scanBrackets(text.slice(offset, end), languageId, open);
    const ahead = closings.map(({ closer }) => closer).join('');
    yield { file, offset, before, after: ahead + text.slice(end) };
  }
}

/**
 * `count` places from `places` at which the file parses, sorted by file and offset; fewer where `tries` are not enough.
 * A place where a line is half written mostly does not qualify.
 */
export async function parsingPlaces(
  places: Generator<WrittenPlace, void, undefined>,
  parses: (place: WrittenPlace) => Promise<boolean | undefined>,
  count: number,
  tries: number,
): Promise<readonly WrittenPlace[]> {
  const chosen: WrittenPlace[] = [];
  for (let tried = 0; tried < tries && chosen.length < count; tried++) {
    const { value: place } = places.next();
    if (place === undefined) break;
    if (await parses(place)) chosen.push(place);
  }
  return chosen.sort((a, b) => a.file - b.file || a.offset - b.offset);
}

/** Asks at a place where the file parses as typing does, accepts the answer, and adds to the figures. */
export async function acceptAt(
  complete: (request: CompletionRequest) => Promise<CompletionResult>,
  parses: Parses,
  uri: string,
  place: WrittenPlace,
  format: DocumentFormat,
  showThreshold: number,
  figures: AcceptanceFigures,
): Promise<void> {
  const { before, after } = place;
  const result = await complete(typingRequest(stateWindow(uri, format, place), showThreshold));
  figures.places++;
  const item = result.kind === 'completion' ? result.items[0] : undefined;
  if (item === undefined) return;
  const { text, replaceAfter } = item;
  figures.shown++;
  figures.shownChars += text.length;
  if (await parses(before + text + after.slice(replaceAfter), format.path)) return;
  const lines = before.split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  figures.breaks.push({ path: format.path, line: lines.length, column, text });
}

/** From the first to the last character of each line that is not blank. */
function filledLines(text: string): { start: number; end: number }[] {
  return Array.from(text.matchAll(/[^\s](?:.*[^\s])?/g), found => ({
    start: found.index,
    end: found.index + found[0].length,
  }));
}

function characterStart(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff ? offset - 1 : offset;
}
