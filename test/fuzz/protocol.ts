// What a process that fuzzes is told at its start, and what it says.

export interface FuzzTask {
  /** Names of targets, with the index of the first input of each. */
  readonly from: Readonly<Record<string, number>>;
  readonly seed: number;
  /** Ends after so many inputs of each target; undefined: does not end. */
  readonly inputsEach: number | undefined;
  /** An input that takes longer, twice, is a finding. */
  readonly slowMs: number | undefined;
  /** Holds the number of the target and the index of the input that is being checked, for when the process dies or hangs. */
  readonly positionFile: string;
}

export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly index: number;
  readonly problem: string;
  /** Undefined where the process could not say it; it is made again from seed and index. */
  readonly input: unknown;
}

export type FuzzMessage =
  | { readonly kind: 'checked'; readonly target: string; readonly inputs: number; readonly ms: number }
  | { readonly kind: 'found'; readonly finding: Finding };
