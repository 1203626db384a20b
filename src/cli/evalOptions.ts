// The options of `eval`, beside those that all commands share.

import { existsSync, statSync } from 'node:fs';
import { sampleSizes, defaultTokens } from '../evaluate/sample.ts';
import type { SampleSizes } from '../evaluate/sample.ts';
import { parseOptions, UsageError } from './usage.ts';
import type { SharedOptions } from './usage.ts';

export interface EvalOptions extends Omit<SharedOptions, 'positionals'> {
  /** At least one; just one unless `sweep`. */
  readonly folders: readonly string[];
  readonly seed: number;
  readonly sizes: SampleSizes;
  /** onnxruntime-node in place of the Wasm runtime. */
  readonly native: boolean;
  readonly sweep: boolean;
  readonly compressors: boolean;
}

/** Throws a UsageError. */
export function parseEvalOptions(args: readonly string[]): EvalOptions {
  const { positionals, flags, values, ...shared } = parseOptions(args, {
    flags: ['native', 'sweep', 'compressors'],
    values: ['seed', 'limit'],
  });
  const sweep = flags.has('sweep');
  if (positionals.length === 0) throw new UsageError('eval takes a folder');
  if (positionals.length > 1 && !sweep)
    throw new UsageError('eval takes one folder, or several with --sweep');
  for (const folder of positionals) {
    if (!existsSync(folder)) throw new UsageError(`${folder} does not exist`);
    if (!statSync(folder).isDirectory()) throw new UsageError(`${folder} is not a folder`);
  }
  return {
    ...shared,
    folders: positionals,
    seed: wholeNumber('seed', values.get('seed') ?? '0', 0),
    sizes: sampleSizes(wholeNumber('limit', values.get('limit') ?? String(defaultTokens), 1)),
    native: flags.has('native'),
    sweep,
    compressors: flags.has('compressors'),
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new UsageError(`--${name} takes a whole number from ${least} to 999999999`);
  return Number(text);
}
