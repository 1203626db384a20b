// Symmetric quantization of weights: to int8 with one scale an output channel, for onnxruntime's DynamicQuantizeMatMul,
// whose kernel quantizes the activations at run time; and to 4 bits with one scale a block, for its MatMulNBits.

/**
 * Quantizes one channel to -127…127 and hands each value on with its index. Returns the scale:
 * `weight ≈ value · scale`.
 */
export function quantizeChannel(
  weights: Float32Array,
  write: (value: number, index: number) => void,
): number {
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
  // A channel of zeros keeps scale 1: nothing is divided by zero, and 0 · 1 is 0.
  const scale = largest === 0 ? 1 : largest / 127;
  for (let index = 0; index < weights.length; index++)
    write(Math.round((weights[index] ?? 0) / scale), index);
  return scale;
}

/** Elements of a row that share a scale. */
export const blockSize = 32;

/** A row in blocks of 4-bit elements, two a byte, the first in the low bits; 8 stands for 0. */
export interface QuantizedBlocks {
  readonly bytes: Uint8Array;
  /** `weight ≈ (value - 8) · scale`. */
  readonly scales: Float32Array;
}

/** Quantizes a row. What is missing in the last block is 0. */
export function quantizeBlocks(row: Float32Array): QuantizedBlocks {
  const count = Math.ceil(row.length / blockSize);
  const bytes = new Uint8Array((count * blockSize) / 2);
  const scales = new Float32Array(count);
  for (let block = 0; block < count; block++) {
    const start = block * blockSize;
    let extreme = 0;
    for (const weight of row.subarray(start, start + blockSize)) {
      if (Math.abs(weight) > Math.abs(extreme)) extreme = weight;
    }
    // The element that is largest becomes -8, the only value of that size that there is.
    const scale = extreme === 0 ? 1 : extreme / -8;
    scales[block] = scale;
    for (let at = 0; at < blockSize; at++) {
      const value = Math.min(15, Math.max(0, Math.round((row[start + at] ?? 0) / scale) + 8));
      const byte = (start + at) >> 1;
      bytes[byte] = (bytes[byte] ?? 0) | (value << (at % 2 === 0 ? 0 : 4));
    }
  }
  return { bytes, scales };
}
