// What is fuzzed: one reader of foreign input with the inputs it is given and what must hold of each.

import { deepStrictEqual, ok } from 'node:assert/strict';
import type { GenericSchema } from 'valibot';
import type { Random } from '../../src/base/random.ts';
import type { TextSource } from './inputs.ts';
import { mutatedValue, randomBytes, randomText } from './inputs.ts';
import { valueOf } from './schemaInputs.ts';

export interface FuzzTarget {
  readonly name: string;
  /** The input depends on the random numbers alone. */
  make(random: Random): unknown;
  /** Throws, or rejects, where what must hold does not. */
  check(input: unknown): unknown;
}

export function textTarget(name: string, source: TextSource, check: (text: string) => unknown): FuzzTarget {
  return {
    name,
    make: random => randomText(source, random),
    check(input) {
      ok(typeof input === 'string');
      return check(input);
    },
  };
}

export function bytesTarget(
  name: string,
  samples: readonly Uint8Array[],
  check: (bytes: Uint8Array) => unknown,
): FuzzTarget {
  return {
    name,
    make: random => randomBytes(samples, random),
    check(input) {
      ok(input instanceof Uint8Array);
      return check(input);
    },
  };
}

export function jsonTarget(
  name: string,
  samples: readonly unknown[],
  check: (value: unknown) => unknown,
): FuzzTarget {
  return {
    name,
    make: random => mutatedValue(samples[Math.floor(random() * samples.length)], random),
    check,
  };
}

/**
 * Values that the schema describes, some of them changed. `parse` lets a value through, and then says the same of what it
 * gave, or throws an error that `isRefusal` knows.
 */
export function schemaTarget(
  name: string,
  schema: GenericSchema,
  parse: (value: unknown) => unknown,
  isRefusal: (error: Error) => boolean,
): FuzzTarget {
  return {
    name,
    make: random => {
      const value = valueOf(schema, random);
      return random() < 0.3 ? value : mutatedValue(value, random);
    },
    check(input) {
      const parsed = orRefused(() => parse(input), isRefusal);
      if (parsed !== refused) deepStrictEqual(parse(parsed), parsed);
    },
  };
}

export const refused = Symbol('refused');

/** What the work gives, or `refused` where it throws an error that is documented. */
export function orRefused<T>(work: () => T, isRefusal: (error: Error) => boolean): T | typeof refused {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && isRefusal(error)) return refused;
    throw error;
  }
}
