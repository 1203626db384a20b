// The key-value cache against a plain list of tokens with their keys and values.

import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { KeyValueCache } from '../../src/infer/keyValueCache.ts';

const shape = { layers: 2, keyValueHeads: 2, headDim: 3, contextTokens: 1000 };
const { layers, keyValueHeads, headDim } = shape;

/** A value that tells where it belongs. */
function element(kind: 0 | 1, token: number, layer: number, head: number, feature: number): number {
  return (((token * 2 + kind) * layers + layer) * keyValueHeads + head) * headDim + feature + 1;
}

/** As the decode graph returns them: [layers · KV, 1, T, D]. */
function outputs(kind: 0 | 1, tokens: readonly number[]): Float32Array {
  const values: number[] = [];
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < keyValueHeads; head++) {
      for (const token of tokens) {
        for (let feature = 0; feature < headDim; feature++)
          values.push(element(kind, token, layer, head, feature));
      }
    }
  }
  return Float32Array.from(values);
}

function floats(data: Float32Array) {
  return { type: 'float32', shape: [data.length], data } as const;
}

function append(cache: KeyValueCache, tokens: readonly number[]): void {
  cache.append(tokens, { keys: floats(outputs(0, tokens)), values: floats(outputs(1, tokens)) });
}

/** The cache holds exactly `tokens`, where the decode graph reads them. */
function check(cache: KeyValueCache, tokens: readonly number[]): void {
  strictEqual(cache.size, tokens.length);
  strictEqual(cache.commonPrefix(tokens), tokens.length);
  strictEqual(cache.commonPrefix([...tokens, 5]), tokens.length);
  const { paddedSize } = cache;
  ok(
    paddedSize >= tokens.length && paddedSize <= tokens.length + 3 * 64,
    `${paddedSize} for ${tokens.length}`,
  );
  const feeds = cache.feeds(2);
  strictEqual(Object.keys(feeds).length, 2 * layers + 2);
  deepStrictEqual(feeds['split']?.data, BigInt64Array.of(BigInt(paddedSize), 2n));
  const mask = [1, 2].flatMap(seen =>
    Array.from({ length: paddedSize + 2 }, (_, position) =>
      position < tokens.length || (position >= paddedSize && position < paddedSize + seen) ? 0 : -1e9,
    ),
  );
  deepStrictEqual(feeds['mask'], {
    type: 'float32',
    shape: [2, paddedSize + 2],
    data: Float32Array.from(mask),
  });
  for (let layer = 0; layer < layers; layer++) {
    const keys = feeds[`past_keys.${layer}`];
    const values = feeds[`past_values.${layer}`];
    deepStrictEqual(keys?.shape, [keyValueHeads, 1, headDim, paddedSize]);
    deepStrictEqual(values?.shape, [keyValueHeads, 1, paddedSize, headDim]);
    strictEqual(keys.data.length, keyValueHeads * headDim * paddedSize);
    strictEqual(values.data.length, keys.data.length);
    for (const [position, token] of tokens.entries()) {
      for (let head = 0; head < keyValueHeads; head++) {
        for (let feature = 0; feature < headDim; feature++) {
          const key = keys.data[(head * headDim + feature) * paddedSize + position];
          const value = values.data[(head * paddedSize + position) * headDim + feature];
          if (key !== element(0, token, layer, head, feature)) throw new Error(`key ${position} is wrong`);
          if (value !== element(1, token, layer, head, feature))
            throw new Error(`value ${position} is wrong`);
        }
      }
    }
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

describe('infer/keyValueCache', () => {
  it('grows, truncates, shrinks and grows again', () => {
    const cache = new KeyValueCache(shape);
    check(cache, []);
    append(cache, range(0, 64));
    check(cache, range(0, 64));
    append(cache, [64]);
    check(cache, range(0, 65));
    append(cache, range(65, 600));
    check(cache, range(0, 600));
    const full = cache.paddedSize;
    cache.truncate(30);
    check(cache, range(0, 30));
    ok(cache.paddedSize < full, 'memory is given back');
    append(cache, range(700, 800));
    check(cache, [...range(0, 30), ...range(700, 800)]);
    cache.truncate(0);
    check(cache, []);
  });

  it('does not copy back and forth at the edge of a step', () => {
    const cache = new KeyValueCache(shape);
    append(cache, range(0, 65));
    const { paddedSize } = cache;
    cache.truncate(64);
    strictEqual(cache.paddedSize, paddedSize);
  });

  it('knows how far a sequence is held', () => {
    const cache = new KeyValueCache(shape);
    append(cache, [1, 2, 3]);
    strictEqual(cache.commonPrefix([]), 0);
    strictEqual(cache.commonPrefix([2]), 0);
    strictEqual(cache.commonPrefix([1, 2, 4, 3]), 2);
    cache.truncate(1);
    strictEqual(cache.commonPrefix([1, 2, 3]), 1);
  });

  it('refuses wrong sizes and keeps what it holds', () => {
    const cache = new KeyValueCache(shape);
    append(cache, [1, 2]);
    throws(() => {
      cache.truncate(3);
    }, new RangeError('cannot keep 3 of 2 cached tokens'));
    throws(() => {
      cache.truncate(-1);
    }, RangeError);
    const two = outputs(0, [1, 2]);
    throws(() => {
      cache.append([3], { keys: floats(two), values: floats(two) });
    }, /do not make 1 tokens of 2 layers/);
    throws(() => {
      cache.append([3, 4], { keys: floats(two), values: floats(two.subarray(1)) });
    }, /do not make/);
    check(cache, [1, 2]);
  });

  it('holds what a list would, whatever is done to it', () => {
    const step = fc.oneof(
      fc.record({ append: fc.array(fc.nat(50), { maxLength: 150 }) }),
      fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), steps => {
        const cache = new KeyValueCache(shape);
        let tokens: number[] = [];
        for (const one of steps) {
          if ('append' in one) {
            append(cache, one.append);
            tokens.push(...one.append);
          } else {
            tokens = tokens.slice(0, Math.floor(one.keep * tokens.length));
            cache.truncate(tokens.length);
          }
          check(cache, tokens);
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
