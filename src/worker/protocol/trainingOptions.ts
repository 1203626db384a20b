// What can be chosen of a training, and what is chosen unless the user says otherwise.

import * as v from 'valibot';
import { loraTargets } from '../../model/loraTargets.ts';
import type { Hyperparameters } from '../../train/optimizers.ts';

export const scratchSizes = ['0.1M', '1M', '5M'] as const;

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const trainingOptionsSchema = v.object({
  mode: v.variant('kind', [
    v.object({ kind: v.literal('full') }),
    v.object({
      kind: v.literal('lora'),
      rank: v.pipe(count, v.maxValue(256)),
      alpha: positive,
      targets: v.pipe(v.array(v.picklist(loraTargets)), v.minLength(1)),
    }),
    v.object({
      kind: v.literal('scratch'),
      size: v.picklist(scratchSizes),
      /** A tokenizer learnt on the workspace, or that of the model in use. */
      tokenizer: v.picklist(['own', 'bundled']),
    }),
  ]),
  /** How long, without pauses. */
  minutes: positive,
  /** In place of the minutes, for runs that must repeat exactly. */
  steps: v.optional(count),
  /** In place of the mode's own. */
  peakRate: v.optional(positive),
  seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

export type TrainingOptions = v.InferOutput<typeof trainingOptionsSchema>;

export const defaultLora = { kind: 'lora', rank: 16, alpha: 32, targets: [...loraTargets] } as const;

/**
 * Peak learning rates, found by trying on repositories that judge nothing; but between 1e-3 and 5e-4 for `full`, cobra and fd
 * of the measured ones decided.
 */
export const peakRates = { full: 5e-4, lora: 2e-3, scratch: 3e-3 } as const;

/** Shorter rows than the context: of the same worth for the same tokens, and they leave more of the time to products. */
export const batchShape = { rows: 4, tokens: 256 };
export const rowsPerStep = 8;

const adamW = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };

/**
 * Muon where the whole model is trained further, as the bundled one was made with it. Two or four times the rate teach the
 * network more, but more of what memory knows already: together they are then no better, and on some repositories worse.
 */
export function hyperparametersOf({ kind }: Pick<TrainingOptions['mode'], 'kind'>): Hyperparameters {
  return kind === 'full' ? { ...adamW, muon: { momentum: 0.95, adamRate: 0.6 } } : adamW;
}

/** How often the files are gone through at most, found likewise: a model that knows code has soon learnt a workspace. */
export const maxEpochs = { full: 3, lora: 4, scratch: 30 } as const;

/** Full fine-tuning of a larger model takes more time and memory than a laptop has; its adapters do not. */
const maxFullParameters = 50_000_000;

export function defaultMode(parameters: number): TrainingOptions['mode'] {
  return parameters <= maxFullParameters
    ? { kind: 'full' }
    : { ...defaultLora, targets: [...defaultLora.targets] };
}
