// Whether a trained model takes the place of the one before: both are measured in the same way on files that neither
// training nor its early end has seen, as they would work, with memory.

import { neverCancelled, throwIfCancelled } from '../base/cancellation.ts';
import type { Bench, CompletedLine, EvaluationOptions } from './bench.ts';
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

export interface Judgement {
  readonly figures: JudgedFigures;
  /** The same for every model, but for what the model answers. */
  readonly lines: readonly CompletedLine[];
}

/** Throws a CancellationError when cancelled. */
export async function judge(
  bench: Bench,
  options: Omit<EvaluationOptions, 'showThreshold'>,
): Promise<Judgement> {
  const { seed, sizes, onProgress = () => undefined, cancellation = neverCancelled } = options;
  const scores = { network: new Score(), memory: new Score(), both: new Score(), wittenBellBits: 0 };
  for (const file of scoredFiles(bench, seed, sizes)) {
    throwIfCancelled(cancellation);
    onProgress(`scoring ${file.path}`);
    await scoreFile({ ...bench.model, memory: bench.memory }, file, scores, bench.turns);
  }
  const lines: CompletedLine[] = [];
  const { lineExact, lineSimilarity } = await completeLines(bench, 'both', options, line => lines.push(line));
  const { bitsPerByte, tokenAccuracy } = scores.both;
  const networkBitsPerByte = scores.network.bitsPerByte;
  return { figures: { bitsPerByte, tokenAccuracy, lineExact, lineSimilarity, networkBitsPerByte }, lines };
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
