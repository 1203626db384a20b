// Encodes a long text in slices, so that it can be done beside work that must not wait. The tokens are those of
// encoding it whole: the last pieces of a slice, which may depend on what follows, are encoded again in the next.

import type { Tokenizer } from './tokenizer.ts';
import { utf16Length } from './incrementalEncoder.ts';

/** UTF-16 code units encoded between two yields: about 2 ms. */
const sliceChars = 2_000;
/** Pieces that may depend on the text after the slice. */
const unsurePieces = 2;

/** The tokens of `text`; yields between slices. */
export function* encodeInSlices(
  tokenizer: Pick<Tokenizer, 'encodePieces'>,
  text: string,
): Generator<undefined, number[], undefined> {
  const whole = text.toWellFormed();
  const tokens: number[] = [];
  let size = sliceChars;
  for (let offset = 0; offset < whole.length;) {
    const isLast = offset + size >= whole.length;
    const pieces = tokenizer.encodePieces(whole.slice(offset, offset + size));
    const sure = isLast ? pieces.length : pieces.length - unsurePieces;
    if (sure <= 0) {
      // One piece longer than the slice: more of it must be seen.
      size *= 2;
      continue;
    }
    for (const { bytes, ids } of pieces.slice(0, sure)) {
      for (const id of ids) tokens.push(id);
      offset += utf16Length(bytes);
    }
    if (isLast) break;
    size = sliceChars;
    yield;
  }
  return tokens;
}
