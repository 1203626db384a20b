// The unit that chat finds and quotes: a function, a class, a section of a document, or a block of lines where neither
// is known.

export const chunkKinds = ['function', 'type', 'variable', 'section', 'block'] as const;
export type ChunkKind = (typeof chunkKinds)[number];

/** Offsets in a text, the end after the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Chunk {
  readonly kind: ChunkKind;
  /** Name of what is declared, or the heading; empty for a block of lines. */
  readonly name: string;
  /** Name of the class, interface or section around it; empty where there is none. */
  readonly container: string;
  /** First and last line, 1-based, with decorators and without the documentation before it. */
  readonly line: number;
  readonly endLine: number;
  /** Where the documentation before it begins; `line` where there is none. */
  readonly docLine: number;
  /** The declaration up to its body, on one line; empty where there is none. */
  readonly signature: string;
  /** The documentation, without comment marks. */
  readonly doc: string;
  /** Where the documentation stands in the text of the file, as offsets; empty where the grammar is unknown. */
  readonly docSpans: readonly Span[];
  /** What is left of its text: without documentation, signature, and the chunks inside a class. */
  readonly body: string;
}
