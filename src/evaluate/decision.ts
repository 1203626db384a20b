// What decides whether a trained model takes the place of the one before: both are measured in the same way on files
// that neither training nor its early end has seen, as they would work, with memory.

import type { Bench, CompletedLine, EvaluationOptions } from './bench.ts';
import { completeLines, scoreHeldOut } from './bench.ts';
import type { JudgedFigures } from './verdict.ts';

export interface Judgement {
  readonly figures: JudgedFigures;
  /** The same for every model, but for what the model answers. */
  readonly lines: readonly CompletedLine[];
}

/** `onProgress` receives the share of the whole judgement that is done. Throws a CancellationError when cancelled. */
export async function judgeTraining(
  bench: Bench,
  options: Omit<EvaluationOptions, 'showThreshold'>,
): Promise<Judgement> {
  const { onProgress = () => undefined } = options;
  const half = (at: number) => ({
    ...options,
    onProgress: (what: string, share: number) => {
      onProgress(what, (at + share) / 2);
    },
  });
  const { scores } = await scoreHeldOut(bench, half(0));
  const lines: CompletedLine[] = [];
  const { lineExact, lineSimilarity } = await completeLines(bench, 'both', half(1), line => lines.push(line));
  const { bitsPerByte, tokenAccuracy } = scores.both;
  const networkBitsPerByte = scores.network.bitsPerByte;
  return { figures: { bitsPerByte, tokenAccuracy, lineExact, lineSimilarity, networkBitsPerByte }, lines };
}
