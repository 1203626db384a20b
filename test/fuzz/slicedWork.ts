// Something that is done with one text: at once, or in slices between which others get their turn.

export interface SlicedWork {
  readonly name: string;
  readonly where: 'engine' | 'page';
  /** UTF-16 code units that it is given at most. */
  readonly maxChars: number;
  /** Steps between which others get their turn; undefined where it is done at once. */
  readonly run: (text: string) => Iterator<undefined> | undefined;
}
