// How the transformer's definition meets its weights. The definition says which matrices it multiplies by;
// whether they are float32 constants, int8 constants or, for training, inputs of the graph is decided here.

import type { Value } from '../graph/graph.ts';
import { apply, applyMany, constant } from '../graph/graph.ts';
import { constantTensor } from '../graph/tensor.ts';
import { blockSize, quantizeBlocks, quantizeChannel } from './quantize.ts';
import type { MatrixName, Weights } from './weights.ts';

export interface Parameters {
  /** A one-dimensional weight [size]: a norm's or a bias. */
  vector(name: string, size: number): Value;
  /** Rows of a matrix picked by token ids [T]: [T, columns]. */
  embed(matrix: MatrixName, tokens: Value): Value;
  /** `x · Wᵀ` for x [T, columns], with the matrices stacked along their rows: [T, sum of rows]. */
  linear(matrices: readonly MatrixName[], x: Value): Value;
  /** `x · Wᵀ` for x [T, columns] of each matrix apart: [T, rows]. */
  linears(matrices: readonly MatrixName[], x: Value): readonly Value[];
}

/** Of matrices as constants: `int8` is for Wasm and `int4` for WebGPU, each fast on its own alone. */
export type Precision = 'float32' | 'int8' | 'int4';

/**
 * The kernel quantizes activations with a single scale for all tokens of a run, which hurts where they have outliers. Of
 * the bundled model's 121 top-1 tokens int8 keeps 113 with float32 down projections alone, 117 with those of attention's
 * output too, 120 with all of attention's and the head's: prompts become some 10 % slower by that, and single tokens, which
 * float32 suits as well, no slower. Larger models do not pay the memory: their outliers hurt less.
 */
const float32Elements = 16_000_000;
const isSensitive = /(?:\.(?:down|[qkvo])_proj|embed_tokens|lm_head)\.weight$/;

/** Weights as constants of the graph. With `int8`, matrices are quantized except where that is known to hurt. */
export function constantParameters(weights: Weights, precision: Precision): Parameters {
  const float32 = float32Parameters(weights);
  if (precision === 'float32') return withLinears(float32);
  const int8 = int8Parameters(weights);
  // Rows of the embedding are picked and not multiplied: they stay as exact as int8.
  if (precision === 'int4') return withLinears({ ...int8, linear: int4Linear(weights) });
  let keptElements = 0;
  return withLinears({
    ...int8,
    linear(matrices, x) {
      const [first] = matrices;
      if (first !== undefined && isSensitive.test(first.name)) {
        keptElements += first.rows * first.columns;
        if (keptElements <= float32Elements) return float32.linear(matrices, x);
      }
      return int8.linear(matrices, x);
    },
  });
}

/** One product for all, cut apart: a run of few tokens is over before another product would have begun. */
function withLinears(parameters: Omit<Parameters, 'linears'>): Parameters {
  return {
    ...parameters,
    linears: (matrices, x) =>
      applyMany('Split', [parameters.linear(matrices, x)], {
        axis: 1,
        sizes: matrices.map(({ rows }) => rows),
      }),
  };
}

function float32Parameters(weights: Weights): Omit<Parameters, 'linears'> {
  return {
    vector: vectorOf(weights),
    embed(table, tokens) {
      const { name, rows, columns } = table;
      const values = new Float32Array(rows * columns);
      weights.rows(table, (row, index) => {
        values.set(row, index * columns);
      });
      const rowsConstant = constant(constantTensor('float32', [rows, columns], values), name);
      return apply('Gather', [rowsConstant, tokens], { axis: 0 });
    },
    linear(matrices, x) {
      const { name, rows, columns } = stack(matrices);
      const transposed = new Float32Array(columns * rows);
      visitStacked(weights, matrices, (row, channel) => {
        for (let feature = 0; feature < columns; feature++)
          transposed[feature * rows + channel] = row[feature] ?? 0;
      });
      return apply('MatMul', [x, constant(constantTensor('float32', [columns, rows], transposed), name)], {});
    },
  };
}

function int8Parameters(weights: Weights): Omit<Parameters, 'linears'> {
  return {
    vector: vectorOf(weights),
    embed(table, tokens) {
      const { name, rows, columns } = table;
      const values = new Int8Array(rows * columns);
      const scales = new Float32Array(rows);
      weights.rows(table, (row, index) => {
        scales[index] = quantizeChannel(row, (value, feature) => (values[index * columns + feature] = value));
      });
      const rowsConstant = constant(constantTensor('int8', [rows, columns], values), name);
      const scale = constant(constantTensor('float32', [rows, 1], scales), `${name}.scale`);
      const picked = apply('Cast', [apply('Gather', [rowsConstant, tokens], { axis: 0 })], { to: 'float32' });
      return apply('Mul', [picked, apply('Gather', [scale, tokens], { axis: 0 })], {}); // [T, C] · [T, 1]
    },
    linear(matrices, x) {
      const { name, rows, columns } = stack(matrices);
      const transposed = new Int8Array(columns * rows);
      const scales = new Float32Array(rows);
      visitStacked(weights, matrices, (row, channel) => {
        scales[channel] = quantizeChannel(
          row,
          (value, feature) => (transposed[feature * rows + channel] = value),
        );
      });
      const matrix = constant(constantTensor('int8', [columns, rows], transposed), name);
      const scale = constant(constantTensor('float32', [rows], scales), `${name}.scale`);
      return apply('DynamicQuantizeMatMul', [x, matrix, scale], {});
    },
  };
}

function int4Linear(weights: Weights): Parameters['linear'] {
  return (matrices, x) => {
    const { name, rows, columns } = stack(matrices);
    const blocks = Math.ceil(columns / blockSize);
    const bytes = new Uint8Array((rows * blocks * blockSize) / 2);
    const scales = new Float32Array(rows * blocks);
    visitStacked(weights, matrices, (row, channel) => {
      const quantized = quantizeBlocks(row);
      bytes.set(quantized.bytes, channel * quantized.bytes.length);
      scales.set(quantized.scales, channel * blocks);
    });
    const matrix = constant(constantTensor('uint8', [rows, blocks, blockSize / 2], bytes), name);
    const scale = constant(constantTensor('float32', [rows, blocks], scales), `${name}.scale`);
    return apply('MatMulNBits', [x, matrix, scale], { rows, columns, blockSize });
  };
}

function vectorOf(weights: Weights): Parameters['vector'] {
  return (name, size) => constant(constantTensor('float32', [size], weights.vector(name, size)), name);
}

function stack(matrices: readonly MatrixName[]): MatrixName {
  const [first] = matrices;
  if (first === undefined) throw new Error('a linear map needs at least one matrix');
  return {
    name: matrices.map(({ name }) => name).join('|'),
    rows: matrices.reduce((total, { rows }) => total + rows, 0),
    columns: first.columns,
  };
}

/** Visits the rows of the matrices one after another, numbered through. */
function visitStacked(
  weights: Weights,
  matrices: readonly MatrixName[],
  visit: (row: Float32Array, channel: number) => void,
): void {
  let offset = 0;
  for (const matrix of matrices) {
    const start = offset;
    weights.rows(matrix, (row, index) => {
      visit(row, start + index);
    });
    offset += matrix.rows;
  }
}
