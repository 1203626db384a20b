// Parses a text in slices, so that requests get in between, and gives up where its errors cost too much.

import type { Language, Tree } from 'web-tree-sitter';
import { Parser } from 'web-tree-sitter';

/** Parsing pauses this often. */
const sliceMs = 2;
/**
 * What may be spent on a text with errors, and on each of its UTF-16 code units. To recover from an error the parser looks
 * back over all that it could not place: two kilobytes of `)--` as Rust take seconds, in slices of up to one.
 */
const recoveryMs = 300;
const recoveryMsEach = 0.002;

/**
 * Undefined where the text has errors that take too long to recover from. The caller deletes the tree. A paused parse lives in
 * its parser, so each text gets one of its own.
 */
export function* parseInSlices(
  language: Language,
  text: string,
): Generator<undefined, Tree | undefined, undefined> {
  const parser = new Parser();
  let spentMs = 0;
  const seen = { error: false };
  try {
    parser.setLanguage(language);
    for (;;) {
      const startedMs = performance.now();
      const tree = parser.parse(text, null, {
        progressCallback(state) {
          seen.error = state.hasError;
          return performance.now() - startedMs > sliceMs;
        },
      });
      if (tree !== null) return tree;
      spentMs += performance.now() - startedMs;
      if (seen.error && spentMs > recoveryMs + recoveryMsEach * text.length) return undefined;
      yield;
    }
  } finally {
    parser.delete();
  }
}
