// Safetensors: the bytes of the reference implementation, round trips, headers that lie, and conversion to float32.

import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ModelFileError } from '../../src/model/modelFileError.ts';
import type { TensorView } from '../../src/model/safetensors.ts';
import { parseSafetensors, toFloat32, writeSafetensors } from '../../src/model/safetensors.ts';
import { dataTypeBytes } from '../../src/model/tensorView.ts';
import type { DataType } from '../../src/model/tensorView.ts';

const dataTypes = Object.keys(dataTypeBytes) as DataType[];

/** A file of a header, given as text or as a value, and of this many bytes of data. */
function fileOf(header: unknown, dataBytes = 0, declaredBytes?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(declaredBytes ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes, 7)]);
}

function entry(shape: unknown, begin: unknown, end: unknown, dtype: unknown = 'F32'): object {
  return { dtype, shape, data_offsets: [begin, end] };
}

/** The error names the file and matches. */
function check(bytes: Uint8Array, expected: RegExp): void {
  throws(
    () => parseSafetensors(bytes, 'm/model.safetensors'),
    (error: unknown) => {
      ok(error instanceof ModelFileError, String(error));
      match(error.message, /^m\/model\.safetensors: /);
      match(error.message, expected);
      return true;
    },
  );
}

const tensor: fc.Arbitrary<Omit<TensorView, 'name'>> = fc
  .tuple(fc.constantFrom(...dataTypes), fc.array(fc.nat(4), { maxLength: 4 }), fc.nat(255))
  .map(([dtype, shape, fill]) => {
    const sizeBytes = shape.reduce((product, size) => product * size, dataTypeBytes[dtype]);
    return { dtype, shape, data: new Uint8Array(sizeBytes).map((_, at) => at + fill) };
  });
const tensorName = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', '0', '10', 'a"b\\c', ''),
);
const tensors: fc.Arbitrary<TensorView[]> = fc
  .uniqueArray(fc.tuple(tensorName, tensor), { selector: ([name]) => name, maxLength: 6 })
  .map(list => list.map(([name, content]) => ({ name, ...content })));

