// The options of a training on the command line, for `train` and for `eval --train`.

import type { TrainingOptions } from '../worker/protocol/trainingOptions.ts';
import { defaultLora, scratchSizes } from '../worker/protocol/trainingOptions.ts';
import { numberOption, oneOf, wholeNumber } from './usage.ts';

/** Names of the options that take a value. */
export const trainingValues = ['mode', 'size', 'tokenizer', 'rank', 'minutes', 'steps', 'rate'] as const;

/** Throws a UsageError. */
export function parseTrainingOptions(values: ReadonlyMap<string, string>, seed: number): TrainingOptions {
  const steps = values.get('steps');
  const rate = values.get('rate');
  return {
    mode: modeOf(values),
    minutes: numberOption('minutes', values.get('minutes') ?? '10'),
    ...(steps === undefined ? {} : { steps: wholeNumber('steps', steps, 1) }),
    ...(rate === undefined ? {} : { peakRate: numberOption('rate', rate) }),
    seed,
  };
}

function modeOf(values: ReadonlyMap<string, string>): TrainingOptions['mode'] {
  const mode = oneOf('mode', values.get('mode') ?? 'full', ['full', 'lora', 'scratch'] as const);
  switch (mode) {
    case 'full':
      return { kind: 'full' };
    case 'lora': {
      const rank = wholeNumber('rank', values.get('rank') ?? String(defaultLora.rank), 1);
      return { kind: 'lora', rank, alpha: 2 * rank, targets: [...defaultLora.targets] };
    }
    case 'scratch':
      return {
        kind: 'scratch',
        size: oneOf('size', values.get('size') ?? '1M', scratchSizes),
        tokenizer: oneOf('tokenizer', values.get('tokenizer') ?? 'own', ['own', 'bundled'] as const),
      };
    default:
      return mode satisfies never;
  }
}
