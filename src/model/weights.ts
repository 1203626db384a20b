// The weights of a model by their Hugging Face names, checked against the shapes that the definition expects.
// Matrices are visited in blocks of rows, so that a model is converted without a second copy of it in memory.

import { ModelFileError } from './modelFileError.ts';
import type { TensorView } from './tensorView.ts';
import { dataTypeBytes, isFloatType, toFloat32 } from './tensorView.ts';

/** A weight matrix [rows, columns] as stored: rows are output channels. */
export interface MatrixName {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** Weights by name, as float32. Both throw a ModelFileError when the tensor is missing or has another shape. */
export interface Weights {
  vector(name: string, size: number): Float32Array;
  /** Calls `visit` with each row of the matrix in order. The row is only valid during the call. */
  rows(matrix: MatrixName, visit: (row: Float32Array, index: number) => void): void;
}

const rowsPerBlock = 256;

/** Reads weights out of parsed safetensors. `file` is named in errors. */
export function safetensorsWeights(tensors: ReadonlyMap<string, TensorView>, file: string): Weights {
  const find = (name: string, shape: readonly number[]): TensorView => {
    const view = tensors.get(name);
    const advice = 'Use the config.json and the weights of one and the same model.';
    if (view === undefined) throw new ModelFileError(file, `the tensor ${name} is missing`, advice);
    if (view.shape.length !== shape.length || view.shape.some((size, axis) => size !== shape[axis])) {
      const found = view.shape.join(' × ');
      throw new ModelFileError(
        file,
        `${name} is ${found}, config.json asks for ${shape.join(' × ')}`,
        advice,
      );
    }
    if (!isFloatType(view.dtype)) {
      throw new ModelFileError(file, `${name} is ${view.dtype}`, 'Use weights in F32, F16 or BF16.');
    }
    return view;
  };
  return {
    vector: (name, size) => toFloat32(find(name, [size])),
    rows({ name, rows, columns }, visit) {
      const view = find(name, [rows, columns]);
      const rowBytes = columns * dataTypeBytes[view.dtype];
      for (let start = 0; start < rows; start += rowsPerBlock) {
        const end = Math.min(start + rowsPerBlock, rows);
        const data = view.data.subarray(start * rowBytes, end * rowBytes);
        const block = toFloat32({ ...view, shape: [end - start, columns], data });
        for (let row = start; row < end; row++) {
          visit(block.subarray((row - start) * columns, (row - start + 1) * columns), row);
        }
      }
    },
  };
}
