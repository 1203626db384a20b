// Reads and writes safetensors (https://github.com/huggingface/safetensors, section "Format"). The reader takes
// the file to be hostile: every number of the header is checked before use, nothing is allocated by it, and
// the tensors must tile the data exactly, as the format demands: no holes, no overlaps, nothing left over.

import * as v from 'valibot';
import { isDataType, dataTypeBytes } from './tensorView.ts';
import type { DataType, TensorView } from './tensorView.ts';
import { duplicateKey } from './jsonKeys.ts';
import { downloadAgain, ModelFileError } from './modelFileError.ts';

export { toFloat32 } from './tensorView.ts';
export type { TensorView } from './tensorView.ts';

/**
 * The tensors of a safetensors file by name, in the order of their data; each a view into `bytes`, not a copy.
 * Throws a ModelFileError that names `file` for whatever the format forbids and for data types not listed in
 * `DataType`.
 */
export function parseSafetensors(bytes: Uint8Array, file: string): Map<string, TensorView> {
  const fail = (problem: string, remedy: string = downloadAgain): never => {
    throw new ModelFileError(file, problem, remedy);
  };
  const header = parseHeader(bytes, file);
  const dataStart = 8 + header.sizeBytes;
  const dataBytes = bytes.byteLength - dataStart;

  const entries: Entry[] = [];
  for (const [name, value] of header.entries) {
    if (name === '__metadata__') continue;
    const parsed = v.safeParse(entrySchema, value);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const field = v.getDotPath(issue) ?? 'its entry';
      return fail(`tensor ${quoted(name)}: ${field}: ${issue.message}`);
    }
    const { dtype, shape, data_offsets: offsets } = parsed.output;
    if (!isDataType(dtype)) {
      return fail(
        `tensor ${quoted(name)}: the data type ${quoted(dtype)} is not supported`,
        `Save the model with one of ${Object.keys(dataTypeBytes).join(', ')}.`,
      );
    }
    entries.push({ name, dtype, shape, begin: offsets[0], end: offsets[1] });
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);

  const tensors = new Map<string, TensorView>();
  let covered = 0;
  for (const { name, dtype, shape, begin, end } of entries) {
    const where = `tensor ${quoted(name)}: bytes ${begin} to ${end}`;
    if (end < begin || end > dataBytes) fail(`${where} are not within the ${dataBytes} bytes of data`);
    if (begin < covered) fail(`${where} overlap another tensor`);
    if (begin > covered) fail(`${where} leave a hole of ${begin - covered} bytes before them`);
    // Inexact or infinite beyond 2^53, and then never equal to a size that lies within the file.
    const sizeBytes = shape.reduce((product, size) => product * size, dataTypeBytes[dtype]);
    if (sizeBytes !== end - begin) fail(`${where} do not hold ${dtype} of shape [${shape.join(', ')}]`);
    const data = new Uint8Array(bytes.buffer, bytes.byteOffset + dataStart + begin, end - begin);
    tensors.set(name, { name, dtype, shape, data });
    covered = end;
  }
  if (covered !== dataBytes) fail(`${dataBytes - covered} bytes at the end belong to no tensor`);
  return tensors;
}

/**
 * A safetensors file of these tensors. As in the reference implementation they are laid out by falling size of
 * their data type, then by name, and the header is padded to 8 bytes, so that every tensor is aligned. Throws
 * an Error for two tensors of one name, a name the format reserves, or data that does not match its shape.
 */
export function writeSafetensors(
  tensors: Iterable<TensorView>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const sorted = [...tensors].sort(
    (a, b) => dataTypeBytes[b.dtype] - dataTypeBytes[a.dtype] || (a.name < b.name ? -1 : 1),
  );
  const header = new Map<string, unknown>();
  if (metadata !== undefined) header.set('__metadata__', metadata);
  let dataBytes = 0;
  for (const { name, dtype, shape, data } of sorted) {
    if (header.has(name) || name === '__metadata__') {
      throw new Error(`tensor ${quoted(name)}: the name is taken; give every tensor its own`);
    }
    const sizeBytes = shape.reduce((product, size) => product * size, dataTypeBytes[dtype]);
    if (sizeBytes !== data.byteLength) {
      const problem = `${data.byteLength} bytes are not ${dtype} of shape [${shape.join(', ')}]`;
      throw new Error(`tensor ${quoted(name)}: ${problem}; give it data of ${sizeBytes} bytes`);
    }
    header.set(name, { dtype, shape, data_offsets: [dataBytes, dataBytes + sizeBytes] });
    dataBytes += sizeBytes;
  }
  // Object.fromEntries would sort names that look like numbers first; that is harmless, offsets are explicit.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(json, 8);
  let offset = 8 + headerBytes;
  for (const { data } of sorted) {
    bytes.set(data, offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** The reference implementation's limit, against headers that only cost time. */
const maxHeaderBytes = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const size = v.pipe(
  v.number('must be a number'),
  v.safeInteger('must be a whole number within 2^53'),
  v.minValue(0, 'must not be negative'),
);
const entrySchema = v.object({
  dtype: v.string('must be a string'),
  shape: v.array(size, 'must be a list of sizes'),
  data_offsets: v.strictTuple([size, size], 'must be a list of two offsets'),
});
const metadataSchema = v.nullish(v.record(v.string(), v.string()));

function parseHeader(bytes: Uint8Array, file: string): { sizeBytes: number; entries: [string, unknown][] } {
  const fail = (problem: string, cause?: unknown): never => {
    throw new ModelFileError(file, problem, downloadAgain, { cause });
  };
  if (bytes.byteLength < 8) fail(`${bytes.byteLength} bytes are too few for a safetensors file`);
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (declared > BigInt(bytes.byteLength - 8)) {
    fail(`its header of ${declared.toString()} bytes reaches beyond the file of ${bytes.byteLength} bytes`);
  }
  const sizeBytes = Number(declared);
  if (sizeBytes > maxHeaderBytes) fail(`its header of ${sizeBytes} bytes is over ${maxHeaderBytes} bytes`);
  if (sizeBytes < 2 || bytes[8] !== 0x7b) fail('its header is not a JSON object');
  let text = '';
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + sizeBytes));
    json = JSON.parse(text);
  } catch (error) {
    fail('its header is not valid JSON', error);
  }
  // A text that starts with a brace and is valid JSON is an object.
  const entries = Object.entries(json as Record<string, unknown>);
  const metadata = entries.find(([name]) => name === '__metadata__');
  if (metadata !== undefined && !v.is(metadataSchema, metadata[1])) {
    fail('__metadata__ is not an object of strings');
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(`its header names ${quoted(twice)} twice`);
  return { sizeBytes, entries };
}

/** A name out of the file for a message: escaped, and cut where it is long. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
