// Documents with a cursor, written as one string, and the document that results when a suggestion is inserted.

import type { DocumentWindow } from '../../src/text/window.ts';

/** `'foo(|)'` is a document with the cursor between the brackets; it must hold exactly one `|`. */
export function cursorIn(text: string, changes: Partial<DocumentWindow> = {}): DocumentWindow {
  const [prefix, suffix, more] = text.split('|');
  if (prefix === undefined || suffix === undefined || more !== undefined) {
    throw new Error(`Expected exactly one | in ${JSON.stringify(text)}.`);
  }
  return {
    uri: 'file:///sample',
    path: 'sample',
    languageId: 'typescript',
    version: 1,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    indentation: { kind: 'spaces', size: 2 },
    prefix,
    suffix,
    startLine: 0,
    ...changes,
  };
}

/** The document after the insertion, with the cursor behind the inserted text. */
export function inserted(
  { prefix, suffix }: DocumentWindow,
  item: { readonly text: string; readonly replaceAfter: number },
): string {
  return `${prefix}${item.text}|${suffix.slice(item.replaceAfter)}`;
}
