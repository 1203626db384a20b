// The bytes of the stored memory: what was written comes back, and what was damaged is never taken for it.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from '../../src/base/crc32.ts';
import type { StoredFile } from '../../src/memory/store.ts';
import { encodeStore, parseStore } from '../../src/memory/store.ts';
import { finish } from '../../src/memory/workspaceMemory.ts';

const vocabularySize = 300_000;

const storedFile: fc.Arbitrary<StoredFile> = fc.record(
  {
    path: fc.string({ unit: 'grapheme', minLength: 1 }).map(path => path.toWellFormed()),
    sizeBytes: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    mtimeMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
    content: fc.oneof(
      fc.constantFrom('binary', 'secret', ''),
      fc.array(fc.nat({ max: vocabularySize - 1 })).map(tokens => Int32Array.from(tokens)),
    ),
  },
  { noNullPrototype: true },
);
const files = fc.uniqueArray(storedFile, { selector: ({ path }) => path, maxLength: 20 });

const write = (key: string, content: readonly StoredFile[]) => finish(encodeStore(key, content));
const read = (bytes: Uint8Array, key = 'key') => finish(parseStore(bytes, key, vocabularySize));

const sample: readonly StoredFile[] = [
  { path: 'src/a.ts', sizeBytes: 1_234, mtimeMs: 1_700_000_000_123.5, content: [1, 200, 70_000] },
  { path: 'src/größe.py', sizeBytes: 2 ** 40, mtimeMs: 0, content: [] },
  { path: 'keys.txt', sizeBytes: 7, mtimeMs: 1, content: 'secret' },
];

/** Bytes with a checksum that holds, so that what is behind it is reached. */
function sealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(8, bytes.byteLength - 16, true);
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

describe('stored memory', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.string(), files, (key, content) => {
        const wellFormed = key.toWellFormed();
        deepStrictEqual(read(write(wellFormed, content), wellFormed), content);
      }),
    );
  });

  it('is refused with any byte changed', () => {
    const bytes = write('key', sample);
    for (let at = 0; at < bytes.byteLength; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        equal(typeof read(damaged), 'string', `byte ${at}`);
      }
    }
  });

  it('is refused cut at any length, and with anything appended', () => {
    const bytes = write('key', sample);
    for (let length = 0; length < bytes.byteLength; length++) equal(read(bytes.slice(0, length)), 'damaged');
    equal(read(Uint8Array.of(...bytes, 0)), 'damaged');
    for (let length = 16; length < bytes.byteLength; length++) {
      equal(typeof read(sealed(bytes.slice(0, length))), 'string', `length ${length}`);
    }
  });

  it('of another key or version is refused by that name', () => {
    const bytes = write('key', sample);
    equal(read(bytes, 'other'), 'other-key');
    const newer = bytes.slice();
    newer[4] = 2;
    equal(read(newer), 'other-version');
  });

  it('never throws nor allocates beyond its size, whatever bytes have a right checksum', () => {
    const start = write('key', []).subarray(0, 20);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), tail => {
        const result = read(sealed(Uint8Array.of(...start, ...tail)));
        if (typeof result !== 'string') for (const { content } of result) ok(content.length <= tail.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused with a token outside the vocabulary', () => {
    const bytes = write('key', [{ path: 'a', sizeBytes: 1, mtimeMs: 1, content: [9] }]);
    equal(typeof finish(parseStore(bytes, 'key', 10)), 'object');
    equal(finish(parseStore(bytes, 'key', 9)), 'damaged');
  });

  it('is written and read in slices', () => {
    const tokens = Int32Array.from({ length: 1_000_000 }, (_, at) => at % 8_192);
    const steps = <T>(work: Generator<undefined, T>): number => {
      let count = 0;
      while (work.next().done !== true) count++;
      return count;
    };
    const content = [{ path: 'a', sizeBytes: 1, mtimeMs: 1, content: tokens }];
    ok(steps(encodeStore('key', content)) >= 10);
    ok(steps(parseStore(write('key', content), 'key', 8_192)) >= 10);
  });
});

describe('crc32', () => {
  it('is that of zlib, in one go and in parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 50 }), (left, right) => {
        equal(crc32(right, crc32(left)), zlibCrc32(Uint8Array.of(...left, ...right)));
      }),
    );
  });
});
