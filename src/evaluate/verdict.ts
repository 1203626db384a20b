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
export const leastGain = 0.002;

/** Lines may become so much less similar to what stands there, by chance. */
const similarityNoise = 0.01;

export type Verdict = 'better' | 'too-little-gain' | 'worse-lines';

/**
 * Bits per byte decide, since they weigh every byte of the sample; a few hundred lines would decide by chance. But a
 * model that completes lines clearly worse is not better, whatever its bits.
 */
export function verdictOf(after: JudgedFigures, before: JudgedFigures): Verdict {
  if (!(after.bitsPerByte < (1 - leastGain) * before.bitsPerByte)) return 'too-little-gain';
  return after.lineSimilarity > before.lineSimilarity - similarityNoise ? 'better' : 'worse-lines';
}
