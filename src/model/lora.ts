// Low-rank adaptation (Hu et al. 2021): W + (alpha / rank) · B · A, with W frozen and A, B trained. For inference
// the product is merged into W. Named as PEFT names adapters.

import { add, matmul, zeros } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { apply, input } from '../graph/graph.ts';
import { dimensionAt } from '../graph/shape.ts';
import { seededRandom } from '../base/random.ts';
import type { LoraTarget } from './loraTargets.ts';
import type { Parameters } from './parameters.ts';
import type { TrainableParameters, TrainableTensor } from './trainable.ts';
import type { MatrixName, Weights } from './weights.ts';

export interface LoraOptions {
  readonly rank: number;
  readonly alpha: number;
  /** Which matrices are adapted, in every layer. At least one. */
  readonly targets: readonly LoraTarget[];
  /** Of the random A; B starts as zeros, so that the model starts as it was. */
  readonly seed: number;
}

/** Frozen weights and a trainable adapter for each target. */
export function loraParameters(base: Parameters, options: LoraOptions): TrainableParameters {
  const tensors: TrainableTensor[] = [];
  const adapter = (part: 'A' | 'B', matrix: MatrixName, rows: number, columns: number): Value => {
    const name = adapterName(matrix.name, part);
    const shape = [rows, columns];
    const value = input(name, 'float32', shape);
    const seed = options.seed + tensors.length;
    const initial = () => (part === 'A' ? randomA(rows, columns, seed) : new Float32Array(rows * columns));
    tensors.push({ name, value, parts: [{ name, shape }], role: 'decaying', initial });
    return value;
  };
  const change = (matrix: MatrixName, x: Value): Value => {
    if (!isTarget(matrix.name, options)) return zeros([dimensionAt(x.shape, 0), matrix.rows]);
    const a = adapter('A', matrix, options.rank, matrix.columns);
    const b = adapter('B', matrix, matrix.rows, options.rank);
    const alpha = options.alpha / options.rank;
    return matmul(matmul(x, a, { transB: true }), b, { transB: true, alpha }); // [T, rows]
  };
  return {
    tensors,
    vector: (name, size) => base.vector(name, size),
    embed: (matrix, tokens) => base.embed(matrix, tokens),
    linear(matrices, x) {
      const frozen = base.linear(matrices, x);
      if (!matrices.some(({ name }) => isTarget(name, options))) return frozen;
      const changes = matrices.map(matrix => change(matrix, x));
      const [first, ...others] = changes;
      return add(
        frozen,
        first !== undefined && others.length === 0 ? first : apply('Concat', changes, { axis: 1 }),
      );
    },
    linears(matrices, x) {
      const frozen = base.linears(matrices, x);
      return frozen.map((product, at) => {
        const matrix = matrices[at];
        return matrix === undefined || !isTarget(matrix.name, options)
          ? product
          : add(product, change(matrix, x));
      });
    },
  };
}

/** The weights with adapters, by their PEFT names, merged into them. */
export function mergeLora(
  weights: Weights,
  adapters: ReadonlyMap<string, Float32Array>,
  { rank, alpha }: LoraOptions,
): Weights {
  return {
    vector: (name, size) => weights.vector(name, size),
    rows(matrix, visit) {
      const a = adapters.get(adapterName(matrix.name, 'A'));
      const b = adapters.get(adapterName(matrix.name, 'B'));
      if (a === undefined || b === undefined) {
        weights.rows(matrix, visit);
        return;
      }
      const { columns } = matrix;
      weights.rows(matrix, (row, index) => {
        const merged = Float32Array.from(row);
        for (let k = 0; k < rank; k++) {
          const factor = (alpha / rank) * (b[index * rank + k] ?? 0);
          for (let column = 0; column < columns; column++) {
            merged[column] = (merged[column] ?? 0) + factor * (a[k * columns + column] ?? 0);
          }
        }
        visit(merged, index);
      });
    },
  };
}

function adapterName(matrix: string, part: 'A' | 'B'): string {
  return `base_model.model.${matrix.replace(/\.weight$/, '')}.lora_${part}.weight`;
}

function isTarget(matrix: string, { targets }: LoraOptions): boolean {
  return targets.some(target => matrix.endsWith(`.${target}.weight`));
}

/** Uniform within ±1/√columns, as PEFT starts A (Kaiming's rule with a = √5). */
function randomA(rows: number, columns: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const bound = 1 / Math.sqrt(columns);
  return Float32Array.from({ length: rows * columns }, () => (2 * random() - 1) * bound);
}
