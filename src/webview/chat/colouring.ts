// Colours the code that the page shows without holding the page up: at once while there is time, and else a little after
// each frame. Until then the code stands there plain.

import { escapeText, highlight } from './highlight.ts';

/** Of each frame, and at most as much as the page has otherwise. */
const budgetMs = 20;
const pauseMs = 20;

interface Job {
  readonly text: string;
  readonly languageId: string;
  readonly onColoured: () => void;
}

const waiting = new Map<HTMLElement, Job>();
let spentMs = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows the code in the element. `onColoured` is called each time that the element was filled. */
export function showCode(
  element: HTMLElement,
  text: string,
  languageId: string,
  onColoured: () => void = () => undefined,
): void {
  const html = withinBudget(text, languageId);
  element.innerHTML = html ?? escapeText(text);
  onColoured();
  if (html === undefined) waiting.set(element, { text, languageId, onColoured });
  else waiting.delete(element);
  if (waiting.size > 0) timer ??= setTimeout(goOn, pauseMs);
}

/** The coloured code, if there is time for it in this frame. */
export function withinBudget(text: string, languageId: string): string | undefined {
  const startedMs = performance.now();
  const html = highlight(text, languageId, () => spentMs + performance.now() - startedMs < budgetMs);
  spentMs += performance.now() - startedMs;
  timer ??= setTimeout(goOn, pauseMs);
  return html;
}

function goOn(): void {
  timer = undefined;
  spentMs = 0;
  for (const [element, { text, languageId, onColoured }] of waiting) {
    if (spentMs >= budgetMs) break;
    const html = element.isConnected ? withinBudget(text, languageId) : '';
    if (html === undefined) break;
    waiting.delete(element);
    if (!element.isConnected) continue;
    element.innerHTML = html;
    onColoured();
  }
  if (waiting.size > 0) timer ??= setTimeout(goOn, pauseMs);
}
