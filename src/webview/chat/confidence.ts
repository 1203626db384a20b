// How sure the author was of each token of generated code, as five steps that a page can shade.

export const confidenceSteps = ['guess', 'unsure', 'fair', 'sure', 'certain'] as const;
export type ConfidenceStep = (typeof confidenceSteps)[number];

/** Ends of the steps, as probabilities: what is certain needs no shade. */
const ends = [0.2, 0.45, 0.7, 0.9];

/** The step of a probability; undefined where the author does not say. */
export function confidenceStep(confidence: number | null): ConfidenceStep | undefined {
  if (confidence === null || Number.isNaN(confidence)) return undefined;
  const at = ends.findIndex(end => confidence < end);
  return confidenceSteps[at === -1 ? confidenceSteps.length - 1 : at];
}

/** For a tooltip: "37 % sure". */
export function confidenceText(confidence: number): string {
  const percent = Math.round(confidence * 100);
  if (percent >= 100) return 'more than 99 % sure';
  return percent < 1 ? 'less than 1 % sure' : `${percent} % sure`;
}
