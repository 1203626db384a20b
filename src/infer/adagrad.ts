// Weights that learn by Adagrad (Duchi et al. 2011): each at a rate that falls with what it has moved.

import * as v from 'valibot';

/** So many weights, as they are stored. */
export const weightsSchema = (count: number) =>
  v.pipe(v.array(v.pipe(v.number(), v.finite())), v.length(count, `must be ${count} numbers`));

export class AdagradWeights {
  private readonly values: Float64Array;
  private readonly squares: Float64Array;

  constructor(values: readonly number[]) {
    this.values = Float64Array.from(values);
    this.squares = new Float64Array(values.length).fill(1e-3);
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }

  /** Inner product of the weights from `offset` on with `count` inputs (all by default) from `from` on. */
  dot(offset: number, inputs: ArrayLike<number>, from = 0, count = inputs.length): number {
    const { values } = this;
    let sum = 0;
    for (let index = 0; index < count; index++) {
      sum += (values[offset + index] ?? 0) * (inputs[from + index] ?? 0);
    }
    return sum;
  }

  /** Moves the weights from `offset` on along `error · inputs`. */
  learn(offset: number, inputs: ArrayLike<number>, error: number, rate: number): void {
    for (let index = 0; index < inputs.length; index++) {
      const gradient = error * (inputs[index] ?? 0);
      if (gradient === 0) continue;
      const square = (this.squares[offset + index] ?? 0) + gradient * gradient;
      this.squares[offset + index] = square;
      this.values[offset + index] = this.at(offset + index) + (rate * gradient) / Math.sqrt(square);
    }
  }

  stored(): readonly number[] {
    return Array.from(this.values, value => Number(value.toPrecision(5)));
  }
}
