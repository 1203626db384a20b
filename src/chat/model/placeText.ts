// How places of the workspace are written wherever users read them: `src/a.ts:3`, or `src/a.ts:3-9` for several lines.

export interface LineSpan {
  readonly line: number;
  /** The last line. */
  readonly endLine: number;
}

export function placeText({ path, ...lines }: LineSpan & { readonly path: string }): string {
  return `${path}:${linesText(lines)}`;
}

/** The lines alone: `3` or `3-9`. */
export function linesText({ line, endLine }: LineSpan): string {
  return endLine > line ? `${line}-${endLine}` : String(line);
}
