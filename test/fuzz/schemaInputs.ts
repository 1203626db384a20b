// Values made from a valibot schema: what it lets through, every variant of it, so that a change of one field reaches deep.

import type { GenericSchema } from 'valibot';
import type { Random } from '../../src/base/random.ts';
import { chosen, smallNumber } from './inputs.ts';

/** What the schemas of this repository are made of; pipes are met in their type alone, so their checks may refuse. */
interface Described {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Described>>;
  readonly options?: readonly unknown[];
  readonly items?: readonly Described[];
  readonly item?: Described;
  readonly key?: Described;
  readonly value?: Described;
  readonly wrapped?: Described;
  readonly literal?: unknown;
  readonly pipe?: readonly (Described & { readonly requirement?: unknown })[];
}

const texts = ['', 'a', 'src/a.ts', 'file:///a', 'größe 😀', '0', '2026-01-31', '__proto__', 'line\nline'];
const numbers = [0, 1, 2, 3, 7, 64, 0.5, 1_700_000_000_000];

export function valueOf(schema: GenericSchema, random: Random): unknown {
  return made(schema, random);
}

function made(schema: Described, random: Random): unknown {
  switch (schema.type) {
    case 'object':
    case 'strict_object':
    case 'loose_object':
      return madeObject(schema.entries ?? {}, random);
    case 'variant':
    case 'union':
      return made(chosen(schema.options as readonly Described[], random), random);
    case 'picklist':
      return chosen(schema.options ?? [], random);
    case 'array':
      return Array.from({ length: minLength(schema) + smallNumber(4, random) }, () =>
        madeOf(schema.item, random),
      );
    case 'tuple':
    case 'strict_tuple':
      return (schema.items ?? []).map(item => made(item, random));
    case 'record':
      return Object.fromEntries(
        Array.from({ length: smallNumber(4, random) }, () => [
          madeOf(schema.key, random),
          madeOf(schema.value, random),
        ]),
      );
    case 'nullable':
    case 'nullish':
      return random() < 0.3 ? null : madeOf(schema.wrapped, random);
    case 'optional':
    case 'exact_optional':
      return madeOf(schema.wrapped, random);
    case 'literal':
      return schema.literal;
    case 'string':
      return chosen(texts, random);
    case 'number':
      return chosen(numbers, random);
    case 'boolean':
      return random() < 0.5;
    case 'void':
    case 'undefined':
      return undefined;
    case 'null':
      return null;
    case 'unknown':
    case 'any':
      return chosen<unknown>([undefined, 1, 'a', { b: [2] }], random);
    case 'custom':
      // The one of them asks for bytes.
      return new Uint8Array([1, 2, 3]);
    default:
      throw new Error(`no value is made for the schema ${schema.type}; add it to schemaInputs.ts`);
  }
}

function madeOf(schema: Described | undefined, random: Random): unknown {
  return schema === undefined ? undefined : made(schema, random);
}

function madeObject(entries: Readonly<Record<string, Described>>, random: Random): object {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, entry]) => {
      const isLeftOut = /optional|nullish/.test(entry.type) && random() < 0.4;
      return isLeftOut ? [] : [[key, made(entry, random)]];
    }),
  );
}

function minLength({ pipe = [] }: Described): number {
  const found = pipe.find(({ type }) => type === 'min_length' || type === 'length')?.requirement;
  return typeof found === 'number' ? found : 0;
}
