// The text of a selection as chat is handed it. What is selected may be the bare value of a secret, which only its line or
// the lines around it give away; so the filter sees the whole document.

import type { Range, TextDocument } from 'vscode';
import { chatLimits } from '../../chat/model/types.ts';
import { redact } from '../../corpus/redact.ts';

/** UTF-16 code units; of a longer document the filter sees the selected lines alone. */
const maxFiltered = 1_000_000;

/**
 * The selected text, at most `chatLimits.selectionChars` long; where its lines hold secrets, these lines as a whole with
 * the secrets replaced. `path` is the document's; lines count from 0.
 */
export function selectedText(document: TextDocument, range: Range, path: string): string {
  const lines = { from: range.start.line, to: range.end.line + 1 };
  const linesOf = (text: string): string => text.split('\n').slice(lines.from, lines.to).join('\n');
  const whole = document.getText();
  const before = linesOf(whole);
  const after = whole.length > maxFiltered ? redact(before, path).text : linesOf(redact(whole, path).text);
  return (after === before ? document.getText(range) : after).slice(0, chatLimits.selectionChars);
}
