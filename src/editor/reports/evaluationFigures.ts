// The figures of an evaluation that the report shows: how each is called, what it means, and how it is written.

import type { EvaluationReport } from '../../worker/protocol/evaluation.ts';

type ConfigurationFigures = EvaluationReport['configs']['both'];

export interface Figure {
  readonly name: string;
  /** One sentence for somebody who never heard of it. */
  readonly meaning: (report: EvaluationReport) => string;
  readonly better: 'higher' | 'lower';
  readonly value: (figures: ConfigurationFigures) => number;
  readonly text: (figures: ConfigurationFigures) => string;
}

export const configurationNames = [
  { key: 'network', name: 'Network alone' },
  { key: 'memory', name: 'Memory alone' },
  { key: 'both', name: 'Both together' },
] as const;

const share = (name: string, of: (figures: ConfigurationFigures) => number, meaning: Figure['meaning']) =>
  ({
    name,
    meaning,
    better: 'higher',
    value: of,
    text: figures => `${(100 * of(figures)).toFixed(1)} %`,
  }) satisfies Figure;

const latency = (
  name: string,
  of: (figures: ConfigurationFigures) => number,
  meaning: Figure['meaning'],
): Figure => ({
  name,
  meaning,
  better: 'lower',
  value: of,
  text: figures => `${of(figures).toFixed(1)} ms`,
});

/** In the order of the table and the charts. */
export const reportFigures: readonly Figure[] = [
  {
    name: 'Bits per byte',
    meaning: () =>
      'How much information it would still take to tell the engine each byte of the held-out code: the better it foresees ' +
      'the code, the fewer.',
    better: 'lower',
    value: ({ bitsPerByte }) => bitsPerByte,
    text: ({ bitsPerByte }) => bitsPerByte.toFixed(3),
  },
  share(
    'Next token right',
    ({ tokenAccuracy }) => tokenAccuracy,
    () =>
      'How often the token that it held for the likeliest was the one that came (a token is some three characters).',
  ),
  share(
    'Rest of the line exact',
    ({ lineExact }) => lineExact,
    ({ sample }) =>
      `How often, asked at ${sample.cursors.toLocaleString('en')} places within lines, it gave the rest of the line to the letter.`,
  ),
  share(
    'Keystrokes saved',
    ({ keystrokesSaved }) => keystrokesSaved,
    () =>
      'How many fewer keys it takes to type held-out code when every suggestion that is right is accepted.',
  ),
  share(
    'Suggestions right',
    ({ precision }) => precision,
    ({ sample }) =>
      'Of the suggestions that appeared while typing, how many were right to their end (precision), with suggestions shown ' +
      `from ${sample.showThreshold} on, as your settings say.`,
  ),
  latency(
    'Time to answer, half within',
    ({ latencyMs }) => latencyMs.p50,
    () =>
      'From the key to the answer; on this machine, beside whatever else it did, your own suggestions included.',
  ),
  latency(
    'Time to answer, 95 % within',
    ({ latencyMs }) => latencyMs.p95,
    () => 'The same for all but the slowest twentieth of the answers.',
  ),
];
