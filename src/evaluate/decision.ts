// What decides whether a trained model takes the place of the one before: both are measured in the same way on files
// that neither training nor its early end has seen, as they would work, with memory.

import { neverCancelled, throwIfCancelled } from '../base/cancellation.ts';
import type { Bench, CompletedLine, EvaluationOptions } from './bench.ts';
import { completeLines, scoredFiles } from './bench.ts';
import { noScores, scoreFile } from './scoring.ts';
import type { JudgedFigures } from './verdict.ts';

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
  const scores = noScores();
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
