// CRC-32 (ISO 3309, as in zip and PNG), which tells a file that was damaged or cut from one that is whole.

/** Bytes taken at once: one lookup each, in a table of its own, instead of one after another ("slicing by eight"). */
const stride = 8;

/** Row `row` [256] holds what a byte with `row` bytes behind it adds to the checksum. */
const tables = ((): Int32Array => {
  const rows = new Int32Array(stride * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    rows[byte] = value;
  }
  for (let at = 256; at < rows.length; at++) {
    const before = rows[at - 256] ?? 0;
    rows[at] = (before >>> 8) ^ (rows[before & 0xff] ?? 0);
  }
  return rows;
})();

/** The checksum of `bytes`, unsigned; of a longer text when `previous` is that of what stands before. */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sliced = bytes.byteLength - (bytes.byteLength % stride);
  let state = ~previous;
  for (let at = 0; at < sliced; at += stride) {
    const low = state ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    state =
      lookUp(7, low) ^
      lookUp(6, low >>> 8) ^
      lookUp(5, low >>> 16) ^
      lookUp(4, low >>> 24) ^
      lookUp(3, high) ^
      lookUp(2, high >>> 8) ^
      lookUp(1, high >>> 16) ^
      lookUp(0, high >>> 24);
  }
  for (let at = sliced; at < bytes.byteLength; at++)
    state = lookUp(0, state ^ (bytes[at] ?? 0)) ^ (state >>> 8);
  return ~state >>> 0;
}

function lookUp(row: number, byte: number): number {
  return tables[(row << 8) | (byte & 0xff)] ?? 0;
}
