// The part of a document that a completion looks at: a bounded window around the cursor, so that neither a
// document of 100 MB nor a line of 1 MB is ever copied whole. It is a plain value that crosses threads.

import * as v from 'valibot';

const indentationSchema = v.object({
  kind: v.picklist(['spaces', 'tabs']),
  /** Columns of one level. */
  size: v.number(),
});

export type Indentation = Readonly<v.InferOutput<typeof indentationSchema>>;

export const documentWindowSchema = v.object({
  /** Identifies the document among those open; opaque to the engine. */
  uri: v.string(),
  /** Path shown to the model, relative to the workspace folder, with forward slashes; may be empty. */
  path: v.string(),
  /** VS Code's language identifier. */
  languageId: v.string(),
  /** The document's version when the window was taken. */
  version: v.number(),
  eol: v.picklist(['\n', '\r\n']),
  indentation: indentationSchema,
  /** Text before the cursor, at most `windowLimits.prefixChars` UTF-16 code units, starting at a line start unless cut. */
  prefix: v.string(),
  /** Text after the cursor, at most `windowLimits.suffixChars` UTF-16 code units. */
  suffix: v.string(),
  /** Offset of the prefix's first code unit in the document, in lines: the window's first line number (0-based). */
  startLine: v.number(),
});

export type DocumentWindow = Readonly<v.InferOutput<typeof documentWindowSchema>>;
export type EndOfLine = DocumentWindow['eol'];

/** UTF-16 code units on either side of the cursor that a window holds at most. */
export const windowLimits = { prefixChars: 12_000, suffixChars: 4_000 } as const;

/** The text of the cursor's line before and after the cursor, without its line end. */
export function currentLine(window: Pick<DocumentWindow, 'prefix' | 'suffix'>): {
  before: string;
  after: string;
} {
  const start = window.prefix.lastIndexOf('\n') + 1;
  const end = window.suffix.search(/\r?\n|\r/);
  return {
    before: window.prefix.slice(start),
    after: end === -1 ? window.suffix : window.suffix.slice(0, end),
  };
}

/** Line ends as the model was trained on them (`\n` only). */
export function normalizeLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** The inverse: `\n` becomes the document's line end. */
export function withLineEnd(text: string, eol: EndOfLine): string {
  return eol === '\n' ? text : text.replace(/\r?\n/g, eol);
}
