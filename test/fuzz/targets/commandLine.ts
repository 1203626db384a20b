// Arguments of the command line: parsed, or refused as a wrong usage.

import { ok } from 'node:assert/strict';
import { parseEvalOptions } from '../../../src/cli/evalOptions.ts';
import { parseFilePlace } from '../../../src/cli/places.ts';
import { parseTrainingOptions, trainingValues } from '../../../src/cli/trainArguments.ts';
import { parseOptions, UsageError } from '../../../src/cli/usage.ts';
import type { TextSource } from '../inputs.ts';
import type { FuzzTarget } from '../target.ts';
import { orRefused, refused, textTarget } from '../target.ts';

const isUsageError = (error: Error): boolean => error instanceof UsageError;

const args: TextSource = {
  samples: ['eval\0.\0--seed\0' + '7', 'train\0--mode\0lora\0--rank\0' + '8', '--json\0--threads=2\0--\0-x'],
  tokens: [
    ...[
      '\0',
      '--',
      '-',
      '=',
      '--json',
      '--threads',
      '--model',
      '--seed',
      '--limit',
      '--mode',
      'full',
      'lora',
      'scratch',
    ],
    ...[
      '--size',
      '1M',
      '--tokenizer',
      'own',
      '--rank',
      '--minutes',
      '--steps',
      '--rate',
      '--train',
      '--sweep',
      '.',
      '0',
      '7',
    ],
    ...['-1', '1e3', '0x10', 'Infinity', 'NaN', '99999999999', '.5'],
  ],
};

export const commandLineTargets: readonly FuzzTarget[] = [
  textTarget('arguments', args, text => {
    const list = text.split('\0');
    const parsed = orRefused(
      () => parseOptions(list, { flags: ['native'], values: ['seed', ...trainingValues] }),
      isUsageError,
    );
    if (parsed === refused) return;
    ok(Number.isInteger(parsed.threads) && parsed.threads >= 0);
    const training = orRefused(() => parseTrainingOptions(parsed.values, 1), isUsageError);
    if (training !== refused) ok(Number.isFinite(training.minutes) && training.minutes > 0);
  }),
  textTarget('arguments of an evaluation', args, text => {
    orRefused(() => parseEvalOptions(text.split('\0')), isUsageError);
  }),
  textTarget(
    'places on the command line',
    {
      samples: ['src/a.ts:12:3', 'C:\\a.ts:1:1'],
      tokens: [':', '1', '0', '-1', 'a', '/', '\n', '99999999999999999999'],
    },
    text => {
      const place = orRefused(() => parseFilePlace(text), isUsageError);
      if (place !== refused) ok(place.line >= 0 && place.column >= 0 && place.file !== '');
    },
  ),
];
