// The rule by which a trained model takes the place of the one before. It is a pure function of figures, so that who
// shows a decision can say why it was made.

/** Shares are in [0, 1]. Of network and memory together, unless named otherwise. */
export interface JudgedFigures {
  readonly bitsPerByte: number;
  readonly tokenAccuracy: number;
  readonly lineExact: number;
  readonly lineSimilarity: number;
  /** Of the network alone. */
  readonly networkBitsPerByte: number;
}

/** Share of the bits that must be saved: below it a larger sample could say the opposite. */
export const minGain = 0.002;

/** The mean of lines' exactness and similarity may sink by so much, by chance: a few hundred are judged at most. */
const linesNoise = 0.01;

export type Verdict = 'better' | 'too-little-gain' | 'worse-lines';

/**
 * Bits per byte decide, since they weigh every byte of the sample; a few hundred lines would decide by chance. But a
 * model that completes lines clearly worse is not better, whatever its bits.
 */
export function verdictOf(after: JudgedFigures, before: JudgedFigures): Verdict {
  if (!(after.bitsPerByte < (1 - minGain) * before.bitsPerByte)) return 'too-little-gain';
  return linesOf(after) > linesOf(before) - linesNoise ? 'better' : 'worse-lines';
}

function linesOf({ lineExact, lineSimilarity }: JudgedFigures): number {
  return (lineExact + lineSimilarity) / 2;
}