describe('safetensors', () => {
  it('writes the bytes of the reference implementation', () => {
    const floats = new Uint8Array(new Float32Array([0, 1, 2, 3, 4, 5]).buffer);
    const file = writeSafetensors([{ name: 'attn0', dtype: 'F32', shape: [1, 1, 2, 3], data: floats }]);
    const header = '{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       ';
    deepStrictEqual(
      Buffer.from(file),
      Buffer.concat([Buffer.from([72, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(header), floats]),
    );
    strictEqual(Buffer.from(writeSafetensors([])).toString('latin1'), '\x08\0\0\0\0\0\0\0{}      ');
    const withMetadata = Buffer.from(writeSafetensors([], { framework: 'pt' })).toString('latin1');
    strictEqual(withMetadata, '(\0\0\0\0\0\0\0{"__metadata__":{"framework":"pt"}}     ');
  });

  it('gives back what was written, aligned', () => {
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, metadata) => {
        const file = writeSafetensors(written, metadata);
        const read = parseSafetensors(file, 'f');
        strictEqual(read.size, written.length);
        for (const view of written) {
          deepStrictEqual(read.get(view.name), view);
          strictEqual((read.get(view.name)?.data.byteOffset ?? 0) % dataTypeBytes[view.dtype], 0);
        }
      }),
      { seed: 1 },
    );
  });

  it('reads the bundled model and an oracle that Python wrote', () => {
    const bundled = parseSafetensors(readFileSync('models/bundled/model.safetensors'), 'bundled');
    deepStrictEqual(bundled.get('model.embed_tokens.weight')?.shape, [8192, 256]);
    const oracle = JSON.parse(readFileSync('test/oracles/architectures.json', 'utf8')) as {
      cases: { safetensorsBase64: string }[];
    };
    ok(oracle.cases.length >= 7);
    for (const { safetensorsBase64 } of oracle.cases) {
      ok(parseSafetensors(Buffer.from(safetensorsBase64, 'base64'), 'oracle').has('model.norm.weight'));
    }
  });

  it('reads views of a file, in the order of their data, whatever the order of the header', () => {
    const bytes = fileOf({ b: entry([1], 4, 8), a: entry([], 0, 4), none: entry([0, 9], 4, 4) }, 8);
    const read = parseSafetensors(bytes, 'f');
    deepStrictEqual([...read.keys()], ['a', 'none', 'b']);
    for (const { data } of read.values()) strictEqual(data.buffer, bytes.buffer);
  });

  it('refuses a file that is none', () => {
    check(new Uint8Array(0), /0 bytes are too few/);
    check(new Uint8Array(7), /7 bytes are too few/);
    check(fileOf('{}', 0, 3n), /header of 3 bytes reaches beyond the file of 10 bytes/);
    check(fileOf('{}', 0, 2n ** 64n - 1n), /reaches beyond/);
    check(fileOf('{}', 0, 0n), /not a JSON object/);
    check(fileOf('[]'), /not a JSON object/);
    check(fileOf(' {}'), /not a JSON object/);
    check(fileOf('{"a":'), /not valid JSON/);
    check(fileOf('{"a\xff":1}'), /tensor "aÿ"/);
    check(Buffer.concat([fileOf('{}', 0, 4n), Buffer.from([0xff, 0xfe])]), /not valid JSON/);
    check(Buffer.from('<!DOCTYPE html><html>'), /reaches beyond/);
  });

  it('refuses entries that lie', () => {
    check(fileOf({ a: 3 }), /tensor "a"/);
    check(fileOf({ a: {} }), /tensor "a": dtype/);
    check(fileOf({ a: entry([1], 0, 8, 'F64') }, 8), /"F64" is not supported\. Save .* F32, F16/);
    check(fileOf({ a: entry([1], 0, 8, 'toString') }, 8), /"toString" is not supported/);
    check(fileOf({ a: entry([1], 0, 4, 4) }, 4), /dtype: must be a string/);
    check(fileOf({ a: entry([-1], 0, 4) }, 4), /shape\.0: must not be negative/);
    check(fileOf({ a: entry([0.5], 0, 4) }, 4), /shape\.0: must be a whole number/);
    check(fileOf({ a: entry([null], 0, 4) }, 4), /shape\.0: must be a number/);
    check(fileOf({ a: entry('x', 0, 4) }, 4), /shape: must be a list/);
    check(fileOf('{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}', 4), /shape\.0/);
    check(fileOf({ a: entry([2 ** 52, 2 ** 52, 2 ** 52], 0, 4) }, 4), /do not hold F32 of shape/);
    check(fileOf({ a: entry([2 ** 32, 2 ** 32], 0, 0) }), /do not hold/);
    check(fileOf({ a: entry(Array(200).fill(2 ** 50), 0, 4) }, 4), /do not hold/);
    check(fileOf({ a: entry([2], 0, 4) }, 4), /bytes 0 to 4 do not hold F32 of shape \[2\]/);
    check(fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4), /data_offsets/);
    check(fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4), /data_offsets/);
    check(fileOf({ a: entry([1], -4, 0) }, 4), /data_offsets\.0: must not be negative/);
    check(fileOf({ a: entry([1], 4, 0) }, 4), /not within/);
    check(fileOf({ a: entry([1], 4, 8) }, 4), /bytes 4 to 8 are not within the 4 bytes of data/);
    check(fileOf({ a: entry([2 ** 50], 0, 2 ** 52) }, 4), /not within/);
  });

  it('refuses overlaps, holes, leftovers and names that occur twice', () => {
    check(fileOf({ a: entry([2], 0, 8), b: entry([1], 4, 8) }, 8), /"b": bytes 4 to 8 overlap/);
    check(fileOf({ a: entry([1], 0, 4), b: entry([1], 0, 4) }, 4), /overlap/);
    check(fileOf({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12), /"b".* leave a hole of 4 bytes/);
    check(fileOf({ a: entry([1], 0, 4) }, 6), /2 bytes at the end belong to no tensor/);
    const twice = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    check(fileOf(`{"a":${twice},"a":${twice}}`, 4), /names "a" twice/);
    check(fileOf(`{"a":${twice},"\\u0061":${twice}}`, 4), /names "a" twice/);
    check(fileOf(`{"a":{"dtype":"F16","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), /"dtype" twice/);
    check(fileOf({ __metadata__: { format: 1 } }), /__metadata__/);
    check(fileOf({ __metadata__: 'pt' }), /__metadata__/);
  });

  it('cuts and escapes long names in messages', () => {
    check(fileOf({ ['\n'.repeat(10_000)]: 3 }), /^.{1,400}$/);
  });

  it('gives tensors within the file or a ModelFileError, for any damage', () => {
    const good = writeSafetensors([
      { name: 'w', dtype: 'F16', shape: [2, 3], data: new Uint8Array(12) },
      { name: 'b', dtype: 'F32', shape: [3], data: new Uint8Array(12) },
    ]);
    const piece = fc.oneof(
      fc.constantFrom(
        '"',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '-',
        '0',
        '9',
        '99999999999',
        '1e999',
        'null',
        '\\',
        ' ',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const damage = fc.tuple(fc.nat(good.length), fc.nat(20), piece);
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), fc.boolean(), (damages, keepsLength) => {
        let bytes: Uint8Array = good;
        for (const [at, removed, added] of damages) {
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(added), bytes.subarray(at + removed)]);
        }
        // Half of the headers keep an honest length, so that the damage is met by the checks behind it.
        const end = Buffer.from(bytes).lastIndexOf('}') + 1;
        if (keepsLength && end > 8)
          new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(0, BigInt(end - 8), true);
        checkAnswer(bytes);
      }),
      { numRuns: 3000, seed: 1 },
    );
    for (let length = 0; length < good.length; length++) check(good.subarray(0, length), /\. [A-Z]/);
  });

  it('gives tensors within the file or a ModelFileError, for any JSON as header', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 4, 8, -1, 0.5, 2 ** 53, 1e300, null, 'F32', 'F16'),
      fc.jsonValue(),
    );
    const lie = fc.record({
      dtype: fc.oneof(fc.constantFrom(...dataTypes), value),
      shape: fc.oneof(fc.array(value, { maxLength: 3 }), value),
      data_offsets: fc.oneof(fc.tuple(value, value), value),
    });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(lie, fc.jsonValue())),
        fc.nat(16),
        (header, dataBytes) => {
          checkAnswer(fileOf(header, dataBytes));
        },
      ),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('survives a header that is deep or has one long name', () => {
    check(fileOf('{"a":' + '['.repeat(200_000)), /not valid JSON/);
    check(fileOf('{"a":' + '['.repeat(200_000) + ']'.repeat(200_000) + '}'), /tensor "a"/);
    check(fileOf(`{"${'x\\n'.repeat(2_000_000)}":1}`), /tensor/);
  });

  it('refuses to write what would not be a file', () => {
    const view: TensorView = { name: 'a', dtype: 'F32', shape: [1], data: new Uint8Array(4) };
    throws(() => writeSafetensors([view, view]), /"a": the name is taken/);
    throws(() => writeSafetensors([{ ...view, name: '__metadata__' }]), /the name is taken/);
    throws(() => writeSafetensors([{ ...view, shape: [2] }]), /give it data of 8 bytes/);
  });
});

/** Tensors that lie within the file and do not outgrow it, or a ModelFileError. */
function checkAnswer(bytes: Uint8Array): void {
  try {
    let total = 0;
    for (const { dtype, shape, data } of parseSafetensors(bytes, 'f').values()) {
      strictEqual(data.buffer, bytes.buffer);
      strictEqual(
        shape.reduce((product, size) => product * size, dataTypeBytes[dtype]),
        data.length,
      );
      total += data.length;
    }
    ok(total <= bytes.length);
  } catch (error) {
    ok(error instanceof ModelFileError, String(error));
    match(error.message, /^f: /);
  }
}

describe('toFloat32', () => {
  function floats(dtype: DataType, ...words: number[]): number[] {
    const data = new Uint8Array(
      dtype === 'F32' ? new Uint32Array(words).buffer : new Uint16Array(words).buffer,
    );
    const odd = new Uint8Array(data.length + 1);
    odd.set(data, 1);
    const aligned = toFloat32({ name: 'x', dtype, shape: [words.length], data });
    deepStrictEqual(toFloat32({ name: 'x', dtype, shape: [words.length], data: odd.subarray(1) }), aligned);
    return [...aligned];
  }

  it('converts F16, with its zeros, subnormals, infinities and NaN', () => {
    deepStrictEqual(floats('F16', 0x3c00, 0xc000, 0x3555, 0x7bff), [1, -2, 0.333251953125, 65504]);
    deepStrictEqual(floats('F16', 0x0000, 0x8000, 0x0001, 0x83ff), [0, -0, 2 ** -24, -1023 * 2 ** -24]);
    deepStrictEqual(floats('F16', 0x0400, 0x7c00, 0xfc00, 0x7e00), [2 ** -14, Infinity, -Infinity, NaN]);
  });

  it('converts BF16 and F32', () => {
    deepStrictEqual(floats('BF16', 0x3f80, 0xc000, 0x7f80, 0x0001, 0x7fc0), [
      1,
      -2,
      Infinity,
      2 ** -133,
      NaN,
    ]);
    deepStrictEqual(floats('F32', 0x3f800000, 0x80000000), [1, -0]);
  });

  it('copies, also out of a Buffer', () => {
    const data = Buffer.alloc(4);
    const copy = toFloat32({ name: 'x', dtype: 'F32', shape: [1], data });
    data.fill(0x40);
    deepStrictEqual([...copy], [0]);
  });

  it('refuses integers by name', () => {
    throws(() => floats('I8', 1), /tensor x: I8 is not a floating-point type/);
  });
});
