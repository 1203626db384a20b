// A training's decision in words: what the figures mean, how they changed, and why the model was kept or not.

import { minGain, verdictOf } from '../../evaluate/verdict.ts';
import type { JudgedFigures } from '../../evaluate/verdict.ts';
import type { TrainingReport } from '../../worker/protocol/trainingReport.ts';

export interface FigureText {
  readonly name: string;
  /** In plain words. */
  readonly meaning: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly trend: 'better' | 'worse' | 'same';
}

type Judged = Pick<TrainingReport, 'before' | 'after' | 'kept' | 'files' | 'end'>;

interface Figure {
  readonly key: keyof JudgedFigures;
  readonly name: string;
  readonly meaning: string;
  readonly isShare: boolean;
}

const figures: readonly Figure[] = [
  {
    key: 'bitsPerByte',
    name: 'Bits per byte',
    meaning:
      'How surprised network and memory together are by the code: the fewer, the better. Decides whether it is kept.',
    isShare: false,
  },
  {
    key: 'networkBitsPerByte',
    name: 'Bits per byte, network alone',
    meaning: 'The same without memory: what the weights themselves learnt.',
    isShare: false,
  },
  {
    key: 'tokenAccuracy',
    name: 'Next token right',
    meaning: 'How often the most likely next piece of text is the one that stands there.',
    isShare: true,
  },
  {
    key: 'lineExact',
    name: 'Lines completed exactly',
    meaning: 'How often the rest of a line is suggested letter by letter as it stands there.',
    isShare: true,
  },
  {
    key: 'lineSimilarity',
    name: 'Likeness of completed lines',
    meaning: 'How much of a suggested rest of a line can stay as it is; all of it is 100 %.',
    isShare: true,
  },
];

/** The figures before and after, the one that decides first. */
export function figureTexts({ before, after }: Pick<Judged, 'before' | 'after'>): readonly FigureText[] {
  return figures.map(({ key, name, meaning, isShare }) => {
    const [from, to] = [before[key], after[key]];
    const text = (value: number): string => (isShare ? percent(value) : value.toFixed(3));
    const gain = isShare ? to - from : from - to;
    const isSame = text(from) === text(to);
    return {
      name,
      meaning,
      before: text(from),
      after: text(to),
      change: isSame ? 'the same' : isShare ? `${signed(100 * (to - from))} points` : relative(from, to),
      trend: isSame ? 'same' : gain > 0 ? 'better' : 'worse',
    };
  });
}

/** One sentence: whether it was kept and why. */
export function decisionText(report: Judged): string {
  const { before, after, kept, files } = report;
  const judges = `${files.heldOut} ${files.heldOut === 1 ? 'file' : 'files'} that it never saw`;
  const saved = relative(before.bitsPerByte, after.bitsPerByte);
  if (kept) return `Kept: on ${judges} the trained model needs ${saved} bits than the model before.`;
  if (verdictOf(after, before) === 'worse-lines') {
    return `Not kept: on ${judges} it completes lines worse than the model before.`;
  }
  return after.bitsPerByte < before.bitsPerByte
    ? `Not kept: on ${judges} it needs ${saved} bits, and less than ${percent(minGain)} may be chance.`
    : `Not kept: on ${judges} it needs no fewer bits than the model before.`;
}

/** Why a training ended, as the end of a sentence. */
export const endTexts: Readonly<Record<TrainingReport['end'], string>> = {
  finished: 'it came to its end',
  'no-longer-improves': 'it ended early, as files set aside for that no longer got better',
  exploded: 'it ended early, as its loss exploded; what it had learnt before counts',
  stopped: 'it was stopped',
};

/** As `3.2 % fewer`. */
function relative(from: number, to: number): string {
  if (from === 0) return to === 0 ? 'the same' : 'more';
  const change = (100 * (to - from)) / from;
  return `${Math.abs(change).toFixed(1)} % ${change < 0 ? 'fewer' : 'more'}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function signed(points: number): string {
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)}`;
}
