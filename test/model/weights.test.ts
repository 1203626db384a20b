// Weights out of safetensors, and their quantization to int8.

import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { float32Constant } from '../../src/graph/tensor.ts';
import { apply, constant, input } from '../../src/graph/graph.ts';
import { ModelFileError } from '../../src/model/modelFileError.ts';
import { constantParameters } from '../../src/model/parameters.ts';
import { blockSize, quantizeBlocks, quantizeChannel } from '../../src/model/quantize.ts';
import type { DataType, TensorView } from '../../src/model/tensorView.ts';
import type { Weights } from '../../src/model/weights.ts';
import { safetensorsWeights } from '../../src/model/weights.ts';
import { largestDifference, runGraph } from '../support/engine.ts';
import { feed, randomTensor, tensorOf } from '../support/engineTensors.ts';

const file = 'm/model.safetensors';

function weightsOf(
  name: string,
  shape: readonly number[],
  data: ArrayBufferView,
  dtype: DataType = 'F32',
): Weights {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const view: TensorView = { name, dtype, shape, data: bytes };
  return safetensorsWeights(new Map([[name, view]]), file);
}

describe('model/weights', () => {
  /** The error names the file and the tensor, and matches. */
  function check(read: () => unknown, expected: RegExp): void {
    throws(read, (error: unknown) => {
      ok(error instanceof ModelFileError, String(error));
      strictEqual(error.file, file);
      match(error.message, expected);
      return true;
    });
  }

  const six = Float32Array.of(1, 2, 3, 4, 5, 6);
  const rowsOf = (weights: Weights, rows: number, columns: number): number[][] => {
    const found: number[][] = [];
    weights.rows({ name: 'w', rows, columns }, (row, index) => (found[index] = [...row]));
    return found;
  };

  it('visits the rows of a matrix and copies vectors', () => {
    deepStrictEqual(rowsOf(weightsOf('w', [2, 3], six), 2, 3), [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    deepStrictEqual([...weightsOf('w', [6], six).vector('w', 6)], [...six]);
    deepStrictEqual(rowsOf(weightsOf('w', [1, 2], Uint16Array.of(0x3f80, 0xc000), 'BF16'), 1, 2), [[1, -2]]);
    deepStrictEqual(rowsOf(weightsOf('w', [1, 2], Uint16Array.of(0x3c00, 0xc000), 'F16'), 1, 2), [[1, -2]]);
  });

  it('reads matrices of more rows than it converts at once', () => {
    const values = Float32Array.from({ length: 1000 * 3 }, (_, at) => at);
    const rows = rowsOf(weightsOf('w', [1000, 3], values), 1000, 3);
    deepStrictEqual(rows.flat(), [...values]);
  });

  it('names the file and the tensor that is missing or of another shape or type', () => {
    const weights = weightsOf('w', [2, 3], six);
    check(() => weights.vector('v', 3), /the tensor v is missing/);
    check(() => weights.vector('w', 6), /w is 2 × 3, config\.json asks for 6/);
    check(() => rowsOf(weights, 3, 2), /w is 2 × 3, config\.json asks for 3 × 2/);
    check(() => rowsOf(weightsOf('w', [6], six), 2, 3), /w is 6, config\.json asks for 2 × 3/);
    check(() => rowsOf(weightsOf('w', [1, 4], new Int8Array(4), 'I8'), 1, 4), /w is I8\. Use weights in F32/);
    check(() => weightsOf('w', [1], new BigInt64Array(1), 'I64').vector('w', 1), /w is I64/);
  });
});

describe('model/quantize', () => {
  /** Every weight comes back within half a step, and the largest uses the whole range. */
  function check(weights: Float32Array): void {
    const values: number[] = [];
    const scale = quantizeChannel(weights, (value, index) => (values[index] = value));
    ok(scale > 0 && Number.isFinite(scale));
    strictEqual(values.length, weights.length);
    for (const [index, value] of values.entries()) {
      ok(Number.isInteger(value) && Math.abs(value) <= 127, `${value} is no int8`);
      const error = Math.abs(value * scale - (weights[index] ?? NaN));
      ok(error <= (scale / 2) * (1 + 1e-9), `${error} is over half of ${scale}`);
    }
    if (weights.some(weight => weight !== 0)) ok(values.some(value => Math.abs(value) === 127));
  }

  it('rounds to the nearest step of the channel', () => {
    check(Float32Array.of());
    check(new Float32Array(5));
    check(Float32Array.of(-1, 0.5, 1));
    check(Float32Array.of(1e30, -1e-30));
  });

  it('bounds the error of any channel', () => {
    const weight = fc.oneof(
      fc.double({ noNaN: true, min: -100, max: 100 }),
      fc.double({ noNaN: true, min: 1e-20, max: 1e20 }),
    );
    fc.assert(
      fc.property(fc.array(weight, { maxLength: 40 }), weights => {
        check(Float32Array.from(weights));
      }),
      { seed: 1 },
    );
  });
});

describe('model/quantize: blocks of 4 bits', () => {
  /** Every weight comes back within half a step, or a whole one at the end of the range that has one step less. */
  function check(row: Float32Array): void {
    const { bytes, scales } = quantizeBlocks(row);
    strictEqual(bytes.length, (scales.length * blockSize) / 2);
    for (let at = 0; at < scales.length * blockSize; at++) {
      const value = ((bytes[at >> 1] ?? 0) >> (at % 2 === 0 ? 0 : 4)) & 15;
      const scale = scales[Math.floor(at / blockSize)] ?? NaN;
      const error = Math.abs((value - 8) * scale - (row[at] ?? 0));
      ok(error <= Math.abs(scale) * (value === 15 ? 1 : 0.5) * (1 + 1e-6), `${error} for a step of ${scale}`);
    }
  }

  it('bounds the error of any row, and fills the last block with zeros', () => {
    check(Float32Array.of());
    check(new Float32Array(33));
    check(Float32Array.of(-1, 1, 0.5));
    const weight = fc.double({ noNaN: true, min: -10, max: 10 });
    fc.assert(
      fc.property(fc.array(weight, { maxLength: 100 }), weights => {
        check(Float32Array.from(weights));
      }),
      { seed: 1 },
    );
  });
});

describe('model/parameters', () => {
  const rows = 300;
  const columns = 16;
  const stored = randomTensor([rows, columns], 3);
  const weights: Weights = {
    vector: (_, size) => new Float32Array(size).fill(2),
    rows(matrix, visit) {
      const first = matrix.name === 'second' ? 100 : 0;
      for (let row = 0; row < matrix.rows; row++) {
        const start = (first + row) * columns;
        visit(Float32Array.from(stored.values.slice(start, start + columns)), row);
      }
    },
  };
  const x = randomTensor(['T', columns], 4);
  const product = (row: number, t: number) =>
    Array.from(
      { length: columns },
      (_, c) => (x.values[t * columns + c] ?? 0) * (stored.values[row * columns + c] ?? 0),
    ).reduce((sum, term) => sum + term, 0);

  /** Two stacked matrices and an embedding in either precision, against sums in plain TypeScript. */
  async function check(precision: 'float32' | 'int8', tolerance: number): Promise<void> {
    const parameters = constantParameters(weights, precision);
    const stacked = [
      { name: 'first', rows: 5, columns },
      { name: 'second', rows: 3, columns },
    ];
    const outputs = {
      y: parameters.linear(stacked, input('x', 'float32', ['T', columns])),
      embedded: parameters.embed({ name: 'first', rows, columns }, input('tokens', 'int64', ['T'])),
      vector: apply('Add', [parameters.vector('v', 2), constant(float32Constant([1], [0]))], {}),
    };
    const tokens = [299, 0, 299];
    const results = await runGraph(
      { outputs },
      { x: feed(x), tokens: feed(tensorOf('int64', ['T'], tokens)) },
    );
    deepStrictEqual(results['y']?.shape, [3, 8]);
    const expected = [0, 1, 2].flatMap(t => [0, 1, 2, 3, 4, 100, 101, 102].map(row => product(row, t)));
    ok(largestDifference(Array.from(results['y'].data, Number), expected) < tolerance);
    const picked = tokens.flatMap(token => stored.values.slice(token * columns, (token + 1) * columns));
    ok(largestDifference(Array.from(results['embedded']?.data ?? [], Number), picked) < tolerance / 10);
    deepStrictEqual([...(results['vector']?.data ?? [])], [2, 2]);
  }

  it('multiplies by stacked matrices and embeds, in float32', () => check('float32', 1e-4));
  it('multiplies by stacked matrices and embeds, in int8', () => check('int8', 0.25));
});
