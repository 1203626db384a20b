// Which part of the held-out files a short evaluation looks at. The seed alone decides, so two runs see the same; and
// every part of the files is as likely as any other.

import type { Random } from '../base/random.ts';
import { shuffled } from '../base/random.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { SourceFile } from './scoring.ts';

export interface SampleSizes {
  /** Tokens scored, teacher-forced. */
  readonly tokens: number;
  /** Lines completed. */
  readonly cursors: number;
  /** Code units typed. */
  readonly typed: number;
}

export const defaultTokens = 40_000;

/** 40,000 tokens go with 500 cursors and 20,000 code units; other limits in proportion. */
export function sampleSizes(tokens: number): SampleSizes {
  return { tokens, cursors: Math.ceil(tokens / 80), typed: Math.ceil(tokens / 2) };
}

/** Whole files in random order up to `limit` tokens; the last is cut at the end of a line. */
export function filesToScore(
  files: readonly SourceFile[],
  limit: number,
  tokenizer: Tokenizer,
  random: Random,
): readonly SourceFile[] {
  const chosen: SourceFile[] = [];
  let left = limit;
  for (const { path, text } of shuffled(files, random)) {
    if (left <= 0) break;
    const tokens = tokenizer.encode(text);
    if (tokens.length <= left) chosen.push({ path, text });
    else {
      const start = tokenizer.decode(tokens.slice(0, left));
      const lines = text.slice(0, start.lastIndexOf('\n') + 1);
      if (lines !== '') chosen.push({ path, text: lines });
    }
    left -= tokens.length;
  }
  return chosen;
}

/** A part of a file, in UTF-16 code units, that starts where a line does. */
export interface Stretch {
  /** Index of the file. */
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

/** Long enough that a suggestion over several lines has room, short enough that there are many. */
const stretchChars = 500;

/** Stretches of whole lines with about `limit` code units in all, sorted; neighbours are joined. */
export function stretchesToType(texts: readonly string[], limit: number, random: Random): readonly Stretch[] {
  const chosen: Stretch[] = [];
  let left = limit;
  for (const stretch of shuffled(texts.flatMap(cutInStretches), random)) {
    if (left <= 0) break;
    chosen.push(stretch);
    left -= stretch.to - stretch.from;
  }
  chosen.sort((a, b) => a.file - b.file || a.from - b.from);
  return chosen.reduce<Stretch[]>((joined, stretch) => {
    const last = joined.at(-1);
    if (last?.file === stretch.file && last.to === stretch.from)
      joined[joined.length - 1] = { ...last, to: stretch.to };
    else joined.push(stretch);
    return joined;
  }, []);
}

function cutInStretches(text: string, file: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from < text.length;) {
    const lineEnd = text.indexOf('\n', from + stretchChars - 1);
    const to = lineEnd === -1 ? text.length : lineEnd + 1;
    stretches.push({ file, from, to });
    from = to;
  }
  return stretches;
}
