// Cuts the files of a repository into training windows of equal length. Every piece of a file opens with its path, as
// prompts do at run time; on half of the pieces the text after a cursor comes first (fill-in-the-middle).

import type { Random } from '../../src/base/random.ts';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import type { Exchange } from './questions.ts';

export interface TrainingFile {
  readonly path: string;
  readonly text: string;
  readonly exchanges: readonly Exchange[];
}

export interface WindowOptions {
  /** Tokens a window; one more than the context, as each predicts the next. */
  readonly length: number;
  /** Share of the pieces given in suffix-prefix-middle order. */
  readonly infillShare: number;
  /** Share of the tokens that are questions and answers, as far as the files have any. */
  readonly exchangeShare: number;
}

/** Shorter pieces are given left to right. */
const minInfill = 96;
const longestSuffix = 128;

/** Calls `emit` with each full window. Files must stand in the order of their paths, so that neighbours share windows. */
export function packRepository(
  name: string,
  files: readonly TrainingFile[],
  tokenizer: Tokenizer,
  random: Random,
  options: WindowOptions,
  emit: (window: readonly number[]) => void,
): void {
  const special = specialIds(tokenizer);
  const window: number[] = [];
  const put = (tokens: readonly number[]) => {
    for (const token of tokens) window.push(token);
    if (window.length < options.length) return;
    emit(window.slice(0, options.length));
    window.length = 0;
  };
  put([special.end, special.repository, ...tokenizer.encode(`${name}\n`)]);
  for (const { path, text, exchanges } of files) {
    const header = [special.file, ...tokenizer.encode(`${path}\n`)];
    const tokens = tokenizer.encode(text);
    let at = 0;
    while (at < tokens.length) {
      const room = options.length - window.length - header.length;
      const remaining = tokens.length - at;
      if (room >= minInfill && remaining >= minInfill && random() < options.infillShare) {
        const infill = infillPiece(tokens, at, room, tokenizer, random, special);
        put([...header, ...infill.piece]);
        // What is left was mostly seen as the suffix.
        at = tokens.length - infill.next < minInfill ? tokens.length : infill.next;
      } else {
        const end = Math.min(tokens.length, at + Math.max(0, room));
        put([...header, ...tokens.slice(at, end)]);
        // The next window goes on from the start of the line that was cut.
        const line = end === tokens.length ? end : lineStart(tokens, at, end, tokenizer);
        at = end - line < minInfill ? line : end;
      }
    }
    let owed = tokens.length * options.exchangeShare * 2 * random();
    for (const { question, answer } of exchanges) {
      if (owed <= 0) break;
      const exchange = [
        special.start,
        ...tokenizer.encode(`user\n${question}`),
        special.stop,
        ...tokenizer.encode('\n'),
        special.start,
        ...tokenizer.encode(`assistant\n${answer}`),
        special.stop,
        ...tokenizer.encode('\n'),
      ];
      if (exchange.length > options.length - window.length) continue;
      owed -= exchange.length;
      put(exchange);
    }
  }
}

interface Specials {
  readonly end: number;
  readonly repository: number;
  readonly file: number;
  readonly prefix: number;
  readonly suffix: number;
  readonly middle: number;
  readonly start: number;
  readonly stop: number;
}

function specialIds(tokenizer: Tokenizer): Specials {
  const id = (token: string) => {
    const found = tokenizer.specialId(token);
    if (found === undefined) throw new Error(`the tokenizer has no ${token}`);
    return found;
  };
  return {
    end: id('<|endoftext|>'),
    repository: id('<|repo_name|>'),
    file: id('<|file_sep|>'),
    prefix: id('<|fim_prefix|>'),
    suffix: id('<|fim_suffix|>'),
    middle: id('<|fim_middle|>'),
    start: id('<|im_start|>'),
    stop: id('<|im_end|>'),
  };
}

/**
 * A piece in contiguous suffix-prefix-middle order (Bavarian et al. 2022, SPM variant 2): prefix and middle are one
 * text, so the cursor itself leaves no mark; what is drawn is where the middle ends and how much of the suffix is shown.
 */
function infillPiece(
  tokens: readonly number[],
  at: number,
  room: number,
  tokenizer: Tokenizer,
  random: Random,
  special: Specials,
): { readonly piece: readonly number[]; readonly next: number } {
  const shown = random() < 0.2 ? longestSuffix : 8 + Math.floor(random() * (longestSuffix - 8));
  // Four special tokens, and a few more where the line of the cursor is encoded in two parts.
  const most = Math.min(tokens.length - at - 1, room - shown - 12);
  const target = at + Math.floor(random() < 0.5 ? most : most * (0.3 + 0.7 * random()));
  const end = lineStart(tokens, at, target, tokenizer);
  let middle = tokens.slice(at, end);
  let suffix = tokens.slice(end, end + shown);
  if (random() < 0.45) {
    const start = lineStart(tokens, at, end - 1, tokenizer);
    const line = tokenizer.decode(tokens.slice(start, end));
    const cut = cursorIn(line, random);
    middle = [...tokens.slice(at, start), ...tokenizer.encode(line.slice(0, cut))];
    suffix = [...tokenizer.encode(line.slice(cut)), ...tokens.slice(end, end + shown)].slice(0, shown);
  }
  const piece = [special.prefix, special.suffix, ...suffix, special.middle, ...middle, special.end];
  return { piece: piece.slice(0, room), next: end };
}

/** Where in the line the middle ends: before the brackets and quotes that editors close by themselves, or anywhere. */
function cursorIn(line: string, random: Random): number {
  const closers = /[)\]}"'`;,>]+\s*$/.exec(line);
  if (closers !== null && random() < 0.7) return closers.index + (random() < 0.7 ? 0 : 1);
  return Math.floor(random() * line.length);
}

/** The last token from which a line starts, after `from` and not after `to`; `to` where there is none. */
function lineStart(tokens: readonly number[], from: number, to: number, tokenizer: Tokenizer): number {
  for (let index = to; index > from; index--) {
    if (tokenizer.tokenBytes[tokens[index] ?? 0]?.startsWith('\n') === true) return index;
  }
  return to;
}
