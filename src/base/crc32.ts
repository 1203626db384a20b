// CRC-32 (ISO 3309, as in zip and PNG), which tells a file that was damaged or cut from one that is whole.

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum of `bytes`, unsigned; of a longer text when `previous` is that of what stands before. */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let state = ~previous;
  for (const byte of bytes) state = (table[(state ^ byte) & 0xff] ?? 0) ^ (state >>> 8);
  return ~state >>> 0;
}
