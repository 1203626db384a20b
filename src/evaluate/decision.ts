// Whether a trained model takes the place of the one before: both are measured in the same way on files that neither
// training nor its early end has seen, as they would work, with memory.

import { neverCancelled, throwIfCancelled } from '../base/cancellation.ts';
import type { Bench, EvaluationOptions } from './bench.ts';
import { completeLines, scoredFiles } from './bench.ts';
import { Score, scoreFile } from './scoring.ts';

/** Shares are in [0, 1]. Of network and memory together, unless named otherwise. */
export interface JudgedFigures {
  readonly bitsPerByte: number;
  readonly tokenAccuracy: number;
  readonly lineExact: number;
  readonly lineSimilarity: number;
  /** Of the network alone. */
  readonly networkBitsPerByte: number;
}

/** Throws a CancellationError when cancelled. */
export async function judge(
  bench: Bench,
  options: Omit<EvaluationOptions, 'showThreshold'>,
): Promise<JudgedFigures> {
  const { seed, sizes, onProgress = () => undefined, cancellation = neverCancelled } = options;
  const scores = { network: new Score(), memory: new Score(), both: new Score(), wittenBellBits: 0 };
  for (const file of scoredFiles(bench, seed, sizes)) {
    throwIfCancelled(cancellation);
    onProgress(`scoring ${file.path}`);
    await scoreFile({ ...bench.model, memory: bench.memory }, file, scores, bench.turns);
  }
  const lines = await completeLines(bench, 'both', options);
  return {
    bitsPerByte: scores.both.bitsPerByte,
    tokenAccuracy: scores.both.tokenAccuracy,
    lineExact: lines.lineExact,
    lineSimilarity: lines.lineSimilarity,
    networkBitsPerByte: scores.network.bitsPerByte,
  };
}

/** Share of the bits that must be saved: below it a larger sample could say the opposite. */
const leastGain = 0.002;

/**
 * Bits per byte decide, since they weigh every byte of the sample; a few hundred lines would decide by chance. But a
 * model that completes lines clearly worse is not kept, whatever its bits.
 */
export function isBetter(after: JudgedFigures, before: JudgedFigures): boolean {
  return (
    after.bitsPerByte < (1 - leastGain) * before.bitsPerByte &&
    after.lineSimilarity > before.lineSimilarity - 0.01
  );
}
