// What a task of tasks.json, a keybinding or chat may ask of a training, and the options that it becomes.

import * as v from 'valibot';
import { scratchSizes } from '../../worker/protocol/trainingOptions.ts';
import type { TrainingOptions } from '../../worker/protocol/trainingOptions.ts';
import { defaultLora } from '../../worker/protocol/trainingOptions.ts';
import { trainingModes } from '../../worker/protocol/trainingReport.ts';
import { maxMinutes } from '../settings/settings.ts';

export const tokenizerChoices = ['own', 'bundled'] as const;

const choiceSchema = v.strictObject({
  /** Of a task's definition. */
  type: v.optional(v.string()),
  mode: v.optional(v.picklist(trainingModes, 'must be "full", "lora" or "scratch"')),
  size: v.optional(v.picklist(scratchSizes, 'must be "0.1M", "1M" or "5M"')),
  tokenizer: v.optional(v.picklist(tokenizerChoices, 'must be "own" or "bundled"')),
  rank: v.optional(
    v.pipe(v.number(), v.safeInteger('must be a whole number'), v.minValue(1), v.maxValue(256)),
  ),
  alpha: v.optional(v.pipe(v.number(), v.gtValue(0))),
  minutes: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(maxMinutes))),
  steps: v.optional(v.pipe(v.number(), v.safeInteger('must be a whole number'), v.minValue(1))),
});

/** What is left out is chosen by the settings and the model. */
export type TrainingChoice = Readonly<Omit<v.InferOutput<typeof choiceSchema>, 'type'>>;

/** Throws an Error for the user. */
export function parseTrainingChoice(argument: unknown): TrainingChoice {
  const parsed = v.safeParse(choiceSchema, argument);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`this is no training: ${v.getDotPath(issue) ?? 'the argument'} ${issue.message}`);
  }
  const choice = { ...parsed.output };
  delete choice.type;
  return choice;
}

export interface ChoiceDefaults {
  readonly mode: TrainingOptions['mode'];
  readonly minutes: number;
}

export function trainingOptions(choice: TrainingChoice, defaults: ChoiceDefaults): TrainingOptions {
  const { minutes = defaults.minutes, steps } = choice;
  return { mode: modeOf(choice, defaults.mode), minutes, ...(steps === undefined ? {} : { steps }), seed: 0 };
}

/** What asks for these options. */
export function choiceOf({ mode, minutes, steps }: TrainingOptions): TrainingChoice {
  const time = { minutes, ...(steps === undefined ? {} : { steps }) };
  switch (mode.kind) {
    case 'full':
      return { mode: 'full', ...time };
    case 'lora':
      return { mode: 'lora', rank: mode.rank, alpha: mode.alpha, ...time };
    case 'scratch':
      return { mode: 'scratch', size: mode.size, tokenizer: mode.tokenizer, ...time };
  }
}

function modeOf(choice: TrainingChoice, otherwise: TrainingOptions['mode']): TrainingOptions['mode'] {
  const { size = '1M', tokenizer = 'own', rank = defaultLora.rank } = choice;
  switch (choice.mode) {
    case undefined:
      return otherwise;
    case 'full':
      return { kind: 'full' };
    case 'lora': {
      const { alpha = 2 * rank } = choice;
      return { kind: 'lora', rank, alpha, targets: [...defaultLora.targets] };
    }
    case 'scratch':
      return { kind: 'scratch', size, tokenizer };
  }
}
