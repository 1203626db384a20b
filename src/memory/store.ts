// The bytes that memory is kept in between sessions: each file's path, size, time and tokens. The order of contexts is
// not stored, as sorting is faster than reading it would be. Whatever is wrong with the bytes, parsing says so and
// never throws, and allocates no more than they could hold.

import { crc32 } from '../base/crc32.ts';

export interface StoredFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** The tokens of a file that is remembered, or the reason why its text is not. */
  readonly content: readonly number[] | Int32Array | string;
}

/** `other-key`: written for another tokenizer, or by another version of the rules of what is remembered. */
export type StoreFault = 'damaged' | 'other-version' | 'other-key';

/** Four ASCII characters at the start. */
const magic = 'TMEM';
const formatVersion = 1;
/** Magic, version, length of the payload, CRC-32 of the payload. */
const headerBytes = 16;
/** Tokens, or a quarter of the bytes, between two yields: about a millisecond. */
const sliceSize = 25_000;
const longestKeyBytes = 1_000;

/**
 * `key` names what the tokens depend on. Paths must differ. Yields about every millisecond.
 *
 * Payload: key, number of files, then for each path, size, mtime (float64) and content: 0 and tokens, or 1 and a
 * reason. Texts are UTF-8 with their length before them; all numbers but mtime are varints (LEB128).
 */
export function* encodeStore(
  key: string,
  files: readonly StoredFile[],
): Generator<undefined, Uint8Array, undefined> {
  let tokens = 0;
  for (const { content } of files) if (typeof content !== 'string') tokens += content.length;
  const writer = new Writer(2 * tokens + 80 * files.length + 65_536);
  writer.skip(headerBytes);
  writer.text(key);
  writer.varint(files.length);
  let written = 0;
  for (const { path, sizeBytes, mtimeMs, content } of files) {
    writer.text(path);
    writer.varint(sizeBytes);
    writer.float(mtimeMs);
    if (typeof content === 'string') {
      writer.varint(1);
      writer.text(content);
      written += 20;
    } else {
      writer.varint(0);
      writer.varint(content.length);
      for (const token of content) {
        writer.varint(token);
        if (++written % sliceSize === 0) yield;
      }
    }
    written += 20;
    if (written >= sliceSize) {
      written = 0;
      yield;
    }
  }
  const bytes = writer.bytes();
  const payload = bytes.subarray(headerBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  bytes.set(new TextEncoder().encode(magic));
  view.setUint32(4, formatVersion, true);
  view.setUint32(8, payload.byteLength, true);
  view.setUint32(12, yield* slicedCrc32(payload), true);
  return bytes;
}

/** The files, or what is wrong with the bytes. Every token is below `vocabularySize`. Yields as `encodeStore` does. */
export function* parseStore(
  bytes: Uint8Array,
  key: string,
  vocabularySize: number,
): Generator<undefined, readonly StoredFile[] | StoreFault, undefined> {
  if (bytes.byteLength < headerBytes) return 'damaged';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder().decode(bytes.subarray(0, 4)) !== magic) return 'damaged';
  if (view.getUint32(4, true) !== formatVersion) return 'other-version';
  const payload = bytes.subarray(headerBytes);
  if (view.getUint32(8, true) !== payload.byteLength) return 'damaged';
  if (view.getUint32(12, true) !== (yield* slicedCrc32(payload))) return 'damaged';
  const reader = new Reader(payload);
  if (reader.text(longestKeyBytes) !== key) return reader.failed ? 'damaged' : 'other-key';
  const files: StoredFile[] = [];
  const paths = new Set<string>();
  const count = reader.count();
  let read = 0;
  for (let index = 0; index < count && !reader.failed; index++) {
    const path = reader.text();
    const sizeBytes = reader.varint();
    const mtimeMs = reader.float();
    const isLeftOut = reader.varint() !== 0;
    if (isLeftOut) files.push({ path, sizeBytes, mtimeMs, content: reader.text() });
    else {
      const tokens = new Int32Array(reader.count());
      for (let at = 0; at < tokens.length; at++) {
        const token = reader.varint();
        if (token >= vocabularySize) return 'damaged';
        tokens[at] = token;
        if (++read % sliceSize === 0) yield;
      }
      files.push({ path, sizeBytes, mtimeMs, content: tokens });
    }
    paths.add(path);
    if (index % 2_000 === 1_999) yield;
  }
  const isWhole = !reader.failed && reader.isAtEnd && files.length === count && paths.size === count;
  return isWhole ? files : 'damaged';
}

function* slicedCrc32(bytes: Uint8Array): Generator<undefined, number, undefined> {
  let state = 0;
  for (let at = 0; at < bytes.byteLength; at += 4 * sliceSize) {
    state = crc32(bytes.subarray(at, at + 4 * sliceSize), state);
    yield;
  }
  return state;
}

class Writer {
  private buffer: Uint8Array;
  private at = 0;

  constructor(sizeBytes: number) {
    this.buffer = new Uint8Array(sizeBytes);
  }

  skip(count: number): void {
    this.reserve(count);
    this.at += count;
  }

  varint(value: number): void {
    this.reserve(8);
    let left = value;
    while (left >= 0x80) {
      this.buffer[this.at++] = (left % 0x80) | 0x80;
      left = Math.floor(left / 0x80);
    }
    this.buffer[this.at++] = left;
  }

  float(value: number): void {
    this.reserve(8);
    new DataView(this.buffer.buffer).setFloat64(this.at, value, true);
    this.at += 8;
  }

  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.varint(encoded.byteLength);
    this.reserve(encoded.byteLength);
    this.buffer.set(encoded, this.at);
    this.at += encoded.byteLength;
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }

  private reserve(count: number): void {
    if (this.at + count <= this.buffer.byteLength) return;
    const grown = new Uint8Array(Math.max(2 * this.buffer.byteLength, this.at + count));
    grown.set(this.buffer);
    this.buffer = grown;
  }
}

/** Gives zeros and empty texts once something was wrong, which `failed` then tells. */
class Reader {
  failed = false;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.byteLength;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : this.fail();
      scale *= 0x80;
    }
    return this.fail();
  }

  /** A number of things that take a byte at least: no more than there are bytes left. */
  count(): number {
    const count = this.varint();
    return count <= this.bytes.byteLength - this.at ? count : this.fail();
  }

  float(): number {
    if (this.at + 8 > this.bytes.byteLength) return this.fail();
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return Number.isFinite(value) ? value : this.fail();
  }

  text(longest = Infinity): string {
    const length = this.count();
    if (this.failed || length > longest) {
      this.fail();
      return '';
    }
    const encoded = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    try {
      return this.decoder.decode(encoded);
    } catch {
      // Not UTF-8: the only error a fatal decoder knows.
      this.fail();
      return '';
    }
  }

  private fail(): 0 {
    this.failed = true;
    this.at = this.bytes.byteLength;
    return 0;
  }
}
