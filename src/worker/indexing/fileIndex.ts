// What an indexer keeps equal to the workspace: memory, which completion draws on, or the index that chat looks up.

export interface FileIndex {
  /** Integers held, and the bytes that they take with all that is beside them. */
  readonly size: number;
  readonly sizeBytes: number;
  /** Takes files in, in place of what was there of them. Yields every few milliseconds. */
  update(files: readonly IndexedFile[]): Generator<undefined, void, undefined>;
  remove(path: string): unknown;
  clear(): void;
  files(): readonly IndexedFile[];
}

interface IndexedFile {
  readonly path: string;
  /** Integers from 0. */
  readonly tokens: readonly number[] | Int32Array;
}
