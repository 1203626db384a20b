// The options of `eval`, beside those that all commands share.

import { sampleSizes, defaultTokens } from '../evaluate/sample.ts';
import type { SampleSizes } from '../evaluate/sample.ts';
import type { TrainingOptions } from '../worker/protocol/trainingOptions.ts';
import { parseTrainingOptions, trainingValues } from './trainArguments.ts';
import { parseOptions, requireFolder, UsageError, wholeNumber } from './usage.ts';
import type { SharedOptions } from './usage.ts';

export interface EvalOptions extends Omit<SharedOptions, 'positionals'> {
  /** At least one; just one unless `sweep`. */
  readonly folders: readonly string[];
  readonly seed: number;
  readonly sizes: SampleSizes;
  /** onnxruntime-node in place of the Wasm runtime. */
  readonly native: boolean;
  readonly sweep: boolean;
  /** Whether memory looks for places that are built alike. */
  readonly analogies: boolean;
  readonly compressors: boolean;
  /** Whether to measure what the text after the cursor is worth. */
  readonly infill: boolean;
  /** Undefined: without training. */
  readonly training: TrainingOptions | undefined;
}

/** Throws a UsageError. */
export function parseEvalOptions(args: readonly string[]): EvalOptions {
  const { positionals, flags, values, ...shared } = parseOptions(args, {
    flags: ['native', 'sweep', 'compressors', 'infill', 'train'],
    values: ['seed', 'limit', 'without', ...trainingValues],
  });
  const sweep = flags.has('sweep');
  if (positionals.length === 0) throw new UsageError('eval takes a folder');
  if (positionals.length > 1 && !sweep)
    throw new UsageError('eval takes one folder, or several with --sweep');
  positionals.forEach(requireFolder);
  if (!flags.has('train') && trainingValues.some(name => values.has(name)))
    throw new UsageError('options of a training need --train');
  if (flags.has('train') && sweep) throw new UsageError('--train and --sweep do not go together');
  const without = values.get('without');
  if (without !== undefined && without !== 'analogy')
    throw new UsageError(`--without ${without}: only analogy can be left out`);
  const seed = wholeNumber('seed', values.get('seed') ?? '0', 0);
  return {
    ...shared,
    folders: positionals,
    seed,
    training: flags.has('train') ? parseTrainingOptions(values, seed) : undefined,
    sizes: sampleSizes(wholeNumber('limit', values.get('limit') ?? String(defaultTokens), 1)),
    native: flags.has('native'),
    sweep,
    analogies: without === undefined,
    compressors: flags.has('compressors'),
    infill: flags.has('infill'),
  };
}
