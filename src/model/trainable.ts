// Weights that training changes: inputs of the graph, by the tensors that the transformer asks for. Matrices whose
// stacked product it asks for are one tensor; they are exported one by one.

import { matmul } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { apply, input } from '../graph/graph.ts';
import type { Parameters } from './parameters.ts';
import type { MatrixName, Weights } from './weights.ts';

/** A part of a trainable tensor, as it is named in files: its rows follow those of the part before it. */
interface TrainablePart {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * What an optimizer may want to know of a tensor: `hidden` are the matrices within the layers, `decaying` what weight
 * decay pulls to zero beside them, and `lasting` embeddings, norms and biases.
 */
export type TrainableRole = 'hidden' | 'decaying' | 'lasting';

/** A tensor of the graph that training changes. */
export interface TrainableTensor {
  /** Of the graph's input. */
  readonly name: string;
  readonly value: Value;
  readonly parts: readonly TrainablePart[];
  readonly role: TrainableRole;
  /** What it is before training. */
  initial(weights: Weights): Float32Array;
}

export interface TrainableParameters extends Parameters {
  /** Those that the definition has asked for so far, in that order. */
  readonly tensors: readonly TrainableTensor[];
}

/** All weights, each a trainable tensor. */
export function trainableParameters(): TrainableParameters {
  const tensors = new Map<string, TrainableTensor>();
  const matrix = (matrices: readonly MatrixName[], role: TrainableRole): Value => {
    const name = matrices.map(one => one.name).join('|');
    const known = tensors.get(name);
    if (known !== undefined) return known.value;
    const columns = matrices[0]?.columns ?? 0;
    const rows = matrices.reduce((total, one) => total + one.rows, 0);
    const value = input(name, 'float32', [rows, columns]);
    tensors.set(name, {
      name,
      value,
      parts: matrices.map(one => ({ name: one.name, shape: [one.rows, one.columns] })),
      role,
      initial(weights) {
        const values = new Float32Array(rows * columns);
        let start = 0;
        for (const one of matrices) {
          weights.rows(one, (row, index) => {
            values.set(row, (start + index) * columns);
          });
          start += one.rows;
        }
        return values;
      },
    });
    return value;
  };
  return {
    get tensors() {
      return [...tensors.values()];
    },
    vector(name, size) {
      const value = input(name, 'float32', [size]);
      const initial = (weights: Weights) => weights.vector(name, size);
      tensors.set(name, { name, value, parts: [{ name, shape: [size] }], role: 'lasting', initial });
      return value;
    },
    embed: (table, tokens) => apply('Gather', [matrix([table], 'lasting'), tokens], { axis: 0 }),
    linear: (matrices, x) => matmul(x, matrix(matrices, roleOf(matrices)), { transB: true }),
    // Products of a whole batch are long: nothing is gained by one for all, and cutting it apart would copy it.
    linears: (matrices, x) => matrices.map(one => matmul(x, matrix([one], roleOf([one])), { transB: true })),
  };
}

function roleOf(matrices: readonly MatrixName[]): TrainableRole {
  return matrices.some(({ name }) => name === 'lm_head.weight') ? 'decaying' : 'hidden';
}
