// Parses a text in slices, so that whoever waits gets in between.

import type { Language, Tree } from 'web-tree-sitter';
import { Parser } from 'web-tree-sitter';

/** Parsing pauses this often. */
const sliceMs = 2;

/** The caller deletes the tree. A paused parse lives in its parser, so each text gets one of its own. */
export function* parseInSlices(language: Language, text: string): Generator<undefined, Tree, undefined> {
  const parser = new Parser();
  try {
    parser.setLanguage(language);
    for (;;) {
      const end = performance.now() + sliceMs;
      const tree = parser.parse(text, null, { progressCallback: () => performance.now() > end });
      if (tree !== null) return tree;
      yield;
    }
  } finally {
    parser.delete();
  }
}
