// Options that commands share, and the error of wrong ones.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorMessage } from '../base/logger.ts';

/** The command was called wrongly; its message is followed by the usage. */
export class UsageError extends Error {}

export interface SharedOptions {
  readonly positionals: readonly string[];
  readonly json: boolean;
  readonly modelFolder: string;
  /** Folder of onnxruntime-web's files; undefined takes them from the installed package. */
  readonly runtimeFolder: string | undefined;
  /** 0 chooses from the cores. */
  readonly threads: number;
}

/** Parses the options of a command. Throws a UsageError. */
export function parseOptions(args: readonly string[]): SharedOptions {
  const { values, positionals } = parse(args);
  const threads = Number(values.threads ?? 0);
  if (!Number.isInteger(threads) || threads < 0)
    throw new UsageError('--threads takes a whole number from 0');
  const here = dirname(fileURLToPath(import.meta.url));
  const runtimeFolder = join(here, 'runtime');
  return {
    positionals,
    json: values.json ?? false,
    modelFolder: values.model ?? bundledModel(here),
    runtimeFolder: existsSync(runtimeFolder) ? runtimeFolder : undefined,
    threads,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, model: { type: 'string' }, threads: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(errorMessage(error));
  }
}

/** Found from the bundle in dist/ as well as from the source in src/cli/. */
function bundledModel(here: string): string {
  const candidates = [join(here, '../models/bundled'), join(here, '../../models/bundled')];
  return candidates.find(folder => existsSync(folder)) ?? join(here, '../models/bundled');
}
