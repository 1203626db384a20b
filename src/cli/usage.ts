// Options that commands share, and the error of wrong ones.

import type { Stats } from 'node:fs';
import { existsSync, statSync } from 'node:fs';
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

/** Names of the options that a command has beside the shared ones, without dashes. */
export interface OwnOptions {
  readonly flags: readonly string[];
  readonly values: readonly string[];
}

export interface ParsedOptions extends SharedOptions {
  /** Flags that were given. */
  readonly flags: ReadonlySet<string>;
  /** What was given for options that take a value. */
  readonly values: ReadonlyMap<string, string>;
}

/** Parses the options of a command. Throws a UsageError. */
export function parseOptions(
  args: readonly string[],
  own: OwnOptions = { flags: [], values: [] },
): ParsedOptions {
  const { positionals, flags, values } = parse(args, own);
  const threads = Number(values.get('threads') ?? 0);
  if (!Number.isInteger(threads) || threads < 0)
    throw new UsageError('--threads takes a whole number from 0');
  const here = dirname(fileURLToPath(import.meta.url));
  const runtimeFolder = join(here, 'runtime');
  return {
    positionals,
    json: flags.has('json'),
    modelFolder: values.get('model') ?? bundledModel(here),
    runtimeFolder: existsSync(runtimeFolder) ? runtimeFolder : undefined,
    threads,
    flags,
    values,
  };
}

function parse(args: readonly string[], own: OwnOptions) {
  const named = (names: readonly string[], type: 'boolean' | 'string') =>
    Object.fromEntries(names.map(name => [name, { type }]));
  const options = {
    ...named(['json', ...own.flags], 'boolean'),
    ...named(['model', 'threads', ...own.values], 'string'),
  };
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const given = Object.entries(values);
    return {
      positionals,
      flags: new Set(given.flatMap(([name, value]) => (value === true ? [name] : []))),
      values: new Map(given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
    };
  } catch (error) {
    throw new UsageError(errorMessage(error));
  }
}

/** Found from the bundle in dist/ as well as from the source in src/cli/. */
function bundledModel(here: string): string {
  const candidates = [join(here, '../models/bundled'), join(here, '../../models/bundled')];
  return candidates.find(folder => existsSync(folder)) ?? join(here, '../models/bundled');
}

/** Throws a UsageError unless the path is one of a folder. */
export function requireFolder(path: string): void {
  const found = statOf(path);
  if (found === undefined) throw new UsageError(`${path} does not exist`);
  if (!found.isDirectory()) throw new UsageError(`${path} is not a folder`);
}

/** Undefined where there is nothing. Throws a UsageError for a path that no file system takes, or that is locked away. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`${path} cannot be looked at: ${errorMessage(error)}`);
  }
}

/** Throws a UsageError. */
export function wholeNumber(name: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new UsageError(`--${name} takes a whole number from ${least} to 999999999`);
  return Number(text);
}

/** A number above 0. Throws a UsageError. */
export function numberOption(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new UsageError(`--${name} takes a number above 0`);
  return value;
}

/** Throws a UsageError that lists the choices. */
export function oneOf<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const chosen = choices.find(choice => choice === text);
  if (chosen === undefined) throw new UsageError(`--${name} takes one of ${choices.join(', ')}`);
  return chosen;
}
