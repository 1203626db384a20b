// Seeded inputs: real samples that were changed a little, the grammar's own tokens in any order, and units of them repeated.

import type { Random } from '../../src/base/random.ts';

/** What inputs of one kind are made of. */
export interface TextSource {
  /** Real ones. */
  readonly samples: readonly string[];
  /** The alphabet of the grammar: what opens, closes and separates in it. */
  readonly tokens: readonly string[];
}

/** UTF-16 code units, or bytes, at most. */
const maxChars = 4_000;

export function chosen<T>(items: readonly T[], random: Random): T {
  if (items.length === 0) throw new Error('there is nothing to choose from');
  return items[Math.floor(random() * items.length)] as T;
}

/** A whole number from 0 to below `limit`, small ones more often. */
export function smallNumber(limit: number, random: Random): number {
  return Math.floor(random() ** 3 * limit);
}

export function randomText(source: TextSource, random: Random): string {
  const share = random();
  if (share < 0.55 && source.samples.length > 0) return mutatedText(source, random);
  if (share < 0.8) return tokensInAnyOrder(source, random);
  return repeatedUnit(source, random);
}

/** Characters that are treated apart somewhere: of two code units or none of their own, line ends, controls, directions. */
const oddCharacters = [
  ...['\0', '\u0001', '\t', '\n', '\r', '\r\n', '\u0085', '\u00a0', '\u2028', '\u2029', '\ufeff', '\ufffd'],
  ...['\ud800', '\udc00', '😀', '👩‍👩‍👧', '🇩🇪', 'é', 'e\u0301', 'ß', 'İ', 'ſ', '漢', 'ا', '\u202e', '\u200b'],
  ...['"', "'", '`', '\\', '/', '$', '{', '}', '(', ')', '[', ']', '<', '>', '#', '%', ':', ';', '=', '|'],
  ...['0', '-1', '1e999', '9007199254740993', '__proto__', 'constructor', ' ', '  ', ''],
];

function piece({ tokens }: TextSource, random: Random): string {
  return random() < 0.6 && tokens.length > 0 ? chosen(tokens, random) : chosen(oddCharacters, random);
}

function mutatedText(source: TextSource, random: Random): string {
  let text = chosen(source.samples, random);
  for (let left = 1 + smallNumber(8, random); left > 0; left--) {
    const from = Math.floor(random() * (text.length + 1));
    const to = Math.min(text.length, from + smallNumber(60, random));
    const [before, span, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    switch (Math.floor(random() * 7)) {
      case 0:
        text = before + after;
        break;
      case 1:
        text = before + span.repeat(1 + smallNumber(40, random)) + after;
        break;
      case 2:
        text = before + piece(source, random) + span + after;
        break;
      case 3:
        text = before + piece(source, random) + after;
        break;
      case 4:
        text = before;
        break;
      case 5:
        text = before + chosen(source.samples, random).slice(smallNumber(200, random));
        break;
      default:
        text = before + span.split('').reverse().join('') + after;
    }
    text = text.slice(0, maxChars);
  }
  return text;
}

function tokensInAnyOrder(source: TextSource, random: Random): string {
  let text = '';
  for (let left = smallNumber(80, random); left > 0; left--) text += piece(source, random);
  return text.slice(0, maxChars);
}

function repeatedUnit(source: TextSource, random: Random): string {
  let unit = '';
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) unit += piece(source, random);
  const count = 1 + smallNumber(maxChars / (2 * Math.max(1, unit.length)), random);
  const [start, end] = [random() < 0.3, random() < 0.5].map(odd => (odd ? piece(source, random) : ''));
  return `${start ?? ''}${unit.repeat(count)}${end ?? ''}`.slice(0, maxChars);
}

/** A sample with bits flipped, bytes set, and spans cut out, repeated or filled. */
export function randomBytes(samples: readonly Uint8Array[], random: Random): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(chosen(samples, random));
  for (let left = 1 + smallNumber(6, random); left > 0; left--) {
    const at = Math.floor(random() * bytes.length);
    const end = Math.min(bytes.length, at + 1 + smallNumber(64, random));
    switch (Math.floor(random() * 6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        break;
      case 1:
        bytes[at] = chosen([0, 1, 0x7f, 0x80, 0xc0, 0xed, 0xf5, 0xff, Math.floor(random() * 256)], random);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(end));
        break;
      case 4:
        bytes = joined(bytes.subarray(0, end), bytes.subarray(at));
        break;
      default:
        bytes.fill(Math.floor(random() * 256), at, end);
    }
  }
  return bytes.slice(0, maxChars);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Values of other types, beyond ranges, and names of what every object has. */
const strangeValues: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, -1, 0.5, 1e9, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, Infinity, NaN],
  ...['', ' ', 'x', '0', '\0', '\ud800', '../..', '__proto__', 'constructor', 'x'.repeat(300)],
  ...[[], {}, [null], [[]], { a: 'b' }, { length: 1 }, { kind: 'x' }, [0, 1, 2], new Uint8Array(3)],
];

function strangeValue(random: Random): unknown {
  return structuredClone(chosen(strangeValues, random));
}

/** The value with some of its parts, at whatever depth, replaced, removed, doubled or swapped. */
export function mutatedValue(sample: unknown, random: Random): unknown {
  const root = { value: structuredClone(sample) };
  for (let left = 1 + smallNumber(4, random); left > 0; left--) {
    const { holder, key } = randomPlace(root, random);
    switch (Math.floor(random() * 4)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else Reflect.deleteProperty(holder, key);
        break;
      case 1: {
        const other = randomPlace(root, random);
        Reflect.set(holder, key, structuredClone(Reflect.get(other.holder, other.key)));
        break;
      }
      case 2:
        Reflect.set(
          holder,
          typeof key === 'string' && random() < 0.3 ? `${key}x` : key,
          strangeValue(random),
        );
        break;
      default: {
        const value: unknown = Reflect.get(holder, key);
        if (typeof value === 'number')
          Reflect.set(holder, key, value + chosen([-1, 1, 0.5, 2 ** 32], random));
        else if (typeof value === 'string')
          Reflect.set(holder, key, mutatedText({ samples: [value], tokens: [] }, random));
        else Reflect.set(holder, key, strangeValue(random));
      }
    }
  }
  return root.value;
}

/** Somewhere in the value: each level is entered or not by chance. */
function randomPlace(root: { value: unknown }, random: Random): { holder: object; key: string | number } {
  let holder: object = root;
  let key = 'value';
  for (;;) {
    const value: unknown = Reflect.get(holder, key);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) break;
    const keys = Object.keys(value);
    if (keys.length === 0 || random() < 0.2) break;
    holder = value;
    key = chosen(keys, random);
  }
  return { holder, key };
}
