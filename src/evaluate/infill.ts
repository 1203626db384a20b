// What the text after the cursor is worth: the same places with it and without.

import type { Bench, Configuration, EvaluationOptions } from './bench.ts';
import { completeLines, configurations, scoreHeldOut } from './bench.ts';

/** Shares are in [0, 1]. */
export interface InfillFigures {
  /** Teacher-forced, with the lines below each token's line in memory. */
  readonly bitsPerByte: Readonly<Record<'memory' | 'both', number>>;
  readonly tokenAccuracy: Readonly<Record<'memory' | 'both', number>>;
  /** Lines completed exactly with nothing after the cursor: what the usual figure is to be compared with. */
  readonly lineExactWithout: Readonly<Record<Configuration, number>>;
}

/** Throws a CancellationError when cancelled. */
export async function measureInfill(bench: Bench, options: EvaluationOptions): Promise<InfillFigures> {
  const { scores } = await scoreHeldOut(bench, { ...options, showsAfter: true });
  const lineExactWithout = { network: 0, memory: 0, both: 0 };
  for (const configuration of configurations) {
    const lines = await completeLines(bench, configuration, { ...options, showsAfter: false });
    lineExactWithout[configuration] = lines.lineExact;
  }
  const { memory, both } = scores;
  return {
    bitsPerByte: { memory: memory.bitsPerByte, both: both.bitsPerByte },
    tokenAccuracy: { memory: memory.tokenAccuracy, both: both.tokenAccuracy },
    lineExactWithout,
  };
}
