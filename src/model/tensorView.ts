// One tensor as it lies in a file: a data type, a shape and its bytes, and the conversion to the engine's
// 32-bit floats. All platforms of VS Code are little-endian, as the format is, so bytes are reinterpreted.

/** Bytes of one element, by safetensors' names of the data types that are read. */
export const dataTypeBytes = { F32: 4, F16: 2, BF16: 2, I8: 1, U8: 1, I32: 4, I64: 8 } as const;

export type DataType = keyof typeof dataTypeBytes;

export function isDataType(name: string): name is DataType {
  return Object.hasOwn(dataTypeBytes, name);
}

/** Whether a tensor's elements mean something without scales. */
export function isFloatType(type: DataType): boolean {
  return type === 'F32' || type === 'F16' || type === 'BF16';
}

export interface TensorView {
  readonly name: string;
  readonly dtype: DataType;
  /** Row-major. Empty for a scalar; a size of 0 makes an empty tensor. */
  readonly shape: readonly number[];
  /** Little-endian; its length is that of `shape` and `dtype`. Often a view into a whole file, not aligned. */
  readonly data: Uint8Array;
}

/**
 * A copy of a floating-point tensor's values as 32-bit floats; exact, because F16 and BF16 are subsets of F32.
 * Throws an Error that names the tensor where it holds integers: those mean nothing without their scales.
 */
export function toFloat32(view: TensorView): Float32Array {
  const { dtype, data } = view;
  switch (dtype) {
    case 'F32': {
      const floats = new Float32Array(data.byteLength / 4);
      new Uint8Array(floats.buffer).set(data);
      return floats;
    }
    case 'BF16': {
      const halves = asUint16(data);
      const words = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) words[i] = (halves[i] ?? 0) << 16;
      return new Float32Array(words.buffer);
    }
    case 'F16': {
      const halves = asUint16(data);
      const bits = halfToFloatBits();
      const words = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) words[i] = bits[halves[i] ?? 0] ?? 0;
      return new Float32Array(words.buffer);
    }
    case 'I8':
    case 'U8':
    case 'I32':
    case 'I64':
      throw new Error(`tensor ${view.name}: ${dtype} is not a floating-point type; use F32, F16 or BF16`);
    default:
      return dtype satisfies never;
  }
}

/** The values as F16, little-endian, rounded to the nearest, ties to even. What is too large for it becomes infinite. */
export function float16Bytes(values: Float32Array): Uint8Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  const one = new Float32Array(1);
  const bits = new Uint32Array(one.buffer);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    const magnitude = Math.abs(value);
    one[0] = value;
    const sign = ((bits[0] ?? 0) >>> 16) & 0x8000;
    if (Number.isNaN(value)) halves[at] = 0x7e00;
    else if (magnitude >= 65_520) halves[at] = sign | 0x7c00;
    else if (magnitude < 2 ** -14) halves[at] = sign | roundHalfToEven(magnitude * 2 ** 24);
    else {
      one[0] = magnitude;
      const word = bits[0] ?? 0;
      // Rounding may carry into the exponent, which is then the right one.
      const kept = word >>> 13;
      const rest = word & 0x1fff;
      const up = rest > 0x1000 || (rest === 0x1000 && (kept & 1) === 1) ? 1 : 0;
      halves[at] = sign | (kept + up - (112 << 10));
    }
  }
  return new Uint8Array(halves.buffer);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor;
  return floor % 2 === 0 ? floor : floor + 1;
}

function asUint16(data: Uint8Array): Uint16Array {
  if (data.byteOffset % 2 === 0) return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  const aligned = new Uint16Array(data.byteLength / 2);
  new Uint8Array(aligned.buffer).set(data);
  return aligned;
}

let halfBits: Uint32Array | undefined;

/** The bits of the F32 of each of the 65,536 F16 (IEEE 754 binary16), made once: 256 KB, 1 ms. */
function halfToFloatBits(): Uint32Array {
  if (halfBits !== undefined) return halfBits;
  const floats = new Float32Array(65_536);
  const bits = new Uint32Array(floats.buffer);
  for (let half = 0; half < 65_536; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) bits[half] = ((half & 0x8000) << 16) | 0x7f80_0000 | (fraction << 13);
    else if (exponent === 0) floats[half] = sign * fraction * 2 ** -24;
    else floats[half] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  halfBits = bits;
  return bits;
}
