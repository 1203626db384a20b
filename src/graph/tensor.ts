// Element types and constant tensors of graphs, as ONNX names and stores them.

import type { Shape } from './shape.ts';
import { elementCount, formatShape } from './shape.ts';

export type ElementType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64';

const bytesPerElement: Record<ElementType, number> = { float32: 4, uint8: 1, int8: 1, int32: 4, int64: 8 };

/** What is known of a tensor before the graph runs. */
export interface TensorType {
  readonly type: ElementType;
  readonly shape: Shape;
}

/** A tensor whose values are known when the graph is built; little-endian, row-major. */
export interface ConstantTensor extends TensorType {
  readonly bytes: Uint8Array;
}

/** Makes a constant. Throws when the data's size does not fit the shape. */
export function constantTensor(
  type: ElementType,
  shape: readonly number[],
  data: ArrayBufferView,
): ConstantTensor {
  const expected = elementCount(shape) * bytesPerElement[type];
  if (data.byteLength !== expected) {
    throw new Error(
      `a ${type} constant of shape ${formatShape(shape)} takes ${expected} bytes, got ${data.byteLength}`,
    );
  }
  return { type, shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

export function float32Constant(shape: readonly number[], values: ArrayLike<number>): ConstantTensor {
  return constantTensor('float32', shape, Float32Array.from(values));
}

export function int64Constant(shape: readonly number[], values: readonly number[]): ConstantTensor {
  return constantTensor('int64', shape, BigInt64Array.from(values, BigInt));
}
