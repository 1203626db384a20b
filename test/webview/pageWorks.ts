// What the chat page does with one text before its next frame.

import { highlight } from '../../src/webview/chat/highlight.ts';
import { renderMarkdown } from '../../src/webview/chat/markdown.ts';
import type { SlicedWork } from '../fuzz/slicedWork.ts';

/** As `colouring.ts`: colours for so long in each frame, and goes on from there. */
const frameMs = 20;
/** As `markdownView.ts`. */
const maxRendered = 20_000;

function* colourInFrames(text: string, language: string): Generator<undefined, void, undefined> {
  for (;;) {
    const startedMs = performance.now();
    if (highlight(text, language, () => performance.now() - startedMs < frameMs) !== undefined) return;
    yield;
  }
}

export const pageWorks: readonly SlicedWork[] = [
  ...['typescript', 'python', 'cpp', 'markdown', 'html', 'php'].map(language => ({
    name: `colour ${language}`,
    where: 'page' as const,
    maxChars: 1_000_000,
    run: (text: string) => colourInFrames(text, language),
  })),
  {
    name: 'render Markdown',
    where: 'page',
    maxChars: maxRendered,
    run: text => {
      renderMarkdown(text, () => undefined);
      return undefined;
    },
  },
];
