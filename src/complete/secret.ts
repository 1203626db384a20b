// Memory holds a placeholder where a secret stood. It is never offered: it would be taken for something to accept.

import { placeholder } from '../corpus/redact.ts';
import type { DocumentWindow } from '../text/window.ts';
import { currentLine } from '../text/window.ts';

/** Below this a beginning of the placeholder may be anything, such as `<r` of a type parameter. */
const minBeginning = 4;

/** Whether `text`, or the typed text with it, holds the placeholder or begins it; `whole` is what `text` would become. */
export function holdsPlaceholder(
  text: string,
  whole: string,
  window: Pick<DocumentWindow, 'prefix' | 'suffix'>,
): boolean {
  const { before } = currentLine(window);
  const at = (before + whole).indexOf(placeholder, Math.max(0, before.length - placeholder.length + 1));
  if (at !== -1 && at < before.length + text.length) return true;
  const end = before.slice(-placeholder.length) + text;
  for (let length = placeholder.length - 1; length >= minBeginning; length--) {
    if (end.endsWith(placeholder.slice(0, length))) return true;
  }
  return false;
}
