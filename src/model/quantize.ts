// Symmetric int8 quantization, one scale an output channel, for onnxruntime's DynamicQuantizeMatMul. The
// activations are quantized by the kernel itself at run time.

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
